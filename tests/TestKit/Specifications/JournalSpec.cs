using System.Collections.Immutable;
using System.Text;
using Oddswire.Runtime;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;
using Xunit;

namespace Oddswire.TestKit.Specifications;

/// <summary>What every <see cref="IJournal"/> promises. Inherited once per implementation; journal and leases are one store.</summary>
public abstract class JournalSpec
{
    private static readonly NodeId Alice = new("alice", 1);
    private static readonly NodeId Bob = new("bob", 1);
    private long _writes;

    protected abstract IJournal Journal { get; }
    protected abstract ILeases Leases { get; }

    [Fact]
    public async Task What_was_appended_is_read_back_entry_by_entry()
    {
        var fence = await Fence("shard-1");
        var batch = Batch(Entry("a", 1, fence, "one"), Entry("a", 2, fence, "two"), Entry("a", 3, fence, "three"));
        Assert.Empty(await Journal.Append(batch));
        AssertSame(batch, await Read("a"));
    }

    [Fact]
    public async Task An_unknown_actor_has_no_entries() => Assert.Empty(await Read("nobody"));

    [Fact]
    public async Task Reading_starts_after_the_given_sequence()
    {
        await AppendTexts("a", await Fence("shard-1"), "one", "two", "three", "four");
        Assert.Equal([3L, 4L], (await Read("a", after: 2)).Select(e => e.Sequence));
        Assert.Empty(await Read("a", after: 4));
        Assert.Empty(await Read("a", after: long.MaxValue));
        Assert.Equal(4, (await Read("a", after: -1)).Length);
    }

    [Fact]
    public async Task Streams_of_one_kind_are_read_in_one_go_their_snapshots_first_and_only_what_is_behind_them()
    {
        var fence = await Fence("shard-1");
        await AppendTexts("sub_a", fence, "one", "two", "three");
        await AppendTexts("sub_b", fence, "one");
        await AppendTexts("sub", fence, "other");
        await AppendTexts("sub`", fence, "other");
        await AppendTexts("suc_", fence, "other");
        var snapshot = Entry("sub_a", 2, fence, "state of two");
        await Journal.SaveSnapshot(snapshot);
        await Journal.SaveSnapshot(Entry("other", 1, fence, "state"));
        var all = await ReadAll("sub_");
        AssertSame([snapshot], [.. all.Where(read => read.IsSnapshot).Select(read => read.Entry)]);
        Assert.True(all[0].IsSnapshot);
        Assert.Equal([("sub_a", 3L), ("sub_b", 1L)], all.Skip(1).Select(read => (read.Entry.PersistenceId, read.Entry.Sequence)).Order());
        Assert.Empty(await ReadAll("nobody"));
    }

    [Fact]
    public async Task Thousands_of_streams_are_read_whole_and_each_in_order()
    {
        var fence = await Fence("shard-1");
        for (var sequence = 1; sequence <= 3; sequence++)
            Assert.Empty(await Journal.Append([.. Enumerable.Range(0, 1_500).Select(n => Entry($"sub_{n}", sequence, fence, $"{sequence} of {n}"))]));
        var read = await ReadAll("sub_");
        Assert.Equal(4_500, read.Count);
        foreach (var stream in read.GroupBy(static one => one.Entry.PersistenceId))
            Assert.Equal([1L, 2L, 3L], stream.Select(static one => one.Entry.Sequence));
    }

    private async Task<List<(Entry Entry, bool IsSnapshot)>> ReadAll(string prefix)
    {
        var all = new List<(Entry Entry, bool IsSnapshot)>();
        await foreach (var read in Journal.ReadAll(prefix))
            all.Add(read);
        return all;
    }

    [Fact]
    public async Task An_empty_batch_changes_nothing()
    {
        Assert.Empty(await Journal.Append([]));
        Assert.Empty(await Journal.Append(default));
    }

    [Fact]
    public async Task One_batch_carries_the_events_of_many_actors()
    {
        var fence = await Fence("shard-1");
        var batch = Enumerable.Range(0, 300).Select(n => Entry($"actor-{n % 100}", 1 + n / 100, fence, $"event {n}")).ToImmutableArray();
        Assert.Empty(await Journal.Append(batch));
        for (var actor = 0; actor < 100; actor++)
            AssertSame([batch[actor], batch[100 + actor], batch[200 + actor]], await Read($"actor-{actor}"));
    }

    [Fact]
    public async Task Ten_thousand_entries_come_back_in_order()
    {
        var fence = await Fence("shard-1");
        for (var batch = 0; batch < 10; batch++)
            await Journal.Append([.. Enumerable.Range(1 + batch * 1_000, 1_000).Select(n => Entry("a", n, fence, $"event {n}"))]);
        var all = await Read("a");
        Assert.Equal(Enumerable.Range(1, 10_000).Select(n => (long)n), all.Select(e => e.Sequence));
        Assert.Equal("event 7777", Encoding.UTF8.GetString(all[7_776].Payload.Span));
    }

    [Fact]
    public async Task A_taken_sequence_writes_nothing_of_its_batch()
    {
        var fence = await Fence("shard-1");
        await AppendTexts("a", fence, "one", "two");
        var batch = Batch(Entry("b", 1, fence, "lost"), Entry("a", 2, fence, "again"), Entry("c", 1, fence, "lost"));
        await Assert.ThrowsAsync<SequenceTakenException>(async () => await Journal.Append(batch));
        Assert.Empty(await Read("b"));
        Assert.Empty(await Read("c"));
        Assert.Equal("two", Encoding.UTF8.GetString((await Read("a"))[1].Payload.Span));
        Assert.Empty(await Journal.Append(Batch(Entry("b", 1, fence, "kept"))));
    }

    [Fact]
    public async Task A_sequence_that_is_twice_in_one_batch_is_taken()
    {
        var fence = await Fence("shard-1");
        await Assert.ThrowsAsync<SequenceTakenException>(async () => await Journal.Append(Batch(Entry("a", 1, fence, "x"), Entry("a", 1, fence, "x"))));
        Assert.Empty(await Read("a"));
    }

    [Fact]
    public async Task A_hole_in_the_sequence_is_refused_and_nothing_is_written()
    {
        var fence = await Fence("shard-1");
        await AppendTexts("a", fence, "one");
        foreach (var loose in new[] { 3, 0, -1, long.MaxValue })
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Journal.Append(Batch(Entry("b", 1, fence, "b"), Entry("a", loose, fence, "loose"))));
        Assert.Single(await Read("a"));
        Assert.Empty(await Read("b"));
    }

    [Fact]
    public async Task Entries_of_an_old_term_are_left_out_and_their_actors_named_while_others_are_written()
    {
        var old = await Fence("shard-1");
        var other = await Fence("shard-2");
        var current = await Fence("shard-1", Bob);
        var fenced = await Journal.Append(Batch(
            Entry("ghost", 1, old, "late"), Entry("living", 1, current, "kept"), Entry("ghost", 2, old, "late"), Entry("third", 1, other, "kept")));
        Assert.Equal(["ghost"], fenced);
        Assert.Empty(await Read("ghost"));
        Assert.Single(await Read("living"));
        Assert.Single(await Read("third"));
    }

    [Fact]
    public async Task The_events_of_one_actor_are_written_all_or_not_at_all()
    {
        var old = await Fence("shard-1");
        var current = await Fence("shard-1", Bob);
        Assert.Equal(["a"], await Journal.Append(Batch(Entry("a", 1, current, "x"), Entry("a", 2, old, "y"), Entry("b", 1, current, "z"))));
        Assert.Empty(await Read("a"));
        Assert.Single(await Read("b"));
    }

    [Fact]
    public async Task A_resource_that_nobody_ever_held_and_a_term_from_the_future_are_fenced()
    {
        var fence = await Fence("shard-1");
        Assert.Equal(["a", "b"], await Journal.Append(Batch(Entry("a", 1, new("unheard-of", 1), "x"), Entry("b", 1, fence with { Term = fence.Term + 1 }, "y"))));
        Assert.Empty(await Read("a"));
        Assert.Empty(await Read("b"));
    }

    [Fact]
    public async Task A_fenced_entry_is_fenced_also_where_its_sequence_is_taken()
    {
        var old = await Fence("shard-1");
        await AppendTexts("a", old, "one");
        await Fence("shard-1", Bob);
        Assert.Equal(["a"], await Journal.Append(Batch(Entry("a", 1, old, "again"))));
    }

    [Fact]
    public async Task Entries_written_under_different_terms_are_one_history()
    {
        var first = await Fence("shard-1");
        await AppendTexts("a", first, "one", "two");
        var second = await Fence("shard-1", Bob);
        await Journal.Append(Batch(Entry("a", 3, second, "three")));
        Assert.Equal([first, first, second], (await Read("a")).Select(e => e.Fence));
    }

    [Fact]
    public async Task The_newest_snapshot_wins_in_whatever_order_they_are_saved()
    {
        var fence = await Fence("shard-1");
        Assert.Null(await Journal.LoadSnapshot("a"));
        await Journal.SaveSnapshot(Entry("a", 10, fence, "ten"));
        await Journal.SaveSnapshot(Entry("b", 3, fence, "three"));
        var newest = Entry("a", 20, fence, "twenty");
        await Journal.SaveSnapshot(newest);
        await Journal.SaveSnapshot(Entry("a", 15, fence, "fifteen"));
        await Journal.SaveSnapshot(Entry("a", 20, fence, "twenty again"));
        AssertSame([newest], [(await Journal.LoadSnapshot("a"))!.Value]);
        Assert.Equal(3, (await Journal.LoadSnapshot("b"))!.Value.Sequence);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1024 * 1024)]
    public async Task Payloads_of_every_size_come_back_byte_for_byte(int size)
    {
        var payload = new byte[size];
        new Random(7).NextBytes(payload);
        var entry = new Entry("a", 1, await Fence("shard-1"), long.MinValue, payload);
        await Journal.Append([entry]);
        await Journal.SaveSnapshot(entry);
        AssertSame([entry], await Read("a"));
        AssertSame([entry], [(await Journal.LoadSnapshot("a"))!.Value]);
    }

    [Fact]
    public async Task The_journal_keeps_its_own_copy_of_a_payload()
    {
        var fence = await Fence("shard-1");
        var buffer = "before"u8.ToArray();
        await Journal.Append([new("a", 1, fence, 1, buffer)]);
        await Journal.SaveSnapshot(new("a", 1, fence, 1, buffer));
        buffer.AsSpan().Clear();
        Assert.Equal("before", Encoding.UTF8.GetString(Assert.Single(await Read("a")).Payload.Span));
        Assert.Equal("before", Encoding.UTF8.GetString((await Journal.LoadSnapshot("a"))!.Value.Payload.Span));
    }

    [Fact]
    public async Task Ids_are_compared_character_by_character_whatever_they_hold()
    {
        var fence = await Fence("ström/ 🎲");
        string[] ids = ["x", "X", "x ", " x", "é", "e\u0301", "🎲", "a\0b", "a\0c", "'; drop table journal; --", "%", "_", new('i', 1_000), new('i', 1_001)];
        Assert.Empty(await Journal.Append([.. ids.Select(id => Entry(id, 1, fence, id))]));
        foreach (var id in ids)
        {
            var entry = Assert.Single(await Read(id));
            Assert.Equal((id, id, fence), (entry.PersistenceId, Encoding.UTF8.GetString(entry.Payload.Span), entry.Fence));
        }
    }

    [Fact]
    public async Task An_empty_id_is_refused()
    {
        var nameless = Entry("", 1, await Fence("shard-1"), "x");
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Journal.Append([nameless]));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Journal.SaveSnapshot(nameless));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Journal.LoadSnapshot(""));
    }

    [Fact]
    public async Task Appends_from_many_threads_are_all_kept()
    {
        var fence = await Fence("shard-1");
        await Task.WhenAll(Enumerable.Range(0, 16).Select(actor => Task.Run(async () =>
        {
            for (var n = 1; n <= 25; n++) Assert.Empty(await Journal.Append([Entry($"actor-{actor}", n, fence, $"{actor}/{n}")]));
        })));
        for (var actor = 0; actor < 16; actor++)
            Assert.Equal(Enumerable.Range(1, 25).Select(n => $"{actor}/{n}"), (await Read($"actor-{actor}")).Select(e => Encoding.UTF8.GetString(e.Payload.Span)));
    }

    [Fact]
    public async Task Of_writers_that_race_for_one_sequence_exactly_one_wins()
    {
        var fence = await Fence("shard-1");
        var won = await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
        {
            try { return (await Journal.Append([Entry("a", 1, fence, $"{writer}")])).IsEmpty; }
            catch (SequenceTakenException) { return false; }
        })));
        Assert.Single(won, true);
        Assert.Single(await Read("a"));
    }

    private async Task<Fence> Fence(string resource, NodeId? owner = null) => (await Leases.Seize(resource, owner ?? Alice, TimeSpan.FromMinutes(1))).Fence;

    private Entry Entry(string id, long sequence, Fence fence, string payload) => new(id, sequence, fence, Interlocked.Increment(ref _writes), Encoding.UTF8.GetBytes(payload));

    private static ImmutableArray<Entry> Batch(params ImmutableArray<Entry> entries) => entries;

    private async Task AppendTexts(string id, Fence fence, params string[] payloads) =>
        Assert.Empty(await Journal.Append([.. payloads.Select((payload, n) => Entry(id, n + 1, fence, payload))]));

    private async Task<Entry[]> Read(string id, long after = 0) => await Journal.Read(id, after).ToArrayAsync(TestContext.Current.CancellationToken);

    // Memory<byte> compares by reference: entries are the same when their bytes are.
    private static void AssertSame(IEnumerable<Entry> expected, IEnumerable<Entry> actual) => Assert.Equal(expected.Select(Plain), actual.Select(Plain));

    private static (string, long, Fence, long, string) Plain(Entry e) => (e.PersistenceId, e.Sequence, e.Fence, e.WriteId, Convert.ToHexString(e.Payload.Span));
}
