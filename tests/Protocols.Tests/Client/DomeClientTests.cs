using System.Net;
using Oddswire.Client;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;
using Subscription = Oddswire.Client.Subscription;

namespace Oddswire.Protocols.Tests.Client;

public sealed class DomeClientTests : IAsyncDisposable
{
    private const string Everything = """{"action":"subscribe","platform":"polymarket","version":1,"type":"orders","filters":{"users":["*"]}}""";
    private const string Rain = """{"action":"subscribe","platform":"polymarket","version":1,"type":"orders","filters":{"market_slugs":["rain"]}}""";
    private static readonly OrderFilter RainFilter = new() { Slugs = Wanted.Of("rain") };
    private readonly FakeGateway _gateway = new();
    private readonly ManualTime _time = new();
    private readonly DomeClientOptions _options;
    private DomeClient? _client;
    private IAsyncEnumerator<ClientEvent>? _events;

    public DomeClientTests() => _options = new()
    {
        Url = new("ws://127.0.0.1:8080/"),
        Key = "demo-dev",
        AckTimeout = Timeout.InfiniteTimeSpan,
        Time = _time,
        Random = new(7),
        Dial = _gateway.Dial,
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_client is not null) await _client.DisposeAsync();
    }

    [Fact]
    public async Task A_subscribe_returns_with_its_ack_and_events_follow()
    {
        var connection = await Connect();
        var subscribing = _client!.Subscribe(OrderFilter.Everything, cancel: Cancel);
        await connection.Hears(Everything);
        Assert.False(subscribing.IsCompleted);
        connection.Acks("sub_k7f5hgr7wy");
        var subscription = await subscribing;
        connection.Says(Golden.Text("dome-5-event-ours"));

        Assert.Equal(new ClientEvent.Filled(subscription, Samples.Fill, null, EventMarks.None), await Next());
        Assert.Equal(new("ws://127.0.0.1:8080/demo-dev"), Assert.Single(_gateway.Dialled));
        Assert.DoesNotContain("demo-dev", _options.ToString());
    }

    [Fact]
    public async Task Acks_are_matched_in_the_order_of_the_requests()
    {
        var connection = await Connect();
        var first = _client!.Subscribe(OrderFilter.Everything, cancel: Cancel);
        var second = _client.Subscribe(RainFilter, cancel: Cancel);
        await connection.Hears(Everything);
        await connection.Hears(Rain);
        connection.Acks("sub_1");
        connection.Acks("sub_2");

        var updating = (await second).Update(OrderFilter.Everything, Cancel);
        await connection.Hears("""{"action":"update","subscription_id":"sub_2","platform":"polymarket","version":1,"type":"orders","filters":{"users":["*"]}}""");
        connection.Acks("sub_2");
        await updating;
        (await first).Unsubscribe();
        await connection.Hears("""{"action":"unsubscribe","version":1,"subscription_id":"sub_1"}""");
        Assert.Equal(OrderFilter.Everything, (await second).Filter);
    }

    [Fact]
    public async Task A_refused_subscribe_is_thrown_and_the_next_ack_is_the_next_requests()
    {
        var connection = await Connect();
        var refused = _client!.Subscribe(OrderFilter.Everything, cancel: Cancel);
        var accepted = _client.Subscribe(RainFilter, cancel: Cancel);
        connection.Says(Golden.Text("dome-4-error"));
        connection.Acks("sub_2");

        var refusal = await Assert.ThrowsAsync<CommandRefusedException>(() => refused);
        Assert.Equal("SUBSCRIPTION_LIMIT", refusal.Code);
        Assert.Equal(RainFilter, (await accepted).Filter);
    }

    [Fact]
    public async Task A_refused_update_leaves_the_filter_as_it_was()
    {
        var (connection, subscription) = await Subscribed();
        var updating = subscription.Update(RainFilter, Cancel);
        connection.Says("""{"type":"error","error":"ITEMS_LIMIT","message":"too many","action":"update","subscription_id":"sub_k7f5hgr7wy"}""");
        await Assert.ThrowsAsync<CommandRefusedException>(() => updating);
        Assert.Equal(OrderFilter.Everything, subscription.Filter);
    }

    [Fact]
    public async Task An_error_to_an_unsubscribe_is_nobodys_answer()
    {
        var (connection, _) = await Subscribed();
        var subscribing = _client!.Subscribe(RainFilter, cancel: Cancel);
        connection.Says("""{"type":"error","error":"SUBSCRIPTION_NOT_FOUND","message":"","action":"unsubscribe","subscription_id":"sub_9"}""");
        connection.Acks("sub_2");
        Assert.Equal(RainFilter, (await subscribing).Filter);
    }

    [Fact]
    public async Task An_unsubscribe_before_the_ack_is_sent_after_it()
    {
        var connection = await Connect();
        using var patience = new CancellationTokenSource();
        var subscribing = _client!.Subscribe(OrderFilter.Everything, cancel: patience.Token);
        await connection.Hears(Everything);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => subscribing);
        connection.HearsNothing();
        connection.Acks("sub_1");
        await connection.Hears("""{"action":"unsubscribe","version":1,"subscription_id":"sub_1"}""");
    }

    [Fact]
    public async Task After_a_reconnect_every_wish_is_sent_again_and_has_a_new_id()
    {
        var (connection, subscription) = await Subscribed();
        connection.Closes("1012 restart");
        Assert.Equal(new ClientEvent.Disconnected("1012 restart"), await Next());
        var meanwhile = _client!.Subscribe(RainFilter, cancel: Cancel);
        await _time.PassNext();

        connection = await _gateway.Accept();
        await connection.Hears(Everything);
        await connection.Hears(Rain);
        connection.Acks("sub_new");
        connection.Acks("sub_2");
        Assert.Equal(new ClientEvent.Reconnected(), await Next());
        Assert.Equal(RainFilter, (await meanwhile).Filter);
        connection.Says(Golden.Text("dome-5-event-ours")); // of the id that is gone
        connection.Says(Golden.Text("dome-5-event-ours").Replace("sub_k7f5hgr7wy", "sub_new"));
        Assert.Equal(subscription, Assert.IsType<ClientEvent.Filled>(await Next()).Subscription);
    }

    [Fact]
    public async Task With_extras_a_subscription_goes_on_from_its_last_position()
    {
        var (connection, subscription) = await Subscribed(extras: true);
        connection.Says(Golden.Text("surface-ext-event-position"));
        Assert.Equal(new Position(3, 41), Assert.IsType<ClientEvent.Filled>(await Next()).Position);
        connection.Breaks();
        Assert.Equal(new ClientEvent.Disconnected("broken pipe"), await Next());
        await _time.PassNext();

        connection = await _gateway.Accept();
        await connection.Hears(Golden.Text("surface-ext-subscribe-resume"));
        connection.Acks("sub_k7f5hgr7wy");
        connection.Says(Golden.Text("surface-ext-event-replayed"));
        connection.Says(Golden.Text("surface-ext-live").Replace("3-41", "3-44"));
        Assert.Equal(new ClientEvent.Reconnected(), await Next());
        Assert.Equal(EventMarks.Replayed, Assert.IsType<ClientEvent.Filled>(await Next()).Marks);
        Assert.Equal(new ClientEvent.CaughtUp(subscription, new(3, 44)), await Next());
        Assert.Equal(new Position(3, 44), subscription.Position);
        Assert.All(_gateway.Dialled, static address => Assert.Equal("?ext=1", address.Query));
    }

    [Fact]
    public async Task A_position_that_is_gone_is_told_and_the_subscription_goes_on_live()
    {
        var (connection, subscription) = await Subscribed(extras: true);
        connection.Says(Golden.Text("surface-ext-event-position"));
        await Next();
        connection.Closes("");
        await Next();
        await _time.PassNext();

        connection = await _gateway.Accept();
        await connection.Hears(Golden.Text("surface-ext-subscribe-resume"));
        connection.Says(Golden.Text("surface-ext-position-too-old"));
        await connection.Hears(Everything);
        Assert.Equal(new ClientEvent.Reconnected(), await Next());
        Assert.Equal(new ClientEvent.ResumeRefused(subscription, "POSITION_TOO_OLD", new Position(3, 12)), await Next());
    }

    [Fact]
    public async Task A_resume_that_the_caller_asked_for_is_refused_to_the_caller()
    {
        var connection = await Connect(extras: true);
        var subscribing = _client!.Subscribe(OrderFilter.Everything, new Position(3, 41), Cancel);
        await connection.Hears(Golden.Text("surface-ext-subscribe-resume"));
        connection.Says(Golden.Text("surface-ext-position-too-old"));
        Assert.Equal(new Position(3, 12), (await Assert.ThrowsAsync<CommandRefusedException>(() => subscribing)).Oldest);
    }

    [Fact]
    public async Task Corrections_and_gaps_are_events_too()
    {
        var (connection, subscription) = await Subscribed(extras: true);
        connection.Says(Golden.Text("surface-ext-confirmed"));
        connection.Says(Golden.Text("surface-ext-removed"));
        connection.Says(Golden.Text("surface-ext-gap-open"));
        connection.Says("""{"type":"gateway.unheard"}""");
        connection.Says("garbage");
        connection.Closes("");
        Assert.Equal(new ClientEvent.Confirmed(subscription, new(3, 41), Samples.Fill), await Next());
        Assert.Equal(new ClientEvent.Removed(subscription, new(3, 41), Samples.Fill.Tx, 0), await Next());
        Assert.Equal(GapState.Open, Assert.IsType<ClientEvent.GapChanged>(await Next()).Gap.State);
        Assert.IsType<ClientEvent.Disconnected>(await Next());
    }

    [Fact]
    public async Task Delays_double_under_full_jitter_and_keep_the_servers_own()
    {
        var (connection, _) = await Subscribed();
        for (var i = 0; i < 7; i++) _gateway.Refuse(new IOException("refused"));
        _gateway.Refuse(new DialRefusedException(HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(90)));
        connection.Closes("");

        var random = new Random(7);
        TimeSpan UpTo(int seconds) => TimeSpan.FromMilliseconds(Math.Floor(seconds * 1000 * random.NextDouble())); // a timer counts milliseconds
        for (var bound = 1; bound <= 128; bound *= 2) Assert.Equal(UpTo(Math.Min(bound, 60)), await _time.PassNext());
        Assert.Equal(TimeSpan.FromSeconds(90), await _time.PassNext());
        connection = await _gateway.Accept();

        // A mere connection does not start it over, one that lasted does.
        UpTo(60);
        connection.Closes("");
        Assert.Equal(UpTo(60), await _time.PassNext());
        connection = await _gateway.Accept();
        await connection.Hears(Everything);
        _time.Pass(TimeSpan.FromSeconds(61));
        connection.Closes("");
        Assert.Equal(UpTo(1), await _time.PassNext());
    }

    [Fact]
    public async Task A_key_that_is_refused_ends_the_client()
    {
        var (connection, subscription) = await Subscribed();
        _gateway.Refuse(new DialRefusedException(HttpStatusCode.Unauthorized, null));
        var updating = subscription.Update(RainFilter, Cancel);
        connection.Closes("1008");
        await Next();
        await _time.PassNext();
        Assert.True((await Assert.ThrowsAsync<DialRefusedException>(async () => await Next())).IsFinal);
        await Assert.ThrowsAsync<DialRefusedException>(() => updating);
        Assert.Equal(2, _gateway.Dialled.Count);
    }

    [Fact]
    public async Task The_first_connection_throws_what_is_wrong_with_it()
    {
        _gateway.Refuse(new IOException("connection refused"));
        _client = new(_options);
        await Assert.ThrowsAsync<IOException>(() => _client.Connect(Cancel));
        await _client.Connect(Cancel);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _client.Connect(Cancel));
    }

    [Fact]
    public async Task No_ack_in_time_ends_the_wait_and_the_wish()
    {
        _client = new(_options with { AckTimeout = TimeSpan.FromSeconds(10) });
        await _client.Connect(Cancel);
        var connection = await _gateway.Accept();
        var subscribing = _client.Subscribe(OrderFilter.Everything, cancel: Cancel);
        Assert.Equal(TimeSpan.FromSeconds(10), await _time.PassNext());
        await Assert.ThrowsAsync<TimeoutException>(() => subscribing);
        await connection.Hears(Everything);
        connection.Acks("sub_1");
        await connection.Hears("""{"action":"unsubscribe","version":1,"subscription_id":"sub_1"}""");
    }

    [Fact]
    public async Task Resume_needs_extras()
    {
        await Connect();
        await Assert.ThrowsAsync<InvalidOperationException>(() => _client!.Subscribe(OrderFilter.Everything, new Position(1, 1), Cancel));
    }

    [Fact]
    public async Task Disposing_ends_events_and_waits()
    {
        await Connect();
        var subscribing = _client!.Subscribe(OrderFilter.Everything, cancel: Cancel);
        await _client.DisposeAsync();
        Assert.False(await FakeGateway.Soon(_events!.MoveNextAsync()));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => subscribing);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _client.Subscribe(RainFilter, cancel: Cancel));
    }

    private async Task<FakeGateway.Connection> Connect(bool extras = false)
    {
        _client = new(_options with { Extras = extras });
        _events = _client.Events(Cancel).GetAsyncEnumerator(Cancel);
        await _client.Connect(Cancel);
        return await _gateway.Accept();
    }

    private async Task<(FakeGateway.Connection Connection, Subscription Subscription)> Subscribed(bool extras = false)
    {
        var connection = await Connect(extras);
        var subscribing = _client!.Subscribe(OrderFilter.Everything, cancel: Cancel);
        await connection.Hears(Everything);
        connection.Acks("sub_k7f5hgr7wy");
        return (connection, await subscribing);
    }

    private async Task<ClientEvent> Next()
    {
        Assert.True(await FakeGateway.Soon(_events!.MoveNextAsync()));
        return _events!.Current;
    }
}
