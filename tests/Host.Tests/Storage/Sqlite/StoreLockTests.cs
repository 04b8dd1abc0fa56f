using System.Text;
using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Sqlite;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Sqlite;

public sealed class StoreLockTests : IAsyncDisposable
{
    private readonly StoreFolder _folder = new();

    [Fact]
    public async Task A_second_opener_is_told_who_holds_the_store()
    {
        _folder.Open();
        await using var second = new StoreFolder();
        var refused = Assert.Throws<StoreInUseException>(() => second.Open(_folder.Options));
        Assert.Equal(Environment.ProcessId, refused.ProcessId);
        Assert.Contains($"process {Environment.ProcessId}, started 2", refused.Message);
    }

    [Fact]
    public async Task A_closed_store_is_free()
    {
        _folder.Open();
        await _folder.Close();
        _folder.Open();
    }

    [Fact]
    public void A_failed_start_leaves_the_store_free()
    {
        File.WriteAllText(_folder.Options.Database, new string('x', 4_096));
        Assert.Throws<StoreUnavailableException>(() => _folder.Open());
        File.Delete(_folder.Options.Database);
        _folder.Open();
    }

    [Fact]
    public async Task A_killed_process_leaves_the_store_free_at_once_with_every_commit_it_reported()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var writer = new WriterToKill(_folder.Options.Folder);
        var reported = await writer.Reported(100, cancelled);
        var refused = Assert.Throws<StoreInUseException>(() => _folder.Open());
        Assert.Equal(writer.Id, refused.ProcessId);

        reported = Math.Max(reported, await writer.Kill(cancelled));
        var store = _folder.Open();

        var (a, b) = (await store.Texts("a"), await store.Texts("b"));
        Assert.InRange(a.Length, reported, reported + 1); // at most the commit it was about to report
        Assert.Equal(a.Length, b.Length);
        Assert.Equal(2, (await store.Seize()).Term);
    }

    [Fact]
    public async Task Killed_again_and_again_among_snapshots_and_checkpoints_a_store_has_every_commit_that_was_reported()
    {
        var cancelled = TestContext.Current.CancellationToken;
        long before = 0;
        for (var kill = 0; kill < 4; kill++)
        {
            using var writer = new WriterToKill(_folder.Options.Folder);
            var reported = await writer.Reported(before + 300, cancelled); // enough for a checkpoint to have begun
            reported = Math.Max(reported, await writer.Kill(cancelled));
            var store = _folder.Open();
            before = (await store.Texts("a")).Length;
            Assert.InRange(before, reported, reported + 1);
            Assert.Equal(before, (await store.Texts("b")).Length);
            var snapshot = (await new SqliteJournal(store).LoadSnapshot("a"))!.Value;
            Assert.InRange(snapshot.Sequence, before - 2 * WriterToKill.SnapshotEvery, before);
            Assert.Equal($"a/{snapshot.Sequence}", Encoding.UTF8.GetString(snapshot.Payload.Span));
            Assert.Equal("ok", await store.Scalar("pragma integrity_check"));
            await _folder.Close();
        }
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}
