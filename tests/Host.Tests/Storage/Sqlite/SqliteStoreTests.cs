using System.Text;
using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Proof;
using Oddswire.Host.Storage.Sqlite;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Sqlite;

public sealed class SqliteStoreTests : IAsyncDisposable
{
    private readonly StoreFolder _folder = new();

    [Fact]
    public async Task A_reopened_store_has_entries_snapshots_and_terms()
    {
        var store = _folder.Open();
        var fence = await store.Seize();
        await store.Append(fence, "a", 1, 3);
        await new SqliteJournal(store).SaveSnapshot(new("a", 2, fence, 9, "snapshot"u8.ToArray()));
        await _folder.Close();

        store = _folder.Open();
        Assert.Equal(["a/1", "a/2", "a/3"], await store.Texts("a"));
        Assert.Equal("snapshot", Encoding.UTF8.GetString((await new SqliteJournal(store).LoadSnapshot("a"))!.Value.Payload.Span));
        Assert.Equal(fence.Term + 1, (await store.Seize()).Term);
    }

    [Theory]
    [InlineData(nameof(Synchronous.Full), 2L)]
    [InlineData(nameof(Synchronous.Normal), 1L)]
    public async Task The_writer_has_a_write_ahead_log_and_syncs_as_told(string synchronous, long level)
    {
        var store = _folder.Open(_folder.Options with { Synchronous = Enum.Parse<Synchronous>(synchronous) });
        var (log, sync) = await store.Writer.Run(transaction =>
            ((string)transaction.Session.Prepared("pragma journal_mode").ExecuteScalar()!, transaction.Session.Prepared("pragma synchronous").ReadInt64()));
        Assert.Equal(("wal", level), (log, sync));
    }

    // What need not be flushed is not, and what comes after it is as ever.
    [Theory]
    [InlineData(nameof(Synchronous.Full), 2L)]
    [InlineData(nameof(Synchronous.Normal), 1L)]
    public async Task Only_the_commit_that_may_go_unflushed_does(string synchronous, long level)
    {
        var store = _folder.Open(_folder.Options with { Synchronous = Enum.Parse<Synchronous>(synchronous) });
        static long Level(WriteTransaction transaction) => transaction.Session.Prepared("pragma synchronous").ReadInt64();
        Assert.Equal(level, await store.Writer.Run(Level));
        Assert.Equal(1, await store.Writer.Run(Level, flushed: false));
        Assert.Equal(1, await store.Writer.Run(Level, flushed: false));
        Assert.Equal(level, await store.Writer.Run(Level));
        await Assert.ThrowsAsync<FormatException>(() => store.Writer.Run<long>(static _ => throw new FormatException(), flushed: false));
        Assert.Equal(level, await store.Writer.Run(Level));
    }

    [Fact]
    public async Task A_closed_store_leaves_no_log_and_no_owner()
    {
        var store = _folder.Open();
        await store.Append(await store.Seize(), "a", 1, 10);
        await _folder.Close();
        Assert.False(File.Exists(_folder.Options.WriteAheadLog));
        Assert.False(File.Exists(_folder.Options.OwnerFile));
    }

    [Fact]
    public async Task A_store_with_a_newer_schema_is_refused_unchanged()
    {
        _folder.Open();
        await _folder.Close();
        _folder.Raw("pragma user_version = 99");
        var before = _folder.Contents();

        var refused = Assert.Throws<StoreTooNewException>(() => _folder.Open());

        Assert.Contains("schema 99", refused.Message);
        Assert.Equal(before, _folder.Contents());
    }

    [Fact]
    public async Task A_store_with_an_older_schema_is_brought_up_to_date_with_all_it_has()
    {
        var store = _folder.Open();
        await store.Append(await store.Seize(), "a", 1, 3);
        await _folder.Close();
        _folder.Raw(OlderSchema.First);
        store = _folder.Open();
        Assert.Equal(["a/1", "a/2", "a/3"], await store.Texts("a"));
        Assert.Equal(Schema.Newest, await store.Scalar("pragma user_version"));
        Assert.Equal(0L, await store.Scalar("select newest from tape_state"));
        await store.Append(await store.Seize(), "a", 4, 4);
        var proof = await new StreamProof(new SqliteJournalRows(store.Readers, _folder.Options), JournalSeal.Plain, new KnownHeads()).Run();
        Assert.Equal(new Verdict(4, 0, Keyed: false, First: null), proof); // what was there has its hashes, and the chain goes on from them
    }

    [Fact]
    public void A_database_of_another_program_is_refused_unchanged()
    {
        _folder.Raw("create table theirs (x)");
        var before = _folder.Contents();
        var refused = Assert.Throws<StoreUnavailableException>(() => _folder.Open());
        Assert.Contains("another program", refused.Message);
        Assert.Equal(before, _folder.Contents());
    }

    [Fact]
    public async Task A_start_that_was_broken_off_before_the_tables_existed_is_taken_up()
    {
        _folder.Raw("pragma journal_mode = wal");
        var store = _folder.Open();
        await store.Append(await store.Seize(), "a", 1, 1);
        Assert.Equal(["a/1"], await store.Texts("a"));
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_with_advice()
    {
        File.WriteAllText(_folder.Options.Database, new string('x', 4_096));
        var refused = Assert.Throws<StoreUnavailableException>(() => _folder.Open());
        Assert.Contains("restore it from a backup", refused.Message);
    }

    [Fact]
    public async Task The_folder_may_be_called_anything()
    {
        var options = new SqliteStoreOptions(Path.Combine(_folder.Options.Folder, "a b?c#d%41;e='f'&ström"));
        var store = _folder.Open(options);
        await store.Append(await store.Seize(), "a", 1, 1);
        await _folder.Close();
        Assert.Equal(["a/1"], await _folder.Open(options).Texts("a"));
        Assert.True(File.Exists(options.Database));
        using var session = SqliteSession.WithoutLog(options.Database);
        Assert.Equal(Schema.Newest, Schema.VersionOf(session));
    }

    [Fact]
    public async Task A_full_disk_makes_the_journal_unavailable_and_once_there_is_room_it_goes_on()
    {
        var store = _folder.Open();
        var journal = new SqliteJournal(store);
        var fence = await store.Seize();
        await store.Append(fence, "a", 1, 1);
        var pages = await store.Writer.Run(transaction => transaction.Session.Prepared("pragma page_count").ReadInt64());
        await store.Writer.Run(transaction => transaction.Session.Prepared($"pragma max_page_count = {pages}").ExecuteScalar());

        var full = await Assert.ThrowsAsync<JournalUnavailableException>(async () =>
            await journal.Append([new("b", 1, fence, 1, new byte[10]), new("a", 2, fence, 2, new byte[1_000_000])]));

        Assert.Contains("Free some space", full.Message);
        Assert.Empty(await store.Texts("b"));
        Assert.Equal(["a/1"], await store.Texts("a"));

        await store.Writer.Run(transaction => transaction.Session.Prepared("pragma max_page_count = 1000000").ExecuteScalar());
        await store.Append(fence, "a", 2, 3);
        Assert.Equal(["a/1", "a/2", "a/3"], await store.Texts("a"));
        await _folder.Close();
        Assert.Equal(3L, await _folder.Open().Scalar("select max(position) from journal"));
    }

    [Fact]
    public async Task An_id_that_is_no_valid_text_is_refused()
    {
        var store = _folder.Open();
        var fence = await store.Seize();
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await new SqliteJournal(store).Append([new("half \ud83c", 1, fence, 1, new byte[1])]));
        Assert.Equal(0L, await store.Scalar("select count(*) from journal"));
        await store.Append(fence, "whole 🎲", 1, 1);
    }

    [Fact]
    public async Task What_is_asked_of_a_closed_store_is_unavailable()
    {
        var store = _folder.Open();
        var (journal, leases, fence) = (new SqliteJournal(store), new SqliteLeases(store, TimeProvider.System), await store.Seize());
        await _folder.Close();
        await Assert.ThrowsAsync<JournalUnavailableException>(async () => await journal.Append([new("a", 1, fence, 1, new byte[1])]));
        await Assert.ThrowsAsync<JournalUnavailableException>(async () => await journal.LoadSnapshot("a"));
        await Assert.ThrowsAsync<LeasesUnavailableException>(async () => await leases.Hold("x", new("alice", 1), TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Reading_can_be_cancelled_between_pages()
    {
        var store = _folder.Open();
        var fence = await store.Seize();
        await new SqliteJournal(store).Append([.. Enumerable.Range(1, 600).Select(n => new Entry("a", n, fence, n, new byte[1]))]);
        using var cancel = new CancellationTokenSource();
        var read = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in new SqliteJournal(store).Read("a", 0).WithCancellation(cancel.Token))
                if (++read == 10) await cancel.CancelAsync();
        });
        Assert.InRange(read, 10, 599);
        Assert.Equal(600, (await store.Texts("a")).Length); // the connection went back
    }

    [Fact]
    public async Task More_readers_than_connections_all_get_their_answer()
    {
        var store = _folder.Open(_folder.Options with { ReadConnections = 2 });
        await store.Append(await store.Seize(), "a", 1, 20);
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => store.Texts("a")));
        Assert.All(answers, texts => Assert.Equal(20, texts.Length));
    }

    [Fact]
    public async Task A_log_that_has_grown_is_copied_back_while_the_store_is_open()
    {
        var store = _folder.Open();
        var fence = await store.Seize();
        var journal = new SqliteJournal(store);
        for (var n = 1; n <= 20; n++) await journal.Append([new("a", n, fence, n, new byte[500_000])]);
        await Eventually.Holds(() => new FileInfo(_folder.Options.Database).Length > 4_000_000);
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}
