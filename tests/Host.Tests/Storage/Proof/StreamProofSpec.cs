using System.Globalization;
using System.Text;
using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Proof;
using Oddswire.Messages.Ledger;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Proof;

/// <summary>A journal of the streams a and b, four entries each by turns, which somebody then works on with SQL.</summary>
public abstract class StreamProofSpec
{
    private protected static readonly JournalSeal Keyed = JournalSeal.With("a key that nobody guesses");

    private readonly KnownHeads _heads = new();

    private protected abstract Task<(IJournal Journal, ILeases Leases, ChangedStreams Changed, IJournalRows Rows)> Open(JournalSeal seal);
    private protected abstract Task Close();

    /// <summary>On the closed store.</summary>
    private protected abstract Task Sql(string sql);

    /// <summary>How bytes are written in this SQL.</summary>
    private protected abstract string Bytes(ReadOnlySpan<byte> bytes);

    private async Task Write(JournalSeal seal, long first = 1, long last = 4)
    {
        var (journal, leases, changed, _) = await Open(seal);
        var fence = (await leases.Seize("shard", new("alice", 1), TimeSpan.FromMinutes(1))).Fence;
        for (var n = first; n <= last; n++)
            await journal.Append([Event("a", n, fence), Event("b", n, fence)]);
        foreach (var head in changed.Take())
            _heads.Add(head);
        await Close();
    }

    private static Entry Event(string id, long n, Fence fence) => new(id, n, fence, 100 + n, Encoding.UTF8.GetBytes($$"""{"event":"{{id}}{{n}}"}"""));

    private async Task<Verdict> Prove(JournalSeal? seal = null, KnownHeads? heads = null)
    {
        var (_, _, _, rows) = await Open(seal ?? Keyed);
        var verdict = await new StreamProof(rows, seal ?? Keyed, heads ?? new KnownHeads()).Run();
        await Close();
        return verdict;
    }

    /// <summary>Values, and not the other row by a subselect: SQLite would read there what it has just written.</summary>
    private async Task Swap(string columns)
    {
        var (_, _, _, rows) = await Open(Keyed);
        var stream = await rows.ByStream("a").ToListAsync(TestContext.Current.CancellationToken);
        await Close();
        foreach (var (row, at) in new[] { (stream[1], 3), (stream[2], 2) })
        {
            var values = columns.Split(',').Select(column => $"{column} = " + column switch
            {
                "payload" => Bytes(row.Entry.Payload.Span),
                "hash" => Bytes(row.Hash.Span),
                _ => row.Entry.WriteId.ToString(CultureInfo.InvariantCulture),
            });
            await Sql($"update journal set {string.Join(", ", values)} where persistence_id = 'a' and sequence = {at}");
        }
    }

    [Fact]
    public async Task What_was_written_holds_with_a_key_and_without_one()
    {
        await Write(Keyed);
        Assert.Equal(new Verdict(8, 0, Keyed: true, First: null), await Prove());
        Assert.Equal(new Finding("a", 1, "changed"), (await Prove(JournalSeal.Plain)).First);
        Assert.Equal(new Finding("a", 1, "changed"), (await Prove(JournalSeal.With("another key of this house"))).First);
    }

    [Fact]
    public async Task The_chain_goes_on_over_a_restart_and_the_heads_hold()
    {
        await Write(Keyed, 1, 2);
        await Write(Keyed, 3, 4);
        Assert.Equal(4, _heads.LengthOf("a"));
        Assert.Equal(new Verdict(8, 0, Keyed: true, First: null), await Prove(heads: _heads));
    }

    [Fact]
    public async Task Entries_from_before_there_was_a_key_hold_and_are_counted_and_none_may_be_added_to_them()
    {
        await Write(JournalSeal.Plain, 1, 2);
        await Write(Keyed, 3, 4);
        Assert.Equal(new Verdict(8, 4, Keyed: false, First: null), await Prove(heads: _heads));

        // Somebody without the key makes the last entry of b what he likes, with a hash that a plain chain would have.
        var (_, _, _, rows) = await Open(Keyed);
        var stream = await rows.ByStream("b").ToListAsync(TestContext.Current.CancellationToken);
        await Close();
        var forged = stream[3].Entry with { Payload = "{}"u8.ToArray() };
        await Sql($"update journal set payload = {Bytes("{}"u8)}, hash = {Bytes(JournalSeal.Plain.Of(stream[2].Hash.Span, forged))} where persistence_id = 'b' and sequence = 4");
        Assert.Equal(new Finding("b", 4, "changed"), (await Prove()).First);
    }

    [Theory]
    [InlineData("payload = X")]
    [InlineData("write_id = write_id + 1")]
    [InlineData("term = term + 1")]
    [InlineData("resource = 'other'")]
    [InlineData("hash = (select hash from journal where persistence_id = 'b' and sequence = 2)")]
    public async Task A_changed_entry_is_named(string change)
    {
        await Write(Keyed);
        await Sql($"update journal set {change.Replace("X", Bytes("{}"u8), StringComparison.Ordinal)} where persistence_id = 'a' and sequence = 3");
        Assert.Equal(new Verdict(2, 0, Keyed: true, new Finding("a", 3, "changed")), await Prove(heads: _heads));
    }

    [Fact]
    public async Task A_history_that_was_made_anew_in_all_its_hashes_is_found_by_a_head()
    {
        await Write(JournalSeal.Plain);
        var (_, _, _, rows) = await Open(JournalSeal.Plain);
        var stream = await rows.ByStream("a").ToListAsync(TestContext.Current.CancellationToken);
        await Close();
        var before = stream[0].Hash.ToArray();
        foreach (var row in stream.Skip(1))
        {
            var forged = row.Entry.Sequence == 2 ? row.Entry with { Payload = "{}"u8.ToArray() } : row.Entry;
            before = JournalSeal.Plain.Of(before, forged);
            await Sql($"update journal set payload = {Bytes(forged.Payload.Span)}, hash = {Bytes(before)} where position = {row.Position}");
        }
        Assert.True((await Prove(JournalSeal.Plain)).Ok); // without a key and without heads nobody can know
        Assert.Equal(new Finding("a", 4, "changed"), (await Prove(JournalSeal.Plain, _heads)).First);
    }

    [Fact]
    public async Task A_missing_entry_is_named()
    {
        await Write(Keyed);
        await Sql("delete from journal where persistence_id = 'b' and sequence = 2");
        Assert.Equal(new Finding("b", 2, "missing"), (await Prove()).First);
    }

    [Theory]
    [InlineData("payload")]
    [InlineData("payload,write_id")]
    [InlineData("payload,write_id,hash")]
    public async Task Entries_that_changed_places_are_reordered_and_not_changed(string columns)
    {
        await Write(Keyed);
        await Swap(columns);
        Assert.Equal(new Finding("a", 2, "reordered"), (await Prove()).First);
    }

    [Fact]
    public async Task Rows_that_changed_their_numbers_are_reordered()
    {
        await Write(Keyed);
        await Sql("update journal set sequence = sequence + 100 where persistence_id = 'a' and sequence in (2, 4)");
        await Sql("update journal set sequence = 106 - sequence where persistence_id = 'a' and sequence > 100");
        Assert.Equal(new Finding("a", 2, "reordered"), (await Prove()).First);
    }

    [Fact]
    public async Task An_end_that_was_cut_off_is_named_by_the_heads_and_without_them_by_its_place()
    {
        await Write(Keyed);
        await Sql("delete from journal where persistence_id = 'a' and sequence = 4");
        Assert.Equal(new Finding("a", 4, "truncated"), (await Prove(heads: _heads)).First);
        Assert.Equal(new Finding("", 7, "missing"), (await Prove()).First);
        await Sql("delete from journal where persistence_id = 'a'");
        Assert.Equal(new Finding("a", 1, "truncated"), (await Prove(heads: _heads)).First);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("X")]
    public async Task An_entry_without_its_hash_is_unreadable(string hash)
    {
        await Write(Keyed);
        await Sql($"update journal set hash = {hash.Replace("X", Bytes([1, 2]), StringComparison.Ordinal)} where persistence_id = 'a' and sequence = 2");
        Assert.Equal(new Finding("a", 2, "unreadable"), (await Prove()).First);
    }

    /// <summary>Of a at its third entry.</summary>
    private async Task Save(JournalSeal seal)
    {
        var (journal, leases, _, _) = await Open(seal);
        var fence = (await leases.Seize("shard", new("alice", 1), TimeSpan.FromMinutes(1))).Fence;
        await journal.SaveSnapshot(Event("a", 3, fence));
        await Close();
    }

    [Theory]
    [InlineData("payload = X")]
    [InlineData("write_id = write_id + 1")]
    [InlineData("sequence = 2")]
    [InlineData("hash = null")]
    [InlineData("persistence_id = 'b'")]
    public async Task A_changed_snapshot_is_named_and_given_to_nobody(string change)
    {
        await Write(Keyed);
        await Save(Keyed);
        Assert.Equal(new Verdict(8, 0, Keyed: true, First: null), await Prove(heads: _heads));

        await Sql($"update snapshot set {change.Replace("X", Bytes("{}"u8), StringComparison.Ordinal)}");
        var (stream, at) = (change.Contains("'b'", StringComparison.Ordinal) ? "b" : "a", change == "sequence = 2" ? 2 : 3);
        Assert.Equal(new Finding(stream, at, "changed") { InSnapshot = true }, (await Prove(heads: _heads)).First);

        // Nothing is what no actor can read: it reads its events instead.
        var (journal, _, _, _) = await Open(Keyed);
        Assert.True((await journal.LoadSnapshot(stream))!.Value.Payload.IsEmpty);
        var all = await journal.ReadAll("").ToListAsync(TestContext.Current.CancellationToken);
        Assert.True(Assert.Single(all, static read => read.IsSnapshot).Entry.Payload.IsEmpty);
        await Close();
    }

    [Fact]
    public async Task A_snapshot_with_a_seal_that_needs_no_key_is_from_before_there_was_one_or_forged()
    {
        await Write(JournalSeal.Plain, 1, 3);
        await Save(JournalSeal.Plain);
        await Write(Keyed, 4, 4);
        Assert.Equal(new Verdict(8, 6, Keyed: false, First: null), await Prove());

        await Sql("delete from snapshot");
        await Sql("delete from journal");
        await Write(Keyed);
        await Save(JournalSeal.Plain);
        Assert.Equal(new Finding("a", 3, "changed") { InSnapshot = true }, (await Prove()).First);
    }

    [Fact]
    public async Task A_stream_that_ends_before_its_snapshot_is_truncated()
    {
        await Write(Keyed);
        await Save(Keyed);
        await Sql("delete from journal where persistence_id = 'a' and sequence > 2");
        Assert.Equal(new Finding("a", 3, "truncated"), (await Prove()).First);
        await Sql("delete from journal where persistence_id = 'a'");
        Assert.Equal(new Finding("a", 1, "truncated"), (await Prove()).First);
    }

    [Fact]
    public async Task Pages_of_the_journal_are_in_the_order_of_commits()
    {
        await Write(Keyed);
        var (_, _, _, rows) = await Open(Keyed);
        var page = await rows.Page(5);
        Assert.Equal([(6, "b", 3), (7, "a", 4), (8, "b", 4)], page.Select(static row => (row.Position, row.Entry.PersistenceId, row.Entry.Sequence)));
        Assert.True((await rows.Page(8)).IsEmpty);
    }
}
