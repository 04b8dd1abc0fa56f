using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Actors.Why;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;
using Oddswire.Runtime;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Actors.Tests.Why;

public sealed class TracesActorTests
{
    private static readonly SubscriptionId Mine = SubscriptionId.Next(new Random(1));

    private readonly TestSystem _kit = new();
    private readonly FaultyTraces _store;
    private readonly ActorRef<TraceMessage> _traces;

    public TracesActorTests()
    {
        _store = new FaultyTraces(new MemoryTraces(new TraceBounds(TimeSpan.FromDays(30_000), 1_000), _kit.Clock));
        _traces = _kit.Spawn(() => new TracesActor(_store), "traces");
        _kit.Settle();
    }

    /// <summary>Traces in memory whose store is away as a test says.</summary>
    private sealed class FaultyTraces(MemoryTraces traces) : ITraces
    {
        internal bool IsDown { get; set; }
        internal int Refused { get; private set; }
        internal List<TraceGroup> Groups { get; } = [];

        public ValueTask<long> Newest() => IsDown ? throw new TapeUnavailableException("away") : traces.Newest();

        public ValueTask Keep(TraceGroup group)
        {
            if (IsDown)
            {
                Refused++;
                throw new TapeUnavailableException("away");
            }
            Groups.Add(group with { Fills = [.. group.Fills] });
            return traces.Keep(group);
        }

        public ValueTask<ImmutableArray<long>> Find(TxHash tx) => traces.Find(tx);
        public ValueTask<ImmutableArray<long>> Find(OrderHash order) => traces.Find(order);
        public ValueTask<FillMarks?> Of(long offset) => traces.Of(offset);
        public ValueTask<ImmutableArray<PositionSample>> Samples(SubscriptionId subscription, long offset) => traces.Samples(subscription, offset);
        public ValueTask<long?> SampledSince() => traces.SampledSince();
    }

    private static FillTrace Fill(long offset, params ImmutableArray<FillMark> marks) => new(offset, Made.Tx((int)offset), null, [.. marks]);
    private static FillMark Mark(long at) => new(MarkKind.Log, "polygon/1", at);
    private static PositionSample Sample(long first, long last, string session = "1") => new(Mine, session, first * 100, last * 100, first, last, 0);

    private void Told(params ImmutableArray<FillTrace> fills) => _traces.Tell(new TraceMessage.Told(fills, 1));
    private void Sampled(params ImmutableArray<PositionSample> samples) => _traces.Tell(new TraceMessage.Sampled(samples));
    private void Second() => _kit.Advance(TimeSpan.FromSeconds(1));

    [Fact]
    public async Task What_was_told_in_a_second_is_written_once_a_second_in_one_group()
    {
        Told(Fill(1, Mark(5)), Fill(2));
        Told(Fill(1, Mark(6)));
        Sampled(Sample(1, 2));
        _kit.Settle();
        Assert.Empty(_store.Groups);
        Second();
        var group = Assert.Single(_store.Groups);
        Assert.Equal((2, 1), (group.Fills.Count, group.Samples.Length));
        Assert.Equal([Mark(5), Mark(6)], (await _store.Of(1))!.Value);
        Second();
        Assert.Single(_store.Groups);
    }

    [Fact]
    public void A_question_has_everything_written_first()
    {
        Told([.. Enumerable.Range(1, 1_200).Select(static n => Fill(n))]);
        var asks = _kit.Probe<TraceMessage>();
        _traces.Tell(new TraceMessage.Settle(asks));
        asks.Expect<TraceMessage.Settle>();
        Assert.Equal([500, 500, 200], _store.Groups.Select(static group => group.Fills.Count));
    }

    [Fact]
    public void However_many_fills_there_are_a_group_is_written_when_it_is_full_and_the_rest_with_its_second()
    {
        for (var first = 1; first <= 20_000; first += 50)
            Told([.. Enumerable.Range(first, 50).Select(static n => Fill(n))]);
        Told(Fill(20_001));
        Sampled(Sample(1, 2));
        _kit.Settle();
        Assert.Equal(Enumerable.Repeat((500, 0), 40), _store.Groups.Select(static group => (group.Fills.Count, group.Samples.Length)));
        Second();
        Assert.Equal((1, 1), (_store.Groups[^1].Fills.Count, _store.Groups[^1].Samples.Length));
        Assert.Equal(Enumerable.Range(1, 20_001).Select(static n => (long)n), _store.Groups.SelectMany(static group => group.Fills).Select(static fill => fill.Offset));
    }

    [Fact]
    public void A_store_that_is_away_is_tried_once_a_second_and_then_gets_everything()
    {
        _store.IsDown = true;
        for (var n = 1; n <= 5_000; n++)
            Told(Fill(n, Mark(n)));
        Sampled(Sample(1, 2));
        _kit.Settle();
        Assert.Equal(1, _store.Refused);
        Second();
        Told([.. Enumerable.Range(5_001, 600).Select(static n => Fill(n, Mark(n)))]);
        _kit.Settle();
        Assert.Equal(2, _store.Refused);
        _store.IsDown = false;
        Second();
        Second();
        Assert.Equal(Enumerable.Range(1, 5_600).Select(static n => Fill(n, Mark(n))), _store.Groups.SelectMany(static group => group.Fills));
        Assert.Single(_store.Groups.SelectMany(static group => group.Samples));
    }

    [Fact]
    public async Task While_the_store_is_away_stretches_get_longer_and_nobody_who_asks_waits()
    {
        _store.IsDown = true;
        Sampled(Sample(1, 2));
        Second();
        for (var n = 3; n < 50; n++)
        {
            Sampled(Sample(n, n));
            Second();
        }
        var asks = _kit.Probe<TraceMessage>();
        _traces.Tell(new TraceMessage.Settle(asks));
        asks.Expect<TraceMessage.Settle>();
        Assert.Single(_kit.Log.Lines, static line => line.Text.Contains("cannot be written", StringComparison.Ordinal));
        _store.IsDown = false;
        Second();
        Assert.Equal([Sample(1, 2), Sample(3, 49)], await _store.Samples(Mine, 1));
    }

    [Fact]
    public async Task A_stretch_of_another_connection_and_one_told_again_stay_apart()
    {
        Sampled(Sample(1, 9), Sample(4, 9));
        Sampled(Sample(10, 12), Sample(13, 14, session: "2"));
        Second();
        Assert.Equal([Sample(1, 9), Sample(4, 12) with { Since = 400 }, Sample(13, 14, session: "2")], await _store.Samples(Mine, 1));
    }

    [Fact]
    public async Task What_an_earlier_process_did_not_get_to_write_is_found_after_a_start()
    {
        Told(Fill(1, Mark(5)));
        Second();
        var again = _kit.Spawn(() => new TracesActor(_store), "again");
        again.Tell(new TraceMessage.Remembered([Fill(1), Fill(2), Fill(3)]));
        Second();
        Assert.Equal([2L, 3L], _store.Groups[^1].Fills.Select(static fill => fill.Offset));
        Assert.Equal([3L], await _store.Find(Made.Tx(3)));
    }

    [Fact]
    public void The_backlog_is_bounded_whatever_is_told()
    {
        var backlog = new TraceBacklog();
        for (var n = 1; n <= TraceBacklog.MostFills + 10; n++)
            backlog.Add(Fill(n));
        for (var n = 1; n <= TraceBacklog.MostSubscriptions + 10; n++)
            backlog.Add(Sample(1, 2, session: n.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(10 + 9, backlog.Forgotten);
        Assert.Equal(11, backlog.TakeFills(1).Fills[0].Offset);
    }

    [Fact]
    public void Samples_do_not_wait_for_fills()
    {
        var backlog = new TraceBacklog();
        for (var n = 1; n <= 20; n++)
            backlog.Add(Fill(n));
        backlog.Add(Sample(1, 2));
        backlog.Add(Sample(3, 4, session: "2"));
        var group = backlog.Take(10);
        Assert.Equal([Sample(1, 2), Sample(3, 4, session: "2")], group.Samples);
        Assert.Equal(8, group.Fills.Count);
        Assert.Equal(10, backlog.TakeFills(10).Fills.Count);
        Assert.Equal(2, backlog.Take(10).Fills.Count);
        Assert.True(backlog.IsEmpty);
    }
}
