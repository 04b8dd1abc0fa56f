using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Xunit;

namespace Oddswire.TestKit.Specifications;

/// <summary>What every <see cref="ITape"/> promises. Inherited once per implementation; the history that REST reads is in <see cref="TapeHistorySpec"/>.</summary>
public abstract class TapeSpec
{
    protected abstract ITape Tape { get; }

    [Fact]
    public async Task An_empty_tape_begins_at_1()
    {
        Assert.Equal(new TapeHead(0, 1, 0, null, null), await Tape.Open());
        AssertPage(await Read(0), looked: 0);
        Assert.Empty(await Tape.Newest(10));
        Assert.Equal(0, (await Tape.Query(TapeFills.Everything)).Total);
    }

    [Fact]
    public async Task What_was_committed_is_read_back_byte_for_byte()
    {
        TapeEntry[] entries =
        [
            TapeFills.Entry(1),
            TapeFills.Entry(2, late: true),
            TapeFills.Entry(3, fill => fill with { Block = null, LogIndex = null, Order = null, Taker = null, Market = MarketText.Unknown }),
            TapeFills.Entry(4, fill => fill with { Market = new(TapeFills.Condition(7), "it's \"x\"; drop table\u0000 tape; --", "Straße 🎲 \u0000?", "Ja\nNein") }),
            TapeFills.Entry(5, fill => fill with { Market = new(TapeFills.Condition(7), new string('ß', 500), "t", "l") }),
        ];
        Assert.Equal(1, await Append([.. entries]));
        Assert.Equal(entries.Select(Plain), (await Read(0)).Entries.Select(Plain));
        Assert.Equal(entries.Select(Plain), (await Tape.Newest(10)).Select(Plain));
        Assert.Equal(new TapeHead(1, 1, 5, null, null), await Tape.Open());
        var strange = Assert.Single((await Tape.Query(TapeFills.Everything with { Slug = entries[3].Fill.Market.Slug })).Entries);
        Assert.Equal(4, strange.Position!.Value.Offset);
        Assert.Single((await Tape.Query(TapeFills.Everything with { Slug = entries[4].Fill.Market.Slug })).Entries);
        Assert.Empty((await Tape.Query(TapeFills.Everything with { Slug = new string('ß', 499) })).Entries);
    }

    [Fact]
    public async Task A_hole_is_refused_and_nothing_is_written()
    {
        await Append(1, 2);
        foreach (var loose in new long[] { 4, 100, long.MaxValue })
            await Assert.ThrowsAsync<TapeUnavailableException>(async () => await Append(loose));
        await Assert.ThrowsAsync<TapeUnavailableException>(async () => await Append(3, 5));
        Assert.Equal(2, (await Tape.Open()).Newest);
        AssertPage(await Read(0), looked: 2, 1, 2);
    }

    [Fact]
    public async Task A_commit_repeated_whole_or_in_part_is_harmless()
    {
        await Append(1, 2, 3);
        await Append(1, 2, 3);
        await Append([TapeFills.Entry(2, fill => fill with { Shares = new(77) }), TapeFills.Entry(3), TapeFills.Entry(4)]);
        var read = await Read(0);
        AssertPage(read, looked: 4, 1, 2, 3, 4);
        Assert.Equal(Plain(TapeFills.Entry(2)), Plain(read.Entries[1]));
    }

    [Fact]
    public async Task Offsets_go_on_under_a_new_writer_and_the_old_one_writes_no_more()
    {
        await Append([TapeFills.Entry(1, epoch: 3), TapeFills.Entry(2, epoch: 3)]);
        await Append([TapeFills.Entry(3, epoch: 5)]);
        await Assert.ThrowsAsync<TapeUnavailableException>(async () => await Append([TapeFills.Entry(4, epoch: 4)]));
        await Assert.ThrowsAsync<TapeUnavailableException>(async () => await Confirm(TapeFills.Entry(1, fill => fill with { Shares = new(5) }, epoch: 4)));
        var read = (await Read(0)).Entries;
        Assert.Equal([new(3, 1), new(3, 2), new Position(5, 3)], read.Select(entry => entry.Position!.Value));
        Assert.Equal(TapeFills.Entry(1).Fill, read[0].Fill);
        Assert.Equal(new Position(5, 3), (await Tape.Open()).Position);
    }

    [Fact]
    public async Task A_confirmed_fill_keeps_its_position_and_whether_it_was_late()
    {
        await Append([TapeFills.Entry(1, fill => fill with { Block = null, Market = MarketText.Unknown }, late: true), TapeFills.Entry(2)]);
        var complete = TapeFills.Entry(1, fill => fill with { Timestamp = fill.Timestamp + 60, Market = TapeFills.Market(9) }, epoch: 8);
        await Confirm(complete);
        var entry = (await Read(0)).Entries[0];
        Assert.Equal((EntryKind.Fill, new Position(1, 1), true), (entry.Kind, entry.Position!.Value, entry.Late));
        Assert.Equal(complete.Fill, entry.Fill);
        Assert.Equal(complete.Data.ToArray(), entry.Data.ToArray());
        Assert.Equal([1L], Offsets((await Tape.Query(TapeFills.Everything with { Slug = "market-9" })).Entries));
        Assert.Equal([1L, 2L], Offsets((await Tape.Query(TapeFills.Everything)).Entries)); // now the younger one
        Assert.Equal(2, (await Tape.Open()).Newest);
    }

    [Fact]
    public async Task A_removed_fill_leaves_history_and_replay_and_comes_back_when_it_is_mined_again()
    {
        await Append(1, 2, 3);
        await Remove(2);
        AssertPage(await Read(0), looked: 3, 1, 3);
        await AssertHistory(3L, 1L);
        Assert.Equal([EntryKind.Fill, EntryKind.Removed, EntryKind.Fill], (await Tape.Newest(10)).Select(entry => entry.Kind));
        await Remove(2, 3);
        AssertPage(await Read(0), looked: 3, 1);
        await Confirm(TapeFills.Entry(2));
        AssertPage(await Read(0), looked: 3, 1, 2);
        await AssertHistory(2L, 1L);
    }

    [Fact]
    public async Task What_is_told_of_a_fill_that_is_not_there_changes_nothing()
    {
        await Append(1);
        await Remove(-1, 0, 2, long.MaxValue);
        await Confirm(TapeFills.Entry(2));
        AssertPage(await Read(0), looked: 1, 1);
        await AssertHistory(1L);
        await Append(2);
        AssertPage(await Read(0), looked: 2, 1, 2);
    }

    [Fact]
    public async Task One_commit_appends_confirms_and_removes_in_this_order()
    {
        await Append(1);
        await Tape.Commit(new([TapeFills.Entry(2), TapeFills.Entry(3)], [TapeFills.Entry(2, fill => fill with { Shares = new(5) })], [1, 3], 70, 7_000));
        var only = Assert.Single((await Read(0)).Entries);
        Assert.Equal((2, new Quantity(5)), (only.Position!.Value.Offset, only.Fill.Shares));
        Assert.Equal(new TapeHead(1, 1, 3, 70, 7_000), await Tape.Open());
    }

    [Fact]
    public async Task How_far_the_chain_was_swept_stays_until_it_is_told_anew()
    {
        await Tape.Commit(new([], [], [], 100, 1_000));
        await Append(1);
        Assert.Equal(new TapeHead(1, 1, 1, 100, 1_000), await Tape.Open());
        await Tape.Commit(new([TapeFills.Entry(2)], [], [], 101, 1_002));
        Assert.Equal(new TapeHead(1, 1, 2, 101, 1_002), await Tape.Open());
    }

    public static TheoryData<string> Filters => [.. TapeFills.Filters.Keys];

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task Users_and_markets_combine_as_the_filter_says(string name)
    {
        var (filter, matches) = TapeFills.Filters[name];
        await Append([.. Enumerable.Range(1, 60).Select(n => TapeFills.Entry(n, TapeFills.Mixed))]);
        long[] expected = [.. Enumerable.Range(1, 60).Where(n => matches(n % 3, n % 4)).Select(n => (long)n)];
        Assert.Equal(expected, Offsets((await Read(0, filter)).Entries));

        var paged = new List<long>();
        for (long after = 0; after < 60;)
        {
            var page = await Read(after, filter, most: 7);
            Assert.True(page.LookedThrough > after);
            Assert.Equal(page.Entries.Length == 7 ? page.Entries[^1].Position!.Value.Offset : 60, page.LookedThrough);
            paged.AddRange(Offsets(page.Entries));
            after = page.LookedThrough;
        }
        Assert.Equal(expected, paged);
    }

    [Fact]
    public async Task Reading_behind_the_end_finds_nothing_and_looks_no_further_than_asked()
    {
        await Append(1, 2);
        AssertPage(await Read(2), looked: 2);
        AssertPage(await Read(50), looked: 50);
        AssertPage(await Read(long.MaxValue), looked: long.MaxValue);
    }

    [Fact]
    public async Task A_read_that_finds_nothing_says_how_far_it_got_and_goes_on_from_there()
    {
        for (var first = 1; first < 12_000; first += 2_000)
            await Append([.. Enumerable.Range(first, 2_000).Select(n => TapeFills.Entry(n, data: TapeFills.SomeData))]);
        long after = 0;
        var reads = 0;
        for (; after < 12_000; reads++)
        {
            var page = await Read(after, OrderFilter.Of(TapeFills.Wallet(404)));
            Assert.Empty(page.Entries);
            Assert.InRange(page.LookedThrough, after + 1, after + ITape.MostLookedAt);
            after = page.LookedThrough;
        }
        Assert.Equal((12_000, true), (after, reads > 1));
    }

    [Fact]
    public async Task Entries_are_found_by_their_offsets_removed_ones_too()
    {
        await Append(1, 2, 3, 4);
        await Remove(3);
        var found = await Tape.At([4, 3, 99, 1, 1, 0, -5]);
        Assert.Equal([1L, 3L, 4L], Offsets(found));
        Assert.Equal([EntryKind.Fill, EntryKind.Removed, EntryKind.Fill], found.Select(static entry => entry.Kind));
        Assert.Equal(Plain(TapeFills.Entry(4)), Plain(found[2]));
        Assert.Empty(await Tape.At([]));
    }

    [Fact]
    public async Task The_newest_are_given_oldest_first()
    {
        await Append(1, 2, 3, 4, 5);
        await Remove(4);
        Assert.Equal([3L, 4L, 5L], Offsets(await Tape.Newest(3)));
        Assert.Equal([1L, 2L, 3L, 4L, 5L], Offsets(await Tape.Newest(50_000)));
    }

    [Fact]
    public async Task A_reader_beside_the_writer_sees_whole_commits_and_no_hole()
    {
        var writer = Task.Run(async () =>
        {
            for (var first = 1; first <= 600; first += 3) await Append(first, first + 1, first + 2);
        }, TestContext.Current.CancellationToken);
        while (true)
        {
            var written = writer.IsCompleted;
            var history = await History(1_000);
            Assert.Equal(0, history.Total % 3);
            Assert.Equal(Enumerable.Range(1, (int)history.Total).Select(n => (long)n).Reverse(), Offsets(history.Entries));
            var read = (await Read(0)).Entries;
            Assert.Equal(Enumerable.Range(1, read.Length).Select(n => (long)n), Offsets(read));
            Assert.True(read.Length >= history.Total);
            if (written) break;
        }
        await writer;
        Assert.Equal(600, (await History()).Total);
    }

    protected ValueTask<long> Append(params long[] offsets) => Append([.. offsets.Select(offset => TapeFills.Entry(offset))]);
    protected ValueTask<long> Append(ImmutableArray<TapeEntry> entries) => Tape.Commit(new(entries, [], [], null, null));
    protected ValueTask<long> Confirm(TapeEntry entry) => Tape.Commit(new([], [entry], [], null, null));
    protected ValueTask<long> Remove(params ImmutableArray<long> offsets) => Tape.Commit(new([], [], offsets, null, null));
    protected ValueTask<TapePage> Read(long after, OrderFilter? filter = null, int most = 1_000) => Tape.Read(after, filter ?? OrderFilter.Everything, most);

    protected async Task<OrderPage> History(int limit = 100) => await Tape.Query(TapeFills.Everything with { Limit = limit });

    protected async Task AssertHistory(params long[] offsets)
    {
        var page = await History();
        Assert.Equal(offsets, Offsets(page.Entries));
        Assert.Equal((offsets.Length, false), (page.Total, page.HasMore));
    }

    protected static IEnumerable<long> Offsets(ImmutableArray<TapeEntry> entries) => entries.Select(entry => entry.Position!.Value.Offset);

    // Memory<byte> compares by reference: entries are the same when their bytes are.
    protected static (EntryKind, Position?, Fill, bool, string) Plain(TapeEntry entry) =>
        (entry.Kind, entry.Position, entry.Fill, entry.Late, Convert.ToHexString(entry.Data.Span));

    private static void AssertPage(TapePage page, long looked, params long[] offsets)
    {
        Assert.Equal(offsets, Offsets(page.Entries));
        Assert.Equal((looked, 1), (page.LookedThrough, page.Oldest));
    }
}
