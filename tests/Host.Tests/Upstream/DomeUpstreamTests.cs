using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Oddswire.Actors.Feeds;
using Oddswire.Actors.Wallets;
using Oddswire.Host.Settings;
using Oddswire.Host.Tests.Settings;
using Oddswire.Host.Upstream;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Runtime;
using Oddswire.Simulator;
using Oddswire.Simulator.Shell;
using Oddswire.Simulator.World;
using Oddswire.TestKit;
using Oddswire.TestKit.Specifications;
using Xunit;

namespace Oddswire.Host.Tests.Upstream;

/// <summary>The Dome feed as it is configured, over real sockets, against the simulator's Dome server.</summary>
public sealed class DomeUpstreamTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<TapeMessage> _told = [];
    private readonly Changes _changes = new();
    private readonly ActorSystem _system = new(new ActorSystemOptions { Random = new Random(1) });
    private readonly HttpClient _http = new();
    private SimulatorServer _simulator = null!;

    public async ValueTask InitializeAsync()
    {
        var settings = new SimulatorSettings { Port = 0, World = new WorldSettings { Rate = 300 } };
        _simulator = await SimulatorServer.Start(settings, TimeProvider.System, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
        _http.BaseAddress = _simulator.Url;
    }

    public async ValueTask DisposeAsync()
    {
        await _system.Stop(TimeSpan.FromSeconds(1));
        await _simulator.DisposeAsync();
        _http.Dispose();
    }

    /// <summary>Keeps what the tape would be told.</summary>
    private sealed class Listener<T>(Action<T> heard) : Actor<T>
    {
        protected override ValueTask Receive(T message)
        {
            heard(message);
            return default;
        }
    }

    private ActorRef<T> Listen<T>(string name, Action<T> heard) => _system.Spawn(Props.Of(() => new Listener<T>(heard)), name);

    private void Keep(TapeMessage message)
    {
        _told.Enqueue(message);
        _changes.Tell();
    }

    private void Follow(params ReadOnlySpan<WalletId> wallets)
    {
        var directory = _system.Spawn(Props.Of(() => new WalletsActor()), "wallets");
        var filter = OrderFilter.Of(wallets);
        directory.Tell(new HubMessage.Follow(new Route(SubscriptionId.Next(new Random(1)), filter, new Letterbox(Listen<SessionMessage>("session", static _ => { }))), Listen<Following>("following", static _ => { })));
        var loaded = Shipped.With($"simulator.port={_simulator.Url.Port}", "feeds.dome.enabled=true", "feeds.rtds.enabled=false", "feeds.polygon.enabled=false", "feeds.dome.backoff.first=10ms", "feeds.dome.backoff.max=50ms");
        var feeds = FeedsOf.Settings(loaded.Values.Feeds, sweptBlock: null);
        _system.Spawn(Props.Of(() => new FeedsActor(feeds, new WebSocketUpstream(TimeProvider.System), Listen<TapeMessage>("tape", Keep), Listen<LedgerMessage>("ledger", static _ => { }), [directory])), "feeds");
    }

    private async Task<JsonElement> Get(string path) => JsonElement.Parse(await _http.GetStringAsync(path, TestContext.Current.CancellationToken));

    private async Task Post(string path, object? body = null)
    {
        using var answer = await _http.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<WalletId[]> Wallets(int count) =>
        [.. (await Get("/sim")).GetProperty("wallets").EnumerateArray().Take(count).Select(static wallet => WireText.Parse<WalletId>(wallet.GetString()!))];

    private async Task<List<string>> Made(long after, IEnumerable<WalletId> wallets)
    {
        var followed = wallets.Select(static wallet => wallet.ToString()).ToHashSet(StringComparer.Ordinal);
        var fills = (await Get($"/sim/fills?after={after}&limit=10000")).GetProperty("fills").EnumerateArray();
        return [.. fills.Where(fill => followed.Contains(fill.GetProperty("user").GetString()!))
            .Select(static fill => $"{fill.GetProperty("tx_hash").GetString()}:{fill.GetProperty("log_index").GetInt32()}").Order(StringComparer.Ordinal)];
    }

    private IEnumerable<Observation.Log> Logs() => _told.OfType<TapeMessage.Observed>().SelectMany(static told => told.What).Cast<Observation.Log>();

    private List<string> Seen() =>
        [.. Logs()
            .Select(static log => $"{log.Fill.Tx}:{log.Fill.LogIndex}").Order(StringComparer.Ordinal)];

    [Fact]
    public async Task It_gets_every_fill_of_the_followed_wallets_once_each_with_its_place_in_the_chain()
    {
        await Post("/sim/pause");
        var wallets = await Wallets(7);
        Follow(wallets);
        await _changes.Until(() => _told.Any(static message => message is TapeMessage.SourceUp));
        var before = (await Get("/sim/fills?limit=10000")).GetProperty("next").GetInt64();
        await Post("/sim/resume");
        await _changes.Until(() => Seen().Count >= 30);
        await Post("/sim/pause");
        var made = await Made(before, wallets);
        await _changes.Until(() => Seen().Count >= made.Count);
        Assert.Equal(made, Seen());
    }

    /// <summary>Nobody writes to the memory of a frame after it was handed on.</summary>
    [Fact]
    public async Task The_bytes_in_which_its_fills_came_are_theirs_still_when_many_others_have_come()
    {
        Follow(await Wallets(20));
        await _changes.Until(() => Logs().Count() >= 200);
        var logs = Logs().ToArray();
        Assert.InRange(logs.Count(static log => !log.Data.IsEmpty), 100, logs.Length);
        Assert.All(logs.Where(static log => !log.Data.IsEmpty), static log => Assert.True(log.Data.Span.SequenceEqual(TapeFills.Encode(log.Fill).Span)));
    }

    [Fact]
    public async Task After_a_drop_exactly_what_is_followed_is_subscribed_again()
    {
        var wallets = await Wallets(40);
        Follow(wallets);
        await _changes.Until(() => _told.Any(static message => message is TapeMessage.SourceUp));
        await Post("/sim/faults", new { venue = "dome", kind = "drop" });
        await _changes.Until(() => _told.OfType<TapeMessage.SourceUp>().Count() > 1);
        await Eventually.Holds(async () => Subscribed(await Get("/sim")) is [var one] && one.Order(StringComparer.Ordinal).SequenceEqual(wallets.Select(static wallet => wallet.ToString()).Order(StringComparer.Ordinal)));
    }

    private static List<List<string>> Subscribed(JsonElement state) =>
        [.. state.GetProperty("venues").GetProperty("dome").GetProperty("subscriptions").EnumerateArray()
            .Select(static one => one.GetProperty("filters").GetProperty("users").EnumerateArray().Select(static user => user.GetString()!).ToList())];

    [Fact]
    public void The_key_is_in_the_address_that_is_dialled_and_in_nothing_that_is_printed()
    {
        var loaded = Shipped.With("feeds.dome.enabled=true", "feeds.dome.url=wss://dome.example/", "feeds.dome.key=very/secret");
        var feeds = FeedsOf.Settings(loaded.Values.Feeds, sweptBlock: null);
        var dome = Assert.Single(feeds, static feed => feed.Name == "dome");
        Assert.Equal("wss://dome.example/very%2Fsecret", dome.Address.Url.AbsoluteUri);
        Assert.Equal(SourceKind.Follower, dome.Kind);
        Assert.DoesNotContain("secret", dome.ToString(), StringComparison.Ordinal);
        var alone = FeedsOf.Settings(Shipped.With("feeds.dome.enabled=true", "feeds.rtds.enabled=false", "feeds.polygon.enabled=false").Values.Feeds, sweptBlock: null);
        Assert.Equal(SourceKind.Witness, Assert.Single(alone).Kind);
    }
}
