using System.Text.Json;
using Oddswire.Protocols.Clob;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.Venues;
using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Simulator.Tests.Venues;

public sealed class ClobUserTests
{
    private readonly StandInRun _run = new(new WorldSettings { DemoAccount = true, Window = TimeSpan.FromSeconds(60) });

    private static string Frame(string markets = "", string key = "demo-user", string secret = "demo", string passphrase = "demo") =>
        $$"""{"auth":{"apiKey":"{{key}}","secret":"{{secret}}","passphrase":"{{passphrase}}"},"type":"user","markets":[{{markets}}]}""";

    private Client Open(string markets = "") => _run.Connect("clob-user").Say(Frame(markets));

    private static IEnumerable<JsonElement> Trades(Client client) => client.Data.Where(static told => told.GetProperty("event_type").GetString() == "trade");

    private static string Text(JsonElement told, string name) => told.GetProperty(name).GetString()!;

    [Fact]
    public void Nothing_answers_the_first_frame_and_then_own_orders_and_trades_come()
    {
        var client = Open();
        Assert.Empty(client.Frames);
        _run.Run(20);
        Assert.NotEmpty(Trades(client));
        Assert.All(Trades(client), told => Assert.Equal("demo-user", Text(told, "owner")));
        Assert.Equal(
            ["event_type", "type", "id", "taker_order_id", "market", "asset_id", "side", "size", "price", "fee_rate_bps", "status", "match_time", "last_update", "outcome", "owner",
             "trade_owner", "maker_address", "transaction_hash", "bucket_index", "maker_orders", "trader_side", "timestamp"],
            Trades(client).First().EnumerateObject().Select(static field => field.Name));
    }

    [Fact]
    public void Each_trade_is_matched_mined_and_confirmed_once_and_is_one_of_the_world_s()
    {
        var client = Open();
        _run.Run(60);
        _run.World.Pause();
        _run.Run(20);
        var fills = new HashSet<string>();
        for (var n = _run.World.Chain.Fills.First; n < _run.World.Chain.Fills.Next; n++) fills.Add(_run.World.Chain.Fills[n]!.Settlement.Match.TransactionHash.ToString());
        var byId = Trades(client).GroupBy(static told => Text(told, "id")).ToList();
        Assert.True(byId.Count > 20, $"{byId.Count} trades");
        Assert.All(byId, trade =>
        {
            Assert.Equal(["MATCHED", "MINED", "CONFIRMED"], trade.Select(static told => Text(told, "status")));
            Assert.Contains(Text(trade.First(), "transaction_hash"), fills);
        });
    }

    [Fact]
    public void In_the_market_with_the_highest_rate_something_happens_every_five_seconds()
    {
        var run = new StandInRun(new WorldSettings { DemoAccount = true });
        run.Run(20);
        for (var look = 0; look < 20; look++)
        {
            var busiest = run.World.Markets.Open.MaxBy(market => market.RateAt(run.StandIn.Now))!;
            var client = run.Connect("clob-user").Say(Frame($"\"{busiest.ConditionId}\""));
            run.Run(5);
            Assert.NotEmpty(client.Data);
            Assert.All(client.Data, told => Assert.Equal(busiest.ConditionId, Text(told, "market")));
        }
    }

    [Fact]
    public void An_order_is_placed_and_then_matched_up_to_its_size()
    {
        var client = Open();
        _run.Run(60);
        var orders = client.Data.Where(static told => told.GetProperty("event_type").GetString() == "order").GroupBy(static told => Text(told, "id")).ToList();
        Assert.NotEmpty(orders);
        Assert.All(orders, static order =>
        {
            var told = order.ToList();
            Assert.Equal("PLACEMENT", Text(told[0], "type"));
            Assert.All(told.Skip(1), static update => Assert.Equal("UPDATE", Text(update, "type")));
            var matched = told.Select(static update => decimal.Parse(Text(update, "size_matched"))).ToList();
            Assert.Equal(matched.Order(), matched);
            Assert.All(told, static update => Assert.True(decimal.Parse(Text(update, "size_matched")) <= decimal.Parse(Text(update, "original_size"))));
        });
    }

    [Theory]
    [InlineData("nobody", "demo", "demo")]
    [InlineData("demo-user", "wrong", "demo")]
    [InlineData("demo-user", "demo", "wrong")]
    public void Bad_credentials_are_closed_with_1008(string key, string secret, string passphrase)
    {
        var client = _run.Connect("clob-user").Say(Frame("", key, secret, passphrase));
        Assert.Equal((FrameKind.Close, 1008), (client.Last.Kind, client.Last.Code));
        _run.Run(10);
        Assert.Single(client.Frames);
    }

    [Theory]
    [InlineData("PING")]
    [InlineData("""{"type":"market","assets_ids":[]}""")]
    [InlineData("""{"auth":{"apiKey":"demo-user"},"type":"user"}""")]
    public void A_bad_first_frame_is_closed_with_1008(string text) =>
        Assert.Equal((FrameKind.Close, 1008), _run.Connect("clob-user").Say(text).Last is var last ? (last.Kind, last.Code) : default);

    [Theory]
    [InlineData("PING", "PONG")]
    [InlineData("ping", "pong")]
    [InlineData("{", "INVALID MESSAGE")]
    [InlineData("""{"operation":"dance","markets":[]}""", "INVALID OPERATION")]
    public void Later_frames_are_answered_in_words(string text, string answer)
    {
        var client = Open();
        client.Say(text);
        Assert.Equal(answer, client.Texts.Last());
    }

    [Fact]
    public void Markets_are_added_and_taken_away_and_none_named_at_first_stands_for_all()
    {
        var (first, second) = (_run.World.Markets.Open[0].ConditionId, _run.World.Markets.Open[1].ConditionId);
        var client = Open($"\"{first}\"");
        client.Say($$"""{"operation":"subscribe","markets":["{{second}}"]}""");
        client.Say($$"""{"operation":"unsubscribe","markets":["{{first}}"]}""");
        var all = Open();
        _run.Run(20);
        Assert.Equal([second], client.Data.Select(static told => Text(told, "market")).Distinct());
        Assert.True(all.Data.Select(static told => Text(told, "market")).Distinct().Count() >= 4);
    }

    [Fact]
    public void A_connection_without_any_traffic_is_dropped_without_a_close_frame()
    {
        var client = Open("\"0x00\"");
        _run.Run(126);
        Assert.Equal(FrameKind.Drop, client.Last.Kind);
    }

    [Fact]
    public void After_a_reorg_a_trade_is_retried_and_ends_confirmed_or_failed_and_no_status_comes_twice()
    {
        var client = Open();
        for (var i = 0; i < 10; i++)
        {
            _run.Run(5);
            _run.World.Reorg(2, 0.5);
        }
        _run.World.Pause();
        _run.Run(90);
        var ends = Trades(client).GroupBy(static told => Text(told, "id")).Select(static trade => trade.Select(static told => Text(told, "status")).ToList()).ToList();
        Assert.All(ends, static statuses => Assert.Equal(statuses.Distinct(), statuses));
        Assert.All(ends, static statuses => Assert.True(statuses[^1] is "CONFIRMED" or "FAILED", string.Join(' ', statuses)));
        Assert.Contains(ends, static statuses => statuses[^1] == "FAILED");
        Assert.Contains(ends, static statuses => statuses.Contains("RETRYING") && statuses[^1] == "CONFIRMED");
    }

    [Fact]
    public void Faults_strike_here_as_at_the_other_venues()
    {
        var client = Open();
        _run.StandIn.Faults.Inject(new Fault("clob-user", FaultKind.Mute) { Topic = "trade" });
        _run.Run(10);
        Assert.Empty(Trades(client));
        Assert.NotEmpty(client.Data);
        _run.StandIn.Faults.Inject(new Fault("clob-user", FaultKind.Close) { Code = 1013 });
        Assert.Equal(1013, client.Last.Code);
    }

    [Fact]
    public void The_gateway_reads_every_event_of_it()
    {
        var client = Open();
        _run.Run(20);
        Assert.All(client.Data, static told =>
        {
            var read = ClobUserEvent.Read(System.Text.Encoding.UTF8.GetBytes(told.GetRawText()), out var problem);
            Assert.Null(problem);
            Assert.Equal((Text(told, "id"), Text(told, "market")), (read!.Id, read.Market.ToString()!));
            Assert.Equal(Text(told, "event_type") == "trade" ? ClobUserEventKind.Trade : ClobUserEventKind.Order, read.Kind);
        });
    }
}
