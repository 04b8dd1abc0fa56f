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

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}
