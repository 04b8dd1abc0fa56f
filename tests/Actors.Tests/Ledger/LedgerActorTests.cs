using System.Collections.Immutable;
using Oddswire.Actors.Ledger;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.Runtime;
using Oddswire.Runtime.Leases;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Actors.Tests.Ledger;

public sealed class LedgerActorTests
{
    private static readonly LedgerCodec Codec = new();

    private readonly TestSystem _kit = new();
    private readonly Changed _changed = new();
    private readonly LedgerBacklog _backlog = new();
    private readonly Probe<SessionsMessage> _sessions;
    private readonly ActorRef<LedgerMessage> _ledger;

    public LedgerActorTests()
    {
        var fence = _kit.Leases.Seize("gateway", new NodeId("node", 1), TimeSpan.FromHours(1)).AsTask().GetAwaiter().GetResult().Fence;
        _sessions = _kit.Probe<SessionsMessage>();
        _ledger = _kit.Spawn(() => new LedgerActor(fence, _backlog, _changed, () => _sessions.Ref), "ledger");
        _kit.Settle();
    }

    private sealed class Changed : IChangedStreams
    {
        internal List<StreamHead> Heads { get; } = [];

        public ImmutableArray<StreamHead> Take()
        {
            ImmutableArray<StreamHead> taken = [.. Heads];
            Heads.Clear();
            return taken;
        }
    }

    private static ClientAct Act(Deed deed, string reason = "LIMIT", string key = "desk", OrderFilter? filter = null) =>
        new(deed, key, "127.0.0.1", "dome", "subscribe", [], filter, reason, "too many");

    private List<LedgerEvent> Events()
    {
        _kit.Settle();
        var events = new List<LedgerEvent>();
        _ = _kit.Run(async () =>
        {
            await foreach (var entry in _kit.Journal.Read("ledger", 0))
                events.Add(Codec.ReadEvent(entry.Payload.Span));
        });
        return events;
    }

    [Fact]
    public void What_it_is_told_is_on_record_in_its_order_and_many_facts_are_few_commits()
    {
        var id = SubscriptionId.Next(new Random(1));
        _ledger.Tell(new LedgerMessage.FeedFact("rtds", "connected", "connection 1"));
        _ledger.Tell(new LedgerMessage.ClientFact(Act(Deed.Opened, filter: OrderFilter.Of(Made.Wallet(1))) with { Subscriptions = [id] }));
        _ledger.Tell(new LedgerMessage.Quarantined("/wallets/1", "IOException: gone"));
        for (var i = 0; i < 300; i++)
            _ledger.Tell(new LedgerMessage.FeedFact("rtds", "lost", $"{i}"));
        var events = Events();
        Assert.Equal(303, events.Count);
        Assert.Equal("connected", Assert.IsType<LedgerEvent.Fact>(events[0]).Kind);
        var opened = Assert.IsType<LedgerEvent.Acted>(events[1]);
        Assert.Equal((Deed.Opened, "desk", id), (opened.Deed, opened.Key, Assert.Single(opened.Subscriptions)));
        Assert.Equal($$$"""{"action":"subscribe","filters":{"users":["{{{Made.Wallet(1)}}}"]}}""", opened.Command);
        Assert.Equal("/wallets/1", Assert.IsType<LedgerEvent.Quarantined>(events[2]).Actor);
        Assert.Equal("299", Assert.IsType<LedgerEvent.Fact>(events[^1]).Detail);
        Assert.InRange(_kit.Journal.Batches.Count, 1, 10);
    }

    [Fact]
    public void A_filter_beyond_measure_is_on_record_by_its_numbers_and_its_hash()
    {
        _ledger.Tell(new LedgerMessage.ClientFact(Act(Deed.Opened, filter: OrderFilter.Of([.. Enumerable.Range(1, 1_001).Select(Made.Wallet)]))));
        var command = Assert.IsType<LedgerEvent.Acted>(Assert.Single(Events())).Command;
        Assert.StartsWith("""{"action":"subscribe","filters_too_long":{"users":1001,"condition_ids":0,"market_slugs":0,"sha256":""", command, StringComparison.Ordinal);
        Assert.InRange(command.Length, 100, 250);
    }

    [Fact]
    public void Refusals_beyond_ten_a_second_are_one_entry_a_second_per_key_and_reason()
    {
        for (var second = 0; second < 3; second++)
        {
            for (var i = 0; i < 1_000; i++)
                _ledger.Tell(new LedgerMessage.ClientFact(Act(Deed.Refused)));
            _ledger.Tell(new LedgerMessage.ClientFact(Act(Deed.Refused, "OTHER")));
            _ledger.Tell(new LedgerMessage.ClientFact(Act(Deed.Refused, key: "other")));
            _kit.Advance(TimeSpan.FromSeconds(1));
        }
        _kit.Advance(TimeSpan.FromSeconds(1));
        var refused = Events().Cast<LedgerEvent.Acted>().ToList();
        Assert.Equal(3 * 1_000, refused.Where(static one => one is { Key: "desk", Reason: "LIMIT" }).Sum(static one => one.Times));
        Assert.Equal(3 * 11, refused.Count(static one => one is { Key: "desk", Reason: "LIMIT" }));
        Assert.Equal(3, refused.Count(static one => one.Reason == "OTHER"));
        Assert.Equal(3, refused.Count(static one => one.Key == "other"));
    }

    [Fact]
    public void Who_is_refused_from_very_many_addresses_is_counted_and_not_told_apart()
    {
        for (var address = 0; address < 10_000; address++)
        {
            for (var i = 0; i < 2; i++)
                _ledger.Tell(new LedgerMessage.ClientFact(new ClientAct(Deed.Refused, "", $"10.0.{address / 256}.{address % 256}", "dome", "dial", [], Reason: "INVALID_API_KEY") { Subject = ActSubject.Connection }));
        }
        _kit.Advance(TimeSpan.FromSeconds(2));
        var refused = Events().Cast<LedgerEvent.Acted>().ToList();
        Assert.All(refused, static one => Assert.Equal(ActSubject.Connection, one.Subject));
        Assert.Equal(20_000, refused.Sum(static one => one.Times));
        Assert.Equal((2 * 256) + 1, refused.Count);
        Assert.Equal(("", "MANY"), (refused[^1].Address, refused[^1].Reason));
    }

    [Fact]
    public void Heads_of_changed_streams_are_on_record_each_minute_and_in_the_log_with_the_ledger_s_own()
    {
        _changed.Heads.Add(new("keys", 7, [.. new byte[32]]));
        _kit.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(("keys", 7), Assert.IsType<LedgerEvent.Heads>(Assert.Single(Events())).Streams is [var head] ? (head.Stream, head.Sequence) : default);
        Assert.Single(_kit.Log.About($"head keys 7 {new string('0', 64)}"));

        _kit.Advance(TimeSpan.FromMinutes(10));
        Assert.Single(Events());     // nothing has changed
        _changed.Heads.Add(new("ledger", 1, [.. new byte[32]]));
        _kit.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, Events().Count);
    }

    [Fact]
    public async Task To_settle_is_to_have_everything_and_the_heads_on_record()
    {
        for (var i = 0; i < 12; i++)
            _ledger.Tell(new LedgerMessage.ClientFact(Act(Deed.Refused)));
        _changed.Heads.Add(new("keys", 7, [.. new byte[32]]));
        await _kit.Ask<LedgerMessage, LedgerMessage>(_ledger, static to => new LedgerMessage.Settle(to));
        var events = Events();
        Assert.Equal(12, events.OfType<LedgerEvent.Acted>().Sum(static one => one.Times));
        Assert.Single(events.OfType<LedgerEvent.Heads>());
    }

    [Fact]
    public async Task A_journal_that_was_away_or_whose_answer_got_lost_has_everything_once()
    {
        _kit.Journal.FailNext(2);
        _kit.Journal.LoseNextAnswer();
        for (var i = 0; i < 5; i++)
        {
            _ledger.Tell(new LedgerMessage.FeedFact("rtds", "lost", $"{i}"));
            _kit.Advance(TimeSpan.FromSeconds(20));
        }
        _ledger.Tell(new LedgerMessage.GapFact(new Gap(GapId.Next(new Random(1)), "orders", 1, null, "lost", GapState.Open), _kit.Probe<GapId>()));
        _kit.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["0", "1", "2", "3", "4"], Events().OfType<LedgerEvent.Fact>().Select(static fact => fact.Detail));
        Assert.Single(await _kit.Ask<LedgerMessage, ImmutableArray<Gap>>(_ledger, static to => new LedgerMessage.GetGaps(to)));
        Assert.IsType<SessionMessage.GapChanged>(_sessions.Expect<SessionsMessage.Broadcast>().Message);
    }

    private static Gap Lasting(string source, int seed = 1) => new(GapId.Next(new Random(seed)), source, 1_000, null, "dropped", GapState.Open);

    private async Task<ImmutableArray<Gap>> Gaps(ActorRef<LedgerMessage>? of = null) =>
        await _kit.Ask<LedgerMessage, ImmutableArray<Gap>>(of ?? _ledger, static to => new LedgerMessage.GetGaps(to));

    private ActorRef<LedgerMessage> NextRun()
    {
        var fence = _kit.Leases.Seize("gateway", new NodeId("node", 2), TimeSpan.FromHours(1)).AsTask().GetAwaiter().GetResult().Fence;
        var backlog = new LedgerBacklog();
        return _kit.Spawn(() => new LedgerActor(fence, backlog, _changed, () => _sessions.Ref), "ledger-of-the-next-run");
    }

    [Fact]
    public async Task Gaps_of_other_streams_are_on_record_and_no_business_of_who_follows_orders()
    {
        _ledger.Tell(new LedgerMessage.GapFact(Lasting("clob-user-main")));
        Assert.Equal([Lasting("clob-user-main")], await Gaps());
        _sessions.ExpectNothing();
        _ledger.Tell(new LedgerMessage.GapFact(Lasting("orders", seed: 2)));
        await Gaps();
        Assert.IsType<SessionMessage.GapChanged>(_sessions.Expect<SessionsMessage.Broadcast>().Message);
    }

    [Fact]
    public async Task What_a_run_left_open_ended_with_it_except_what_the_tape_can_still_find()
    {
        _ledger.Tell(new LedgerMessage.GapFact(Lasting("clob-user-main")));
        _ledger.Tell(new LedgerMessage.GapFact(Lasting("orders", seed: 2)));
        _kit.Advance(TimeSpan.FromSeconds(30));
        _ledger.Tell(new LedgerMessage.FeedFact("rtds", "lost", "dropped"));
        var ended = _kit.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        _kit.Advance(TimeSpan.FromHours(1));
        var next = NextRun();
        await Gaps(next);
        Assert.Equal([Lasting("clob-user-main") with { To = ended, State = GapState.Lost }, Lasting("orders", seed: 2)], await Gaps(next));
    }

    [Fact]
    public async Task A_gap_of_a_feed_that_asks_for_it_goes_on_in_the_next_run()
    {
        _ledger.Tell(new LedgerMessage.FeedFact("clob-user-main", "connected", "connection 1"));
        _ledger.Tell(new LedgerMessage.GapFact(Lasting("clob-user-main")));
        _kit.Settle();
        var next = NextRun();
        var curious = _kit.Probe<FormerRun>();
        next.Tell(new LedgerMessage.GetFormerRun("clob-user-main", curious));
        Assert.Equal(Lasting("clob-user-main"), curious.Expect<FormerRun>().Open);
        Assert.Equal([Lasting("clob-user-main")], await Gaps(next));
    }

    [Fact]
    public void A_feed_that_was_connected_in_an_earlier_run_hears_once_until_when_the_gateway_ran()
    {
        _ledger.Tell(new LedgerMessage.FeedFact("clob-user-main", "connected", "connection 1"));
        _kit.Advance(TimeSpan.FromSeconds(30));
        _ledger.Tell(new LedgerMessage.FeedFact("rtds", "lost", "dropped"));
        var ended = _kit.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        _kit.Advance(TimeSpan.FromHours(1));
        var next = NextRun();
        var curious = _kit.Probe<FormerRun>();
        foreach (var feed in (string[])["clob-user-main", "clob-user-new", "clob-user-main"])
            next.Tell(new LedgerMessage.GetFormerRun(feed, curious));
        next.Tell(new LedgerMessage.FeedFact("clob-user-new", "connected", "connection 1"));
        next.Tell(new LedgerMessage.GetFormerRun("clob-user-new", curious));
        Assert.Equal(
            [new FormerRun("clob-user-main", ended), new FormerRun("clob-user-new", null), new FormerRun("clob-user-main", null), new FormerRun("clob-user-new", null)], curious.Drain());
    }

    [Fact]
    public void Its_state_is_read_back_as_it_was_written_and_that_of_an_older_gateway_too()
    {
        var state = LedgerState.Empty
            .With(new LedgerEvent.Fact(5, "rtds", "connected", "connection 1"))
            .With(new LedgerEvent.GapChanged(Lasting("orders"), 7))
            .With(new LedgerEvent.Fact(6, "rtds", "lost", "dropped"));
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        Codec.WriteState(state, bytes);
        var read = Codec.ReadState(bytes.WrittenSpan);
        Assert.Equal((7, "rtds", Lasting("orders")), (read.Heard, Assert.Single(read.Feeds), Assert.Single(read.Gaps)));
        var older = Codec.ReadState("""[{"id":"gap_aaaaaaaaaa","source":"orders","from":1,"reason":"x","state":"open","found":0}]"""u8);
        Assert.Equal(("orders", 0, 0), (Assert.Single(older.Gaps).Source, older.Heard, older.Feeds.Count));
    }

    [Fact]
    public void Gaps_of_other_streams_do_not_push_out_those_of_orders()
    {
        var random = new Random(7);
        var state = LedgerState.Empty;
        state = state.With(new LedgerEvent.GapChanged(Lasting("orders") with { State = GapState.Lost, To = 2_000 }));
        for (var n = 0; n < Gap.MostOnRecord + 5; n++)
            state = state.With(new LedgerEvent.GapChanged(new Gap(GapId.Next(random), "clob-market", n, n, "x", GapState.Lost)));
        Assert.Equal(Gap.MostOnRecord + 1, state.Gaps.Length);
        Assert.Equal(("orders", 5), (state.Gaps[0].Source, state.Gaps[1].From));
    }

    [Fact]
    public void What_does_not_fit_while_the_journal_is_away_is_counted_and_gaps_are_kept()
    {
        _kit.Journal.FailNext();
        for (var i = 0; i < 25_000; i++)
            _ledger.Tell(new LedgerMessage.FeedFact("rtds", "lost", $"{i}"));
        _ledger.Tell(new LedgerMessage.GapFact(new Gap(GapId.Next(new Random(1)), "orders", 1, null, "lost", GapState.Open), _kit.Probe<GapId>()));
        _kit.Advance(TimeSpan.FromMinutes(1));
        var events = Events();
        Assert.Equal(25_000, events.OfType<LedgerEvent.Fact>().Count() + events.OfType<LedgerEvent.Dropped>().Sum(static one => one.Entries));
        Assert.NotEmpty(events.OfType<LedgerEvent.Dropped>());
        Assert.Single(events.OfType<LedgerEvent.GapChanged>());
    }
}
