using Oddswire.Actors.Feeds;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Tape;
using Oddswire.Protocols.Polygon;
using Oddswire.Runtime;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Actors.Tests.Feeds;

public sealed class SingleFeedActorTests
{
    private const string Row = """
        {"payload":{"asset":"1","conditionId":"0x1d8720896546460a48d4f7fd5b3f0705a8d427921222de498d1cd334d4890c52","eventSlug":"e","outcome":"No","outcomeIndex":1,"price":0.26,"proxyWallet":"0xf39Fd6e51aad88F6F4ce6aB8827279cfffB92266","side":"BUY","size":2.7027,"slug":"s","timestamp":1787102287,"title":"t","transactionHash":"0xaccc1246d7bc1c95ad44789a6e7ecbc7819dd308632aa0190fedf9673c034077"},"timestamp":1787102287053,"topic":"activity","type":"trades"}
        """;

    private static readonly FeedSettings Rtds = new("rtds", SourceKind.Witness, new(new Uri("ws://venue/"), []), () => new RtdsConversation(TimeSpan.FromSeconds(5)));

    private readonly TestSystem _kit = new();
    private readonly FakeUpstream _venue = new();
    private readonly Probe<TapeMessage> _tape;
    private readonly Probe<LedgerMessage> _ledger;

    public SingleFeedActorTests()
    {
        _tape = _kit.Probe<TapeMessage>();
        _ledger = _kit.Probe<LedgerMessage>();
    }

    private ActorRef<FeedMessage> Start(FeedSettings? settings = null)
    {
        var feed = _kit.Spawn(() => new SingleFeedActor(settings ?? Rtds, _venue, _tape, _ledger, static () => []), "rtds");
        _kit.Settle();
        return feed;
    }

    private void Deliver(int socket)
    {
        _venue.Sockets[socket].Deliver(Row);
        _kit.Settle();
    }

    private void End(int socket, int? code = null)
    {
        _venue.Sockets[socket].End(new UpstreamClosedException { Code = code });
        _kit.Settle();
    }

    private static int Subscribes(FakeSocket socket) => socket.Sent.Count(frame => frame.Contains("\"subscribe\"", StringComparison.Ordinal));

    private async Task<FeedState> State(ActorRef<FeedMessage> feed) =>
        (await _kit.Ask<FeedMessage, FeedStatus>(feed, reply => new FeedMessage.GetStatus(reply))).State;

    [Fact]
    public async Task A_connection_subscribes_once_pings_and_is_live_with_its_first_row()
    {
        var feed = Start();
        var socket = Assert.Single(_venue.Sockets);
        Assert.Equal(FeedState.Connecting, await State(feed));
        Deliver(0);
        Assert.Equal(FeedState.Live, await State(feed));
        _tape.Expect(new TapeMessage.SourceUp(new SourceId("rtds", 1), SourceKind.Witness, null));
        Assert.Single(_tape.Expect<TapeMessage.Observed>().What);
        _kit.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(1, Subscribes(socket));
        Assert.Equal(2, socket.Sent.Count(frame => frame == "PING"));
    }

    [Fact]
    public void A_lost_connection_comes_back_and_subscribes_once_again()
    {
        Start();
        Deliver(0);
        _tape.Drain();
        End(0);
        Assert.Equal("dropped without a close frame", _tape.Expect<TapeMessage.SourceDown>().Reason);
        _kit.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, _venue.Sockets.Count);
        Assert.True(_venue.Sockets[0].IsDisposed);
        Assert.Equal(1, Subscribes(_venue.Sockets[1]));
        Deliver(1);
        _tape.Expect<TapeMessage.SourceUp>();
    }

    [Fact]
    public void A_venue_that_stays_away_is_dialled_ever_more_rarely_and_for_ever()
    {
        _venue.Refusal = new DialFailedException("connection refused");
        Start();
        _kit.Advance(TimeSpan.FromMinutes(10));
        var first = _venue.Dials;
        Assert.InRange(first, 10, 60);
        _kit.Advance(TimeSpan.FromHours(1));
        Assert.InRange(_venue.Dials - first, 60, 240);
        _venue.Refusal = null;
        _kit.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(_venue.Sockets);
    }

    [Fact]
    public void The_venue_s_Retry_After_is_honoured()
    {
        _venue.Refusal = new DialFailedException("busy") { Status = 429, RetryAfter = TimeSpan.FromSeconds(40) };
        Start();
        _venue.Refusal = null;
        _kit.Advance(TimeSpan.FromSeconds(39.9));
        Assert.Equal(1, _venue.Dials);
        _kit.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, _venue.Dials);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task Who_is_refused_does_not_dial_again_until_told_to(int status)
    {
        _venue.Refusal = new DialFailedException("no") { Status = status };
        var feed = Start();
        _kit.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, _venue.Dials);
        Assert.Equal(FeedState.Refused, await State(feed));
        _venue.Refusal = null;
        feed.Tell(new FeedMessage.Retry());
        _kit.Settle();
        Assert.Equal(2, _venue.Dials);
        Deliver(0);
        Assert.Equal(FeedState.Live, await State(feed));
    }

    [Fact]
    public async Task Silence_is_a_loss_however_well_pings_are_answered()
    {
        var feed = Start();
        _kit.Advance(TimeSpan.FromSeconds(3));
        Deliver(0);
        _tape.Drain();
        for (var second = 0; second < 14; second++)
        {
            _venue.Sockets[0].Deliver("");
            _kit.Advance(TimeSpan.FromSeconds(1));
        }
        _tape.ExpectNothing();
        _venue.Refusal = new DialFailedException("away");
        _kit.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((Made.Start + 3) * 1000, _tape.Expect<TapeMessage.SourceDown>().Since);
        Assert.Contains(_ledger.Drain().OfType<LedgerMessage.FeedFact>(), fact => fact.Kind == "silent");
        Assert.True(_venue.Sockets[0].IsDisposed);
        Assert.NotEqual(FeedState.Live, await State(feed));
    }

    [Fact]
    public void A_planned_re_dial_has_the_new_connection_live_before_the_old_one_closes()
    {
        Start(Rtds with { Silence = TimeSpan.FromHours(1), Redial = TimeSpan.FromMinutes(10) });
        Deliver(0);
        _tape.Drain();
        _kit.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(2, _venue.Sockets.Count);
        Assert.False(_venue.Sockets[0].IsDisposed);
        Deliver(0);
        _tape.Expect<TapeMessage.Observed>();
        Deliver(1);
        Assert.False(_venue.Sockets[0].IsDisposed);     // what is on its way is heard to its end
        _kit.Advance(TimeSpan.FromSeconds(5));
        Assert.True(_venue.Sockets[0].IsDisposed);
        var told = _tape.Drain();
        Assert.Equal(2, Assert.IsType<TapeMessage.SourceUp>(told[0]).Source.Connection);
        Assert.Equal(1, Assert.Single(told.OfType<TapeMessage.SourceDown>()).Source.Connection);
        _kit.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(3, _venue.Sockets.Count);
    }

    [Fact]
    public void A_dial_that_is_answered_too_late_is_hung_up()
    {
        var late = _venue.Unanswered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Start();
        _venue.Unanswered = null;
        _kit.Advance(TimeSpan.FromSeconds(12));
        Assert.Single(_venue.Sockets);
        var socket = new FakeSocket();
        late.SetResult(socket);
        _kit.Settle();
        Assert.True(socket.IsDisposed);
        Assert.Empty(socket.Sent);
        Deliver(0);
        _tape.Expect<TapeMessage.SourceUp>();
    }

    [Fact]
    public void What_an_old_socket_still_says_ends_no_new_one()
    {
        Start();
        Deliver(0);
        _kit.Advance(TimeSpan.FromSeconds(17));     // silent, and dialled anew
        Assert.Equal(2, _venue.Sockets.Count);
        End(0);
        Deliver(1);
        _kit.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(2, _venue.Sockets.Count);
        Assert.False(_venue.Sockets[1].IsDisposed);
    }

    [Theory]
    [InlineData(1008, 30)]
    [InlineData(1013, 1)]
    public void Who_is_sent_away_with_a_code_waits_before_coming_back(int code, int seconds)
    {
        Start();
        Deliver(0);
        End(0, code);
        _kit.Advance(TimeSpan.FromSeconds(seconds - 0.01));
        Assert.Equal(1, _venue.Dials);
        _kit.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, _venue.Dials);
    }

    [Fact]
    public void A_busy_venue_that_names_no_time_is_given_half_a_minute()
    {
        _venue.Refusal = new DialFailedException("busy") { Status = 503 };
        Start();
        _kit.Advance(TimeSpan.FromSeconds(29.9));
        Assert.Equal(1, _venue.Dials);
        _kit.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, _venue.Dials);
    }

    [Fact]
    public void A_venue_that_accepts_and_then_closes_is_dialled_ever_more_rarely_all_the_same()
    {
        Start(Rtds with { Silence = TimeSpan.FromHours(1) });
        for (var second = 0; second < 3_600; second++)
        {
            if (!_venue.Sockets[^1].IsDisposed)
            {
                Deliver(_venue.Sockets.Count - 1);      // it is live, even
                End(_venue.Sockets.Count - 1);
            }
            _kit.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.InRange(_venue.Dials, 60, 240);      // 30 s on average, once the limit is reached
    }

    [Fact]
    public async Task A_refusal_stays_to_be_seen_and_a_retry_is_one_dial()
    {
        _venue.Refusal = new DialFailedException("no") { Status = 401 };
        var feed = Start();
        _kit.Advance(TimeSpan.FromMinutes(1));
        var status = await _kit.Ask<FeedMessage, FeedStatus>(feed, reply => new FeedMessage.GetStatus(reply));
        Assert.Equal("refused with HTTP 401", Assert.Single(status.Connections).LastError);
        feed.Tell(new FeedMessage.Retry());
        feed.Tell(new FeedMessage.Retry());
        _kit.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, _venue.Dials);
        Assert.Equal(FeedState.Refused, await State(feed));
        Assert.Equal(2, _ledger.Drain().Count(fact => fact is LedgerMessage.FeedFact { Kind: "refused" }));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(403)]
    public async Task A_replacement_that_does_not_get_in_ends_nothing_and_does_not_pile_up(int? status)
    {
        var feed = Start(Rtds with { Silence = TimeSpan.FromHours(3), Redial = TimeSpan.FromMinutes(10) });
        Deliver(0);
        _venue.Refusal = new DialFailedException("away") { Status = status };
        _kit.Advance(TimeSpan.FromMinutes(45));
        Assert.False(_venue.Sockets[0].IsDisposed);
        Assert.Equal(FeedState.Live, await State(feed));
        var connections = (await _kit.Ask<FeedMessage, FeedStatus>(feed, reply => new FeedMessage.GetStatus(reply))).Connections;
        Assert.Equal(status is null ? 2 : 1, connections.Length);
        Assert.InRange(_venue.Dials, 4, 200);
        _tape.Drain();
        Deliver(0);
        _tape.Expect<TapeMessage.Observed>();
        _venue.Refusal = null;
        _kit.Advance(TimeSpan.FromMinutes(11));
        Deliver(1);
        _kit.Advance(TimeSpan.FromSeconds(5));
        Assert.True(_venue.Sockets[0].IsDisposed);
        Assert.Equal(2, _venue.Sockets.Count);
    }

    [Fact]
    public void A_replacement_that_opens_and_tells_nothing_does_not_end_the_old_one()
    {
        Start(Rtds with { Redial = TimeSpan.FromMinutes(1) });
        for (var second = 0; second < 180 || _venue.Sockets[^1].IsDisposed; second++)
        {
            Deliver(0);
            _kit.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.False(_venue.Sockets[0].IsDisposed);
        Assert.InRange(_venue.Sockets.Count, 3, 14);
        Assert.All(_venue.Sockets.Skip(1).SkipLast(1), socket => Assert.True(socket.IsDisposed));
        _tape.Drain();
        Deliver(_venue.Sockets.Count - 1);
        _kit.Advance(TimeSpan.FromSeconds(5));
        Assert.True(_venue.Sockets[0].IsDisposed);
    }

    [Fact]
    public void A_conversation_that_fails_is_a_lost_connection_and_is_dialled_again()
    {
        Start(Rtds with { Converse = static () => new Faulty() });
        _venue.Sockets[0].Deliver("x");
        _kit.Settle();
        Assert.True(_venue.Sockets[0].IsDisposed);
        Assert.Equal("failed: InvalidOperationException", Assert.IsType<LedgerMessage.FeedFact>(Assert.Single(_ledger.Drain())).Detail);
        _kit.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, _venue.Sockets.Count);
    }

    private sealed class Faulty : IConversation
    {
        public TimeSpan TickEvery => TimeSpan.FromSeconds(1);
        public void Opened(IReadOnlyCollection<Interest> wanted, Talk talk) { }
        public void Heard(ReadOnlyMemory<byte> frame, Talk talk) => throw new InvalidOperationException("a defect");
        public void Tick(Talk talk) { }
    }

    /// <summary>A node that does not answer is found by the time that passes, and not by the calendar.</summary>
    [Theory]
    [InlineData(-3_600)]
    [InlineData(3_600)]
    public void A_calendar_that_jumps_neither_hides_nor_invents_a_silence(int seconds)
    {
        Start(new("polygon", SourceKind.Chain, new(new Uri("ws://node/"), []), static () => new PolygonConversation(new PolygonRules(LogFilter.Current, TimeSpan.FromSeconds(1), 100, 0), new SweepCursor())) { Silence = null });
        _kit.Clock.WallOffset = TimeSpan.FromSeconds(seconds);
        _kit.Advance(TimeSpan.FromSeconds(2));
        Assert.Single(_venue.Sockets);
        _kit.Advance(TimeSpan.FromMinutes(1));
        Assert.True(_venue.Dials > 1);
    }
}
