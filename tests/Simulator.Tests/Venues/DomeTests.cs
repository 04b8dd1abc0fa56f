using System.Text;
using System.Text.Json;
using Oddswire.Protocols.Dome;
using Oddswire.Simulator.Venues;
using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Simulator.Tests.Venues;

public sealed class DomeTests
{
    private const string Everything = """{"users":["*"]}""";

    private static readonly string[] Fields =
    [
        "token_id", "token_label", "side", "market_slug", "condition_id", "shares", "shares_normalized", "price", "block_number",
        "log_index", "tx_hash", "title", "timestamp", "order_hash", "user", "taker",
    ];

    private readonly StandInRun _run = new();

    [Fact]
    public void The_key_is_the_first_segment_that_is_not_empty_and_a_bad_one_is_refused_before_the_upgrade()
    {
        Assert.Null(_run.Connect("dome", "/demo-dev").Handshake.Refusal);
        Assert.Null(_run.Connect("dome", "//demo-dev").Handshake.Refusal);
        foreach (var path in new[] { "", "/", "/wrong", "/demo-dev2" })
            Assert.Equal((401, "INVALID_API_KEY"), _run.Connect("dome", path).Handshake.Refusal is { } refusal ? (refusal.Status, refusal.Error) : default);
        Assert.Equal(4, _run.StandIn.Venues.Single(venue => venue.Name == "dome").Refused);
    }

    [Fact]
    public void Nothing_is_said_before_the_client_speaks_and_a_subscription_gets_an_ack_of_two_keys()
    {
        var client = _run.Connect("dome", "/demo-dev");
        _run.Run(20);
        Assert.Empty(client.Frames);
        var ack = client.Ask(Subscribe(Everything));
        Assert.Equal(["type", "subscription_id"], ack.EnumerateObject().Select(field => field.Name));
        Assert.Matches("^sub_[a-z0-9]{11}$", ack.GetProperty("subscription_id").GetString()!);
    }

    [Fact]
    public void Every_fill_of_the_chain_is_an_event_with_its_16_fields()
    {
        var client = _run.Connect("dome", "/demo-dev").Say(Subscribe(Everything));
        _run.Run(20);
        var fills = _run.World.Chain.Fills;
        var events = client.Data;
        Assert.Equal(fills.Count, events.Count);
        foreach (var (frame, number) in events.Select((frame, at) => (frame, at + 1)))
        {
            Assert.Equal(["type", "subscription_id", "data"], frame.EnumerateObject().Select(field => field.Name));
            var (data, fill) = (frame.GetProperty("data"), fills[number]!);
            Assert.Equal(Fields, data.EnumerateObject().Select(field => field.Name));
            Assert.Equal(fill.Execution.Order.Token.Id, data.GetProperty("token_id").GetString());
            Assert.Equal(fill.Execution.Order.Side == Side.Buy ? "BUY" : "SELL", data.GetProperty("side").GetString());
            Assert.Equal(fill.Execution.Shares, data.GetProperty("shares").GetInt64());
            Assert.Equal(fill.Execution.Shares / 1_000_000m, data.GetProperty("shares_normalized").GetDecimal());
            Assert.Equal(Math.Round(fill.Execution.Collateral / (decimal)fill.Execution.Shares, 6, MidpointRounding.AwayFromZero), data.GetProperty("price").GetDecimal());
            Assert.Equal(fill.Settlement.Block.At.ToUnixTimeSeconds(), data.GetProperty("timestamp").GetInt64());
            Assert.Equal(fill.LogIndex, data.GetProperty("log_index").GetInt32());
            Assert.Equal(fill.Settlement.Match.TransactionHash.ToString(), data.GetProperty("tx_hash").GetString());
            Assert.Equal(fill.Execution.Order.Wallet.Address.Text, data.GetProperty("user").GetString());
            Assert.Equal(fill.Execution.Counterparty.Text, data.GetProperty("taker").GetString());
        }
    }

    /// <summary>So the simulation of a gateway has it hand on the bytes of this server (docs/adr/0025).</summary>
    [Fact]
    public void Events_are_written_as_a_gateway_writes_them()
    {
        var client = _run.Connect("dome", "/demo-dev").Say(Subscribe(Everything));
        _run.Run(20);
        Assert.NotEmpty(client.Data);
        Assert.All(client.Data, static frame =>
        {
            DomeServerFrameCodec.Decode(Encoding.UTF8.GetBytes(frame.GetRawText()), out var data);
            Assert.False(data.IsEmpty);
        });
    }

    [Fact]
    public void Numbers_are_written_without_trailing_zeros()
    {
        var client = _run.Connect("dome", "/demo-dev").Say(Subscribe(Everything));
        _run.Run(10);
        Assert.All(client.Data, frame =>
        {
            Assert.Matches(@"^\d+(\.\d{0,5}[1-9])?$", frame.GetProperty("data").GetProperty("shares_normalized").GetRawText());
            Assert.Matches(@"^0\.\d{0,5}[1-9]$", frame.GetProperty("data").GetProperty("price").GetRawText());
        });
    }

    [Fact]
    public void Filters_match_users_in_any_case_and_combine_as_users_and_markets()
    {
        var (wallet, markets) = (_run.World.Wallets[3], _run.World.Markets.Open);
        var users = Client($$"""{"users":["{{wallet.Address.Checksummed}}"]}""");
        var conditions = Client($$"""{"condition_ids":["{{markets[0].ConditionId}}"]}""");
        var slugs = Client($$"""{"market_slugs":["{{markets[1].Plan.Slug}}"]}""");
        var all = Client($$"""{"users":["{{wallet.Address.Text}}"],"condition_ids":["{{markets[0].ConditionId}}"],"market_slugs":["{{markets[1].Plan.Slug}}"]}""");
        _run.Run(60);
        Assert.Equal(Fills(fill => fill.Execution.Order.Wallet == wallet), LogIndexes(users));
        Assert.Equal(Fills(fill => fill.Settlement.Match.Market == markets[0]), LogIndexes(conditions));
        Assert.Equal(Fills(fill => fill.Settlement.Match.Market == markets[1]), LogIndexes(slugs));
        Assert.Equal(Fills(fill => fill.Execution.Order.Wallet == wallet && (fill.Settlement.Match.Market == markets[0] || fill.Settlement.Match.Market == markets[1])), LogIndexes(all));
        Assert.NotEmpty(all.Data);
    }

    [Fact]
    public void An_update_replaces_the_filter_under_the_same_id_and_an_unsubscribe_is_not_acknowledged()
    {
        var client = _run.Connect("dome", "/demo-dev");
        var id = client.Ask(Subscribe(Everything)).GetProperty("subscription_id").GetString();
        var ack = client.Ask(Update(id, """{"market_slugs":["none"]}"""));
        Assert.Equal(("ack", id), (ack.GetProperty("type").GetString(), ack.GetProperty("subscription_id").GetString()));
        client.Ask(Update(id, Everything));
        client.Frames.Clear();
        client.Say($$"""{"action":"unsubscribe","subscription_id":"{{id}}"}""");
        _run.Run(10);
        Assert.Empty(client.Frames);
    }

    [Fact]
    public void A_match_of_two_subscriptions_is_two_frames()
    {
        var client = _run.Connect("dome", "/demo-dev");
        client.Say(Subscribe(Everything)).Say(Subscribe(Everything));
        _run.Run(10);
        Assert.Equal(2 * _run.World.Chain.Fills.Count, client.Data.Count);
    }

    [Theory]
    [InlineData("{", "INVALID_MESSAGE")]
    [InlineData("[]", "INVALID_MESSAGE")]
    [InlineData("""{"type":"subscribe","condition_ids":["0x00"]}""", "INVALID_MESSAGE")]
    [InlineData("""{"action":"subscribe","platform":"kalshi","version":1,"type":"orders","filters":{"users":["*"]}}""", "INVALID_MESSAGE")]
    [InlineData("""{"action":"subscribe","platform":"polymarket","version":"1","type":"orders","filters":{"users":["*"]}}""", "INVALID_MESSAGE")]
    [InlineData("""{"action":"subscribe","platform":"polymarket","version":1,"type":"trades","filters":{"users":["*"]}}""", "INVALID_MESSAGE")]
    [InlineData("""{"action":"subscribe","platform":"polymarket","version":1,"type":"orders"}""", "INVALID_FILTERS")]
    [InlineData("""{"action":"subscribe","platform":"polymarket","version":1,"type":"orders","filters":{}}""", "INVALID_FILTERS")]
    [InlineData("""{"action":"subscribe","platform":"polymarket","version":1,"type":"orders","filters":{"users":[]}}""", "INVALID_FILTERS")]
    [InlineData("""{"action":"subscribe","platform":"polymarket","version":1,"type":"orders","filters":{"users":["0x12"]}}""", "INVALID_FILTERS")]
    [InlineData("""{"action":"subscribe","platform":"polymarket","version":1,"type":"orders","filters":{"wallets":["*"]}}""", "INVALID_FILTERS")]
    [InlineData("""{"action":"update","platform":"polymarket","version":1,"type":"orders","subscription_id":"sub_none","filters":{"users":["*"]}}""", "SUBSCRIPTION_NOT_FOUND")]
    [InlineData("""{"action":"unsubscribe","version":1,"subscription_id":"sub_none"}""", "SUBSCRIPTION_NOT_FOUND")]
    public void What_cannot_be_done_is_one_error_frame_and_changes_nothing(string text, string error)
    {
        var client = _run.Connect("dome", "/demo-dev");
        var answer = client.Ask(text);
        Assert.Equal(("error", error), (answer.GetProperty("type").GetString(), answer.GetProperty("error").GetString()));
        Assert.Equal(["type", "error", "message", "action", "subscription_id"], answer.EnumerateObject().Select(field => field.Name));
        Assert.False(client.Connection.Ended);
        _run.Run(10);
        Assert.Empty(client.Data);
    }

    [Fact]
    public void The_free_tier_has_two_subscriptions_of_five_entries_over_all_its_sockets_and_no_wildcard()
    {
        var (one, other) = (_run.Connect("dome", "/demo-free"), _run.Connect("dome", "/demo-free"));
        var five = $$"""{"users":[{{string.Join(",", _run.World.Wallets.Take(5).Select(wallet => $"\"{wallet.Address.Text}\""))}}]}""";
        var six = $$"""{"users":[{{string.Join(",", _run.World.Wallets.Take(6).Select(wallet => $"\"{wallet.Address.Text}\""))}}]}""";
        Assert.Equal("WILDCARD_NOT_ALLOWED", one.Ask(Subscribe(Everything)).GetProperty("error").GetString());
        Assert.Equal("ITEMS_PER_SUB_LIMIT", one.Ask(Subscribe(six)).GetProperty("error").GetString());
        Assert.Equal("ack", one.Ask(Subscribe(five)).GetProperty("type").GetString());
        Assert.Equal("ack", other.Ask(Subscribe(five)).GetProperty("type").GetString());
        Assert.Equal("SUBSCRIPTION_LIMIT", one.Ask(Subscribe(five)).GetProperty("error").GetString());
        other.Connection.Lost();
        Assert.Equal("ack", one.Ask(Subscribe(five)).GetProperty("type").GetString());
    }

    [Fact]
    public void It_pings_every_30_s_and_drops_a_client_that_leaves_two_unanswered()
    {
        var (dead, alive) = (_run.Connect("dome", "/demo-dev"), _run.Connect("dome", "/demo-dev"));
        for (var i = 0; i < 10; i++)
        {
            _run.Run(10);
            alive.Connection.Receive(new ClientFrame(ClientFrameKind.Pong, default));
        }
        Assert.Equal([FrameKind.Ping, FrameKind.Ping, FrameKind.Drop], dead.Frames.Select(frame => frame.Frame.Kind));
        Assert.Equal(StandInRun.Start.AddSeconds(90), dead.Frames[^1].At);
        Assert.Equal(3, alive.Frames.Count);
        Assert.False(alive.Connection.Ended);
    }

    [Fact]
    public void Texts_of_a_market_that_the_catalog_does_not_know_yet_are_blank()
    {
        var run = new StandInRun(new WorldSettings { Window = TimeSpan.FromSeconds(50) });
        var client = run.Connect("dome", "/demo-dev").Say(Subscribe(Everything));
        run.Run(40);
        var blank = client.Data.Select(frame => frame.GetProperty("data")).Where(data => data.GetProperty("market_slug").GetString()!.Length == 0).ToList();
        Assert.NotEmpty(blank);
        Assert.All(blank, data => Assert.Equal(("", "", ""), (data.GetProperty("title").GetString(), data.GetProperty("condition_id").GetString(), data.GetProperty("token_label").GetString())));
        Assert.InRange(blank.Count / (double)client.Data.Count, 0, 0.1);
    }

    private static string Subscribe(string filters) => $$"""{"action":"subscribe","platform":"polymarket","version":1,"type":"orders","filters":{{filters}}}""";

    private static string Update(string? id, string filters) => $$"""{"action":"update","subscription_id":"{{id}}","platform":"polymarket","version":1,"type":"orders","filters":{{filters}}}""";

    private Client Client(string filters) => _run.Connect("dome", "/demo-dev").Say(Subscribe(filters));

    private List<int> Fills(Func<Fill, bool> which) =>
        [.. Enumerable.Range(1, _run.World.Chain.Fills.Count).Select(number => _run.World.Chain.Fills[number]!).Where(which).Select(fill => fill.LogIndex)];

    private static IEnumerable<int> LogIndexes(Client client) => client.Data.Select(frame => frame.GetProperty("data").GetProperty("log_index").GetInt32());
}
