using System.Text.Json;
using Oddswire.Simulator.Tests.Venues.PolymarketUs;
using Xunit;

namespace Oddswire.Simulator.Tests.Venues;

// The samples of the protocol pages, which the gateway's codecs are tested with, hold for the simulator's frames as well:
// every field that a sample has is there, of the same JSON type.
public sealed class GoldenShapeTests
{
    private readonly StandInRun _run = new();

    [Theory]
    [InlineData("rtds-5-trade", "trades")]
    [InlineData("rtds-5-orders-matched", "orders_matched")]
    public void Rtds_rows_have_the_shape_of_the_sample(string sample, string type)
    {
        var client = _run.Connect("rtds").Say($$"""{"action":"subscribe","subscriptions":[{"topic":"activity","type":"{{type}}"}]}""");
        _run.Run(20);
        // The sample of a matched order is of a market with fees.
        AssertShape(sample, client.Data.First(row => type == "trades" || row.GetProperty("payload").TryGetProperty("fee", out _)));
    }

    [Theory]
    [InlineData("polygon-3-v2-maker-buys")]
    [InlineData("polygon-3-v2-taker-buys-with-fee")]
    public void Pushed_logs_have_the_shape_of_the_sample(string sample)
    {
        var client = _run.Connect("polygon").Say("""{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["logs",{"topics":["0xd543adfd945773f1a62f74f0ee55a5e3b9b1a28262980ba90b1a89f2ea84d8ee"]}]}""");
        _run.Run(5);
        var (ours, golden) = (Log(client.Data[0]), Log(Golden(sample)));
        AssertShape(sample, client.Data[0]);
        Assert.Equal(golden.GetProperty("data").GetString()!.Length, ours.GetProperty("data").GetString()!.Length);
        Assert.Equal(golden.GetProperty("topics").GetArrayLength(), ours.GetProperty("topics").GetArrayLength());
    }

    [Theory]
    [InlineData("polygon-4-subscribed", """{"jsonrpc":"2.0","id":7,"method":"eth_subscribe","params":["newHeads"]}""")]
    [InlineData("polygon-4-block-number", """{"jsonrpc":"2.0","id":7,"method":"eth_blockNumber"}""")]
    [InlineData("polygon-4-header", """{"jsonrpc":"2.0","id":7,"method":"eth_getBlockByNumber","params":["latest",false]}""")]
    [InlineData("polygon-4-get-logs", """{"jsonrpc":"2.0","id":7,"method":"eth_getLogs","params":[{}]}""")]
    [InlineData("polygon-4-error-block-range", """{"jsonrpc":"2.0","id":7,"method":"eth_getLogs","params":[{"fromBlock":"0xfffffff"}]}""")]
    public void Answers_of_the_node_have_the_shape_of_the_sample(string sample, string call)
    {
        _run.Run(10);
        AssertShape(sample, _run.Connect("polygon").Ask(call));
    }

    [Fact]
    public void A_receipt_has_the_shape_of_the_sample()
    {
        _run.Run(10);
        var hash = _run.World.Chain.Head.Settlements[0].Match.TransactionHash;
        AssertShape("polygon-4-receipt", _run.Connect("polygon").Ask($$"""{"jsonrpc":"2.0","id":7,"method":"eth_getTransactionReceipt","params":["{{hash}}"]}"""));
    }

    [Theory]
    [InlineData("polygon-6-gamma-v1", false)]
    [InlineData("polygon-6-gamma-v2", true)]
    public void Gamma_pages_have_the_shape_of_the_sample(string sample, bool protocolV2)
    {
        // Some v1 markets carry position ids, and windows have an end; the sample has both.
        var market = _run.World.Markets.Open.First(market => market.Plan.ProtocolV2 == protocolV2 && (protocolV2 || (market.Number % 3 == 0 && market.Plan.EndsAt is not null)));
        AssertShape(sample, StandInRun.Json(_run.Get("/markets/keyset", ("slug", market.Plan.Slug))), except: ["next_cursor", "volumeNum", "series"]);
    }

    [Fact]
    public void Dome_frames_have_the_shape_of_the_samples()
    {
        var client = _run.Connect("dome", "/demo-dev");
        AssertShape("dome-4-ack", client.Ask("""{"action":"subscribe","platform":"polymarket","version":1,"type":"orders","filters":{"users":["*"]}}"""));
        _run.Run(5);
        AssertShape("dome-5-event", client.Data[0]);
        AssertShape("dome-4-error", client.Ask("""{"action":"subscribe"}"""));
    }

    [Theory]
    [InlineData("us-7.1-market-data", "MARKET_DATA", "marketData")]
    [InlineData("us-7.2-market-data-lite", "MARKET_DATA_LITE", "marketDataLite")]
    [InlineData("us-7.3-trade", "TRADE", "trade")]
    [InlineData("us-8.1-order-snapshot", "ORDER_SNAPSHOT", "orderSubscriptionSnapshot")]
    [InlineData("us-8.1-order-update", "ORDER", "orderSubscriptionUpdate")]
    [InlineData("us-8.2-position", "POSITION", "positionSubscription")]
    [InlineData("us-8.3-balances-snapshot", "ACCOUNT_BALANCE", "accountBalancesSnapshot")]
    [InlineData("us-8.3-balances-update", "ACCOUNT_BALANCE", "accountBalancesUpdate")]
    public void Us_frames_have_the_shape_of_the_samples(string sample, string type, string payload)
    {
        _run.Run(60); // there is something to tell of the account
        var client = _run.Us(sample.StartsWith("us-7", StringComparison.Ordinal) ? "us-markets" : "us-private").Say(UsRequestTests.Subscribe("r", type));
        _run.Run(60);
        var told = client.Data.Where(frame => frame.TryGetProperty(payload, out _)).ToList();
        // What may be null is not so everywhere: a first position has none before it, an order that was just placed no average price.
        var fields = Fields(Golden(sample), "").Where(static field => field.Kind != "Null" && !field.Path.Contains(".team", StringComparison.Ordinal) && !field.Path.Contains("commission", StringComparison.Ordinal)).ToList();
        Assert.Contains(told, frame => !fields.Except(Fields(frame, "")).Any());
    }

    [Fact]
    public void Us_answers_have_the_shape_of_the_samples()
    {
        var client = _run.Us("us-markets");
        AssertShape("us-4-error-invalid-message", client.Ask("{"));
        client.Say(UsRequestTests.Subscribe("md-1", "TRADE", "a"));
        AssertShape("us-4-error-slug", client.Ask(UsRequestTests.Subscribe("md-2", "TRADE", "a")));
        AssertShape("us-3-unsubscribed", client.Ask("""{"unsubscribe":{"requestId":"md-1"}}"""));
    }

    [Fact]
    public void An_error_of_rtds_has_the_shape_of_the_sample() => AssertShape("rtds-2-error", _run.Connect("rtds").Ask("{"));

    private static JsonElement Golden(string name) => JsonElement.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", name + ".json")));

    private static JsonElement Log(JsonElement frame) => frame.GetProperty("params").GetProperty("result");

    private static void AssertShape(string sample, JsonElement ours, string[]? except = null)
    {
        var fields = Fields(Golden(sample), "").Where(field => except?.Any(name => field.Path.Contains($".{name}", StringComparison.Ordinal)) != true);
        Assert.Empty(fields.Except(Fields(ours, "")));
    }

    // Paths and types; a list is known by its first item.
    private static IEnumerable<(string Path, string Kind)> Fields(JsonElement json, string path)
    {
        yield return (path, json.ValueKind is JsonValueKind.True or JsonValueKind.False ? "Boolean" : json.ValueKind.ToString());
        var inner = json.ValueKind switch
        {
            JsonValueKind.Object => json.EnumerateObject().SelectMany(field => Fields(field.Value, $"{path}.{field.Name}")),
            JsonValueKind.Array when json.GetArrayLength() > 0 => Fields(json[0], $"{path}[]"),
            _ => [],
        };
        foreach (var field in inner) yield return field;
    }
}
