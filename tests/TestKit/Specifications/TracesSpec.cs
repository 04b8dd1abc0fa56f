using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;
using Xunit;

namespace Oddswire.TestKit.Specifications;

/// <summary>What every <see cref="ITraces"/> promises. Inherited once per implementation, which is given <see cref="Bounds"/>.</summary>
public abstract class TracesSpec
{
    protected static TraceBounds Bounds { get; } = new(TimeSpan.FromHours(1), 3_000);

    protected ManualClock Clock { get; } = new();

    protected abstract ITraces Traces { get; }

    private static readonly SubscriptionId Mine = SubscriptionId.Next(new Random(1));
    private static readonly SubscriptionId Other = SubscriptionId.Next(new Random(2));

    private long Now => ManualClock.Epoch.ToUnixTimeMilliseconds() + (long)Clock.WallOffset.TotalMilliseconds;

    // The first eight bytes are all that some stores look at.
    private static TxHash Tx(int n) => new(new((ulong)n << 40, 0, 0, 1));
    private static OrderHash Order(int n) => new(new(ulong.MaxValue - (ulong)n, 0, 0, 2));
    private static FillMark Mark(MarkKind kind, long at, string source = "") => new(kind, source, at);
    private static FillTrace Fill(long offset, int tx, int? order = null, params ImmutableArray<FillMark> marks) => new(offset, Tx(tx), order is { } n ? Order(n) : null, [.. marks]);
    private PositionSample Sample(long first, long last, string session = "1", SubscriptionId? of = null, long unread = 0) =>
        new(of ?? Mine, session, Now + (first * 1_000), Now + (last * 1_000), first, last, unread);

    private ValueTask Keep(params ImmutableArray<FillTrace> fills) => Traces.Keep(new(fills, [], 0));
    private ValueTask KeepSamples(params ImmutableArray<PositionSample> samples) => Traces.Keep(new([], samples, 0));

    [Fact]
    public async Task An_empty_store_knows_nothing()
    {
        Assert.Equal(0, await Traces.Newest());
        Assert.Empty(await Traces.Find(Tx(1)));
        Assert.Empty(await Traces.Find(Order(1)));
        Assert.Null(await Traces.Of(1));
        Assert.Empty(await Traces.Samples(Mine, 1));
        Assert.Null(await Traces.SampledSince());
        await Traces.Keep(new([], [], 0));
    }

    [Fact]
    public async Task Fills_are_found_by_transaction_and_by_order_the_newest_first()
    {
        await Keep(Fill(1, tx: 1, order: 1), Fill(2, tx: 1, order: 2), Fill(3, tx: 2, order: 1), Fill(4, tx: 3));
        Assert.Equal([2L, 1L], await Traces.Find(Tx(1)));
        Assert.Equal([3L, 1L], await Traces.Find(Order(1)));
        Assert.Empty(await Traces.Find(Tx(9)));
        Assert.Equal(4, await Traces.Newest());
        await Keep([.. Enumerable.Range(10, 80).Select(n => Fill(n, tx: 7))]);
        Assert.Equal(Enumerable.Range(0, ITraces.MostFound).Select(static n => 89L - n), await Traces.Find(Tx(7)));
    }

    [Fact]
    public async Task Marks_are_added_to_those_there_are_and_an_order_that_becomes_known_too()
    {
        await Keep(Fill(5, tx: 1, null, Mark(MarkKind.Row, 100, "rtds/1"), Mark(MarkKind.SentAhead, 110), Mark(MarkKind.Numbered, 120)));
        await Keep(Fill(5, tx: 1, 4, Mark(MarkKind.Log, 130, "polygon/2")), Fill(6, tx: 1));
        await Keep(Fill(5, tx: 1, null, Mark(MarkKind.Confirmed, 140), Mark(MarkKind.Removed, 150)));
        Assert.Equal(
            [Mark(MarkKind.Row, 100, "rtds/1"), Mark(MarkKind.SentAhead, 110), Mark(MarkKind.Numbered, 120), Mark(MarkKind.Log, 130, "polygon/2"), Mark(MarkKind.Confirmed, 140), Mark(MarkKind.Removed, 150)],
            (await Traces.Of(5))!.Value);
        Assert.Equal([5L], await Traces.Find(Order(4)));
        Assert.Empty((await Traces.Of(6))!.Value);
    }

    [Fact]
    public async Task Each_fill_has_its_own_marks_however_many_there_are_and_whoever_told()
    {
        var told = Enumerable.Range(1, 600).ToDictionary(static n => n, static _ => new List<FillMark>());
        for (var round = 0; round < 4; round++)
        {
            var fills = ImmutableArray.CreateBuilder<FillTrace>();
            foreach (var (n, marks) in told)
            {
                var more = Enumerable.Range(0, (n + round) % 4).Select(i => Mark((MarkKind)((n + i) % 6), (1_000 * round) + n, $"rtds/{(n + round) % 50}")).ToList();
                marks.AddRange(more);
                if (more.Count > 0 || round == 0)
                    fills.Add(Fill(n, tx: n, null, [.. more]));
            }
            await Keep(fills.DrainToImmutable());
        }
        foreach (var (n, marks) in told)
            Assert.Equal(marks, (await Traces.Of(n))!.Value);
        Assert.Null(await Traces.Of(601));
    }

    [Fact]
    public async Task The_list_of_fills_is_its_owners_again_when_the_call_has_ended()
    {
        List<FillTrace> lent = [Fill(1, tx: 1, null, Mark(MarkKind.Log, 100, "polygon/2")), Fill(2, tx: 1)];
        await Traces.Keep(new(lent, [], 0));
        lent.Clear();
        lent.Add(Fill(3, tx: 1));
        await Traces.Keep(new(lent, [], 0));
        Assert.Equal([3L, 2L, 1L], await Traces.Find(Tx(1)));
        Assert.Equal([Mark(MarkKind.Log, 100, "polygon/2")], (await Traces.Of(1))!.Value);
    }

    // Each sixteenth time in one store, and whole neighbourhoods in another.
    [Fact]
    public async Task Traces_of_fills_that_the_tape_no_longer_keeps_go()
    {
        await Keep([.. Enumerable.Range(1, 3_000).Select(n => Fill(n, tx: n))]);
        for (var n = 0; n < 200; n++) await Traces.Keep(new([], [], 2_000));
        Assert.Empty(await Traces.Find(Tx(1)));
        Assert.Empty(await Traces.Find(Tx(1_400)));
        Assert.Null(await Traces.Of(1_400));
        Assert.Equal([2_000L], await Traces.Find(Tx(2_000)));
        Assert.Equal([3_000L], await Traces.Find(Tx(3_000)));
    }

    [Fact]
    public async Task The_samples_that_reach_an_offset_are_found_by_how_far_they_reach()
    {
        await KeepSamples(Sample(1, 5), Sample(7, 9), Sample(3, 8, of: Other), Sample(10, 30, unread: 77), Sample(4, 8, session: "2"));
        Assert.Equal([Sample(4, 8, session: "2"), Sample(7, 9), Sample(10, 30, unread: 77)], await Traces.Samples(Mine, 8));
        Assert.Equal([Sample(10, 30, unread: 77)], await Traces.Samples(Mine, 10));
        Assert.Empty(await Traces.Samples(Mine, 31));
        Assert.Equal(Sample(1, 5).Since, await Traces.SampledSince());
        await KeepSamples([.. Enumerable.Range(40, 60).Select(n => Sample(n, n))]);
        Assert.Equal(ITraces.MostSamples, (await Traces.Samples(Mine, 40)).Length);
    }

    [Fact]
    public async Task Samples_beyond_their_time_go()
    {
        var old = Sample(1, 2);
        await KeepSamples(old);
        Clock.WallOffset += TimeSpan.FromHours(1.5);
        for (var n = 0; n < 40; n++) await KeepSamples(Sample(100 + n, 100 + n));
        Assert.DoesNotContain(old, await Traces.Samples(Mine, 1));
        Assert.Equal(Sample(100, 100).Since, await Traces.SampledSince());
    }

    [Fact]
    public async Task No_more_samples_are_kept_than_the_bound()
    {
        for (var first = 1; first <= 6_000; first += 500)
            await KeepSamples([.. Enumerable.Range(first, 500).Select(n => Sample(n, n))]);
        for (var n = 6_001; n <= 6_040; n++) await KeepSamples(Sample(n, n));
        var oldest = (await Traces.Samples(Mine, 1))[0];
        Assert.InRange(6_040 - oldest.Last + 1, Bounds.MostSamples, Bounds.MostSamples + 16);
        Assert.Equal(oldest.Since, await Traces.SampledSince());
    }
}
