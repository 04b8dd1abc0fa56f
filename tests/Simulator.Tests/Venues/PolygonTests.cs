using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Oddswire.Simulator.Venues;
using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Simulator.Tests.Venues;

public sealed class PolygonTests
{
    private const string OrderFilled = "0xd543adfd945773f1a62f74f0ee55a5e3b9b1a28262980ba90b1a89f2ea84d8ee";
    private const string OrderFilledV1 = "0xd0a08e8c493f9c94f29311604c9de1b4e8c8d4c06bd0c789af57f2d65bfec0f6";
    private const string OrdersMatched = "0x174b3811690657c217184f89418266767c87e4805d09680c39fc9c031c0cab7c";
    private const string FeeCharged = "0x55bb3cade9d43b798a4fe5ffdd05024b2d7870df53920673bfc7e68047cd0ab1";

    private readonly StandInRun _run = new();

    [Fact]
    public void Chain_id_is_polygons_and_the_block_number_follows_the_head()
    {
        var client = _run.Connect("polygon");
        Assert.Equal("0x89", Result(client, """{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}""").GetString());
        var before = Number(Result(client, """{"jsonrpc":"2.0","id":2,"method":"eth_blockNumber","params":[]}"""));
        _run.Run(10);
        Assert.Equal(before + 5, Number(Result(client, """{"jsonrpc":"2.0","id":2,"method":"eth_blockNumber","params":[]}""")));
        Assert.Equal(_run.World.Chain.Head.Number, before + 5);
    }

    [Fact]
    public void Pushed_logs_carry_every_fill_of_the_world_by_the_tables_of_the_protocol_page()
    {
        var client = Subscribed($$"""{"topics":["{{OrderFilled}}"]}""");
        _run.Run(30);
        var fills = AllFills();
        Assert.Equal(fills.Count, client.Data.Count);
        foreach (var (log, fill) in client.Data.Select(Log).Zip(fills)) AssertIs(log, fill);
    }

    [Fact]
    public void A_log_has_the_fields_of_the_protocol_page_in_lower_case_hex()
    {
        var client = Subscribed("{}");
        _run.Run(5);
        var frame = client.Data[0];
        Assert.Equal("eth_subscription", frame.GetProperty("method").GetString());
        var log = Log(frame);
        Assert.Equal(["address", "blockHash", "blockNumber", "data", "logIndex", "removed", "topics", "transactionHash", "transactionIndex"], log.EnumerateObject().Select(field => field.Name).Order());
        Assert.All(log.EnumerateObject().Where(field => field.Value.ValueKind == JsonValueKind.String), field => Assert.Equal(field.Value.GetString()!.ToLowerInvariant(), field.Value.GetString()));
        Assert.False(log.GetProperty("removed").GetBoolean());
    }

    [Fact]
    public void Without_a_topic_filter_orders_matched_and_fees_come_along_in_the_order_of_the_log_indexes()
    {
        var client = Subscribed("{}");
        _run.Run(20);
        var topics = client.Data.Select(frame => Log(frame).GetProperty("topics")[0].GetString()).Distinct().Order();
        Assert.Equal(new[] { OrderFilled, OrdersMatched, FeeCharged }.Order(), topics);
        var places = client.Data.Select(Log).Select(log => (Number(log.GetProperty("blockNumber")), Number(log.GetProperty("logIndex")))).ToList();
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public void Legacy_markets_log_in_the_v1_form()
    {
        var run = new StandInRun(new WorldSettings { LegacyLogs = true });
        var client = run.Connect("polygon");
        client.Say(Subscribe($$"""{"topics":["{{OrderFilledV1}}"]}"""));
        run.Run(20);
        Assert.NotEmpty(client.Data);
        var fills = run.World.Chain.Fills;
        var legacy = Enumerable.Range(1, fills.Count).Select(number => fills[number]!).Where(fill => fill.Settlement.Match.Market.Plan.Exchange.Form == LogForm.V1);
        foreach (var (log, fill) in client.Data.Select(Log).Zip(legacy))
        {
            var words = Words(log);
            var (order, execution) = (fill.Execution.Order, fill.Execution);
            var buy = order.Side == Side.Buy;
            Assert.Contains(log.GetProperty("address").GetString(), new[] { Exchange.LegacyCtf.Address.Text, Exchange.LegacyNegRisk.Address.Text });
            Assert.Equal([buy ? "0" : order.Token.Id, buy ? order.Token.Id : "0"], words[..2].Select(word => word.ToString(CultureInfo.InvariantCulture)));
            Assert.Equal(buy ? [execution.Collateral, execution.Shares] : [execution.Shares, execution.Collateral], words[2..4].Select(word => (long)word));
            Assert.Equal(5, words.Count);
        }
    }

    [Fact]
    public void Topic_filters_take_alternatives_and_null_and_addresses_a_list()
    {
        var (alice, bob) = (_run.World.Wallets[0].Address, _run.World.Wallets[1].Address);
        var client = Subscribed($$"""{"address":["{{Exchange.Ctf.Address.Checksummed}}","{{Exchange.V3.Address.Text}}"],"topics":["{{OrderFilled}}",null,["{{alice.Topic}}","{{bob.Topic}}"]]}""");
        _run.Run(30);
        var expected = AllFills().Where(fill =>
            fill.Settlement.Match.Market.Plan.Exchange != Exchange.NegRisk
            && (fill.Execution.Order.Wallet.Address == alice || fill.Execution.Order.Wallet.Address == bob)).Select(fill => fill.LogIndex).ToList();
        Assert.NotEmpty(expected);
        Assert.Equal(expected, client.Data.Select(frame => (int)Number(Log(frame).GetProperty("logIndex"))));
    }

    [Fact]
    public void A_log_with_fewer_topics_than_the_filter_does_not_match()
    {
        var client = Subscribed("""{"topics":[null,null,null,null]}""");
        _run.Run(10);
        Assert.NotEmpty(client.Data);
        Assert.All(client.Data, frame => Assert.Equal(4, Log(frame).GetProperty("topics").GetArrayLength()));
    }

    [Fact]
    public void New_heads_follow_each_other_every_two_seconds()
    {
        var client = _run.Connect("polygon").Say("""{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}""");
        _run.Run(20);
        var heads = client.Data.Select(Log).ToList();
        Assert.Equal(10, heads.Count);
        foreach (var (head, next) in heads.Zip(heads.Skip(1)))
        {
            Assert.Equal(head.GetProperty("hash").GetString(), next.GetProperty("parentHash").GetString());
            Assert.Equal(Number(head.GetProperty("timestamp")) + 2, Number(next.GetProperty("timestamp")));
        }
    }

    [Fact]
    public void An_unsubscribed_subscription_stops_and_an_unknown_one_is_an_error()
    {
        var client = _run.Connect("polygon");
        var id = client.Ask(Subscribe("{}")).GetProperty("result").GetString();
        Assert.True(Result(client, $$"""{"jsonrpc":"2.0","id":1,"method":"eth_unsubscribe","params":["{{id}}"]}""").GetBoolean());
        _run.Run(10);
        Assert.Empty(client.Data);
        Assert.Equal("subscription not found", Error(client, $$"""{"jsonrpc":"2.0","id":1,"method":"eth_unsubscribe","params":["{{id}}"]}""").Message);
    }

    [Fact]
    public void Get_logs_returns_what_was_pushed_over_the_socket_and_over_post()
    {
        var client = Subscribed($$"""{"topics":["{{OrderFilled}}"]}""");
        var from = _run.World.Chain.Head.Number;
        _run.Run(20);
        var pushed = client.Data.Select(frame => Log(frame).GetRawText()).ToList();
        var call = $$"""{"jsonrpc":"2.0","id":7,"method":"eth_getLogs","params":[{"fromBlock":"0x{{from:x}}","toBlock":"latest","topics":["{{OrderFilled}}"]}]}""";
        Assert.Equal(pushed, Result(client, call).EnumerateArray().Select(log => log.GetRawText()));
        Assert.Equal(pushed, StandInRun.Json(_run.Post(call)).GetProperty("result").EnumerateArray().Select(log => log.GetRawText()));
    }

    [Theory]
    [InlineData("head+1", "latest", -32000, "invalid block range params")]
    [InlineData("head", "head+1", -32000, "invalid block range params")]
    [InlineData("head", "head-1", -32000, "invalid block range params")]
    [InlineData("head-20000", "head", -32602, "exceed maximum block range: 10000")]
    public void A_range_that_the_node_does_not_have_is_refused_in_its_words(string from, string to, int code, string message)
    {
        _run.Run(10);
        Assert.Equal((code, message), Error(_run.Connect("polygon"), GetLogs(Block(from), Block(to))));
    }

    [Fact]
    public void Blocks_from_before_the_run_have_no_logs_and_pruned_ones_are_an_error()
    {
        var run = new StandInRun(new WorldSettings { Rate = 500, History = 5_000 });
        var client = run.Connect("polygon");
        Assert.Equal(0, Result(client, GetLogs($"0x{run.World.Chain.Start - 100:x}", "latest")).GetArrayLength());
        run.Run(60);
        Assert.Equal(-32701, Error(client, GetLogs($"0x{run.World.Chain.Start:x}", "latest")).Code);
        Assert.True(Result(client, GetLogs($"0x{run.World.Chain.FirstKept:x}", "latest")).GetArrayLength() > 1_000);
    }

    [Fact]
    public void An_answer_of_too_many_logs_is_refused()
    {
        var run = new StandInRun(new WorldSettings { Rate = 20_000 }).Run(10);
        Assert.Equal((-32005, "query returned more than 50000 results"), Error(run.Connect("polygon"), GetLogs($"0x{run.World.Chain.Start:x}", "latest")));
    }

    [Fact]
    public void A_block_and_the_receipts_of_its_transactions_can_be_read()
    {
        _run.Run(10);
        var client = _run.Connect("polygon");
        var head = _run.World.Chain.Head;
        var block = Result(client, $$"""{"jsonrpc":"2.0","id":1,"method":"eth_getBlockByNumber","params":["latest",false]}""");
        Assert.Equal(head.Hash.ToString(), block.GetProperty("hash").GetString());
        Assert.Equal(head.At.ToUnixTimeSeconds(), Number(block.GetProperty("timestamp")));
        Assert.Equal(head.Settlements.Select(settlement => settlement.Match.TransactionHash.ToString()), block.GetProperty("transactions").EnumerateArray().Select(hash => hash.GetString()));
        var receipt = Result(client, $$"""{"jsonrpc":"2.0","id":1,"method":"eth_getTransactionReceipt","params":["{{head.Settlements[1].Match.TransactionHash}}"]}""");
        Assert.Equal("0x1", receipt.GetProperty("status").GetString());
        Assert.Equal(head.Settlements[1].Logs.Select(log => (long)log.Index), receipt.GetProperty("logs").EnumerateArray().Select(log => Number(log.GetProperty("logIndex"))));
        Assert.Equal(JsonValueKind.Null, Result(client, $$"""{"jsonrpc":"2.0","id":1,"method":"eth_getBlockByNumber","params":["0x{{head.Number + 1:x}}",false]}""").ValueKind);
        Assert.Equal(JsonValueKind.Null, Result(client, $$"""{"jsonrpc":"2.0","id":1,"method":"eth_getTransactionReceipt","params":["0x{{new string('0', 64)}}"]}""").ValueKind);
    }

    [Theory]
    [InlineData("{", -32700)]
    [InlineData("{}", -32600)]
    [InlineData("[]", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"eth_mine"}""", -32601)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["weather"]}""", -32601)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"eth_getLogs","params":[]}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"eth_getLogs","params":["x"]}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"eth_getLogs","params":[{"fromBlock":12}]}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"eth_getLogs","params":[{"address":"0x12"}]}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"eth_getLogs","params":[{"topics":["0x12"]}]}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"eth_getLogs","params":[{"topics":[null,null,null,null,null]}]}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"eth_getTransactionReceipt","params":["0x12"]}""", -32602)]
    public void Errors_come_in_the_form_of_json_rpc(string text, int code)
    {
        Assert.Equal(code, Error(_run.Connect("polygon"), text).Code);
        Assert.Equal(code, StandInRun.Json(_run.Post(text)).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public void The_id_of_a_call_comes_back_as_it_was_written_and_batches_come_back_as_batches()
    {
        var client = _run.Connect("polygon");
        Assert.Equal("\"a-1\"", client.Ask("""{"jsonrpc":"2.0","id":"a-1","method":"eth_chainId"}""").GetProperty("id").GetRawText());
        var batch = client.Ask("""[{"jsonrpc":"2.0","id":1,"method":"eth_chainId"},{"jsonrpc":"2.0","method":"eth_chainId"},{"jsonrpc":"2.0","id":2,"method":"nope"}]""");
        Assert.Equal(2, batch.GetArrayLength());
        Assert.Equal("0x89", batch[0].GetProperty("result").GetString());
        Assert.Equal(-32601, batch[1].GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public void There_are_no_subscriptions_over_post() =>
        Assert.Equal("notifications not supported", StandInRun.Json(_run.Post(Subscribe("{}"))).GetProperty("error").GetProperty("message").GetString());

    private static string Subscribe(string filter) => $$"""{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["logs",{{filter}}]}""";

    private static string GetLogs(string from, string to) => $$"""{"jsonrpc":"2.0","id":1,"method":"eth_getLogs","params":[{"fromBlock":"{{from}}","toBlock":"{{to}}"}]}""";

    private string Block(string text) => text == "latest" ? text : $"0x{_run.World.Chain.Head.Number + (text == "head" ? 0 : int.Parse(text[4..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)):x}";

    private Client Subscribed(string filter) => _run.Connect("polygon").Say(Subscribe(filter));

    private List<Fill> AllFills() => [.. Enumerable.Range(1, _run.World.Chain.Fills.Count).Select(number => _run.World.Chain.Fills[number]!)];

    private static JsonElement Result(Client client, string call) => client.Ask(call).GetProperty("result");

    private static (int Code, string Message) Error(Client client, string call)
    {
        var error = client.Ask(call).GetProperty("error");
        return (error.GetProperty("code").GetInt32(), error.GetProperty("message").GetString()!);
    }

    private static JsonElement Log(JsonElement frame) => frame.GetProperty("params").GetProperty("result");

    private static long Number(JsonElement hex) => long.Parse(hex.GetString().AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static List<BigInteger> Words(JsonElement log) =>
        [.. log.GetProperty("data").GetString()![2..].Chunk(64).Select(word => BigInteger.Parse("0" + new string(word), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))];

    private static void AssertIs(JsonElement log, Fill fill)
    {
        var (order, execution, words) = (fill.Execution.Order, fill.Execution, Words(log));
        Assert.Equal(fill.Settlement.Match.Market.Plan.Exchange.Address.Text, log.GetProperty("address").GetString());
        Assert.Equal(
            [OrderFilled, order.Hash.ToString(), order.Wallet.Address.Topic.ToString(), execution.Counterparty.Topic.ToString()],
            log.GetProperty("topics").EnumerateArray().Select(topic => topic.GetString()));
        Assert.Equal(7, words.Count);
        Assert.Equal(order.Side == Side.Buy ? 0 : 1, words[0]);
        Assert.Equal(order.Token.Id, words[1].ToString(CultureInfo.InvariantCulture));
        Assert.Equal(execution.Collateral, order.Side == Side.Buy ? words[2] : words[3]);
        Assert.Equal(execution.Shares, order.Side == Side.Buy ? words[3] : words[2]);
        Assert.Equal(execution.Fee, words[4]);
        Assert.Equal(fill.Settlement.Match.TransactionHash.ToString(), log.GetProperty("transactionHash").GetString());
        Assert.Equal(fill.LogIndex, Number(log.GetProperty("logIndex")));
    }
}
