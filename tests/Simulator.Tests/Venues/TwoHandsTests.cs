using System.Buffers;
using System.Globalization;
using System.Text;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;
using Oddswire.Protocols.Gamma;
using Oddswire.Protocols.Polygon;
using Oddswire.Protocols.Rtds;
using Oddswire.Simulator.Venues;
using Oddswire.Simulator.World;
using Xunit;
using Side = Oddswire.Messages.Values.Side;

namespace Oddswire.Simulator.Tests.Venues;

// The simulator wrote its frames by its own hand, the gateway reads them by another: where they disagree, one of them has
// misread the protocol page.
public sealed class TwoHandsTests
{
    private readonly StandInRun _run = new(new WorldSettings { LegacyLogs = true });

    [Fact]
    public void The_gateway_reads_in_rtds_rows_what_the_world_did()
    {
        var client = _run.Connect("rtds").Say(Encoded(output => RtdsRequestCodec.EncodeSubscribe([RtdsInterest.Trades, RtdsInterest.OrdersMatched], output)));
        Settle();
        Assert.IsType<RtdsFrame.KeepAlive>(RtdsFrameCodec.Decode(client.Frames[0].Frame.Payload()));
        var rows = Decoded(client, payload => Assert.IsType<RtdsFrame.Activity>(RtdsFrameCodec.Decode(payload))).ToList();
        var trades = rows.Where(row => row.Type == RtdsActivity.Trades).Select(row => row.Fill)
            .Select(fill => (fill.Tx.ToString(), fill.User.ToString(), fill.Token.ToString(), fill.Side, fill.Shares.Micros, fill.Price.Micros, fill.Market.Slug, fill.Market.Title, fill.Market.Label, fill.Market.Condition?.ToString()));
        Assert.Equal(Fills().Select(fill => (Tx(fill), User(fill), fill.Execution.Order.Token.Id, SideOf(fill), fill.Execution.Shares, PriceOf(fill).Micros, Plan(fill).Slug, Plan(fill).Title, fill.Execution.Order.Token.Label, (string?)fill.Settlement.Match.Market.ConditionId)).Order(), trades.Order());
        var takers = rows.Where(row => row.Type == RtdsActivity.OrdersMatched).Select(row => (row.Fill.Tx.ToString(), row.Fill.User.ToString()));
        Assert.Equal(Fills().Where(fill => fill.Execution == fill.Settlement.Match.Taker).Select(fill => (Tx(fill), User(fill))).Order(), takers.Order());
    }

    [Fact]
    public void The_gateway_reads_in_logs_of_both_forms_what_the_world_did()
    {
        var client = _run.Connect("polygon").Say(Encoded(output => PolygonRequestCodec.EncodeSubscribeLogs(1, LogFilter.All, output)));
        Settle();
        Assert.IsType<PolygonFrame.Text>(PolygonFrameCodec.Decode(client.Frames[0].Frame.Payload()));
        var pushed = Decoded(client, payload => Assert.Single(Assert.IsType<PolygonFrame.Pushed>(PolygonFrameCodec.Decode(payload)).Batch.Fills)).ToList();
        Assert.Equal(Fills().Select(Expected), pushed.Select(Actual));
        Assert.Contains(pushed, fill => fill.Exchange.ToString() == Exchange.LegacyCtf.Address.Text || fill.Exchange.ToString() == Exchange.LegacyNegRisk.Address.Text);
        var chain = _run.World.Chain;
        var found = Assert.IsType<PolygonFrame.Logs>(Answer(client, output => PolygonRequestCodec.EncodeGetLogs(2, LogFilter.All, chain.Start, chain.Head.Number, output)));
        Assert.Equal(pushed, found.Batch.Fills);
    }

    [Fact]
    public void The_gateway_reads_heads_receipts_reorgs_and_refusals()
    {
        var client = _run.Connect("polygon");
        client.Say(Encoded(output => PolygonRequestCodec.EncodeSubscribeLogs(1, LogFilter.All, output)));
        _run.Run(20);
        var head = _run.World.Chain.Head;
        Assert.Equal(head.Number, Assert.IsType<PolygonFrame.Text>(Answer(client, output => PolygonRequestCodec.EncodeBlockNumber(3, output))).Number);
        var header = Assert.IsType<PolygonFrame.Header>(Answer(client, output => PolygonRequestCodec.EncodeGetBlock(4, head.Number, output)));
        Assert.Equal((4, head.Number, head.At.ToUnixTimeSeconds()), (header.Id, header.Block, header.Timestamp));
        var settlement = head.Settlements[0];
        var receipt = Assert.IsType<PolygonFrame.Receipt>(Answer(client, output => PolygonRequestCodec.EncodeGetReceipt(5, WireText.Parse<TxHash>(settlement.Match.TransactionHash.ToString()), output)));
        Assert.True(receipt.Succeeded);
        Assert.Equal(settlement.Match.Fills, receipt.Batch.Fills.Length);
        Assert.IsType<PolygonFrame.Nothing>(Answer(client, output => PolygonRequestCodec.EncodeGetReceipt(6, WireText.Parse<TxHash>("0x" + new string('0', 64)), output)));
        Assert.Equal(RpcFailure.NodeBehind, Refusal(client, head.Number, head.Number + 1));
        Assert.Equal(RpcFailure.RangeTooLarge, Refusal(client, head.Number - 10_000, head.Number));
        client.Frames.Clear();
        _run.World.Reorg(1, gone: 1);
        Assert.All(Decoded(client, payload => PolygonFrameCodec.Decode(payload)), frame => Assert.True(Assert.Single(Assert.IsType<PolygonFrame.Pushed>(frame).Batch.Fills).Removed));
        Assert.NotEmpty(client.Frames);
    }

    [Fact]
    public void The_gateway_reads_in_dome_events_what_the_world_did()
    {
        var client = _run.Connect("dome", "/demo-dev").Say("""{"action":"subscribe","platform":"polymarket","version":1,"type":"orders","filters":{"users":["*"]}}""");
        Settle();
        Assert.IsType<DomeServerFrame.Ack>(DomeServerFrameCodec.Decode(client.Frames[0].Frame.Payload()));
        var events = Decoded(client, payload => Assert.IsType<DomeServerFrame.Event>(DomeServerFrameCodec.Decode(payload)).Fill)
            .Select(fill => (fill.Tx.ToString(), fill.User.ToString(), fill.Taker?.ToString(), fill.Token.ToString(), fill.Side, fill.Shares, fill.Price, fill.Block, fill.LogIndex, fill.Order?.ToString(), fill.Timestamp));
        Assert.Equal(
            Fills().Select(fill => (Tx(fill), User(fill), (string?)fill.Execution.Counterparty.Text, fill.Execution.Order.Token.Id, SideOf(fill), new Quantity(fill.Execution.Shares), PriceOf(fill), (long?)fill.Settlement.Block.Number, (int?)fill.LogIndex, (string?)fill.Execution.Order.Hash.ToString(), fill.Settlement.Block.At.ToUnixTimeSeconds())),
            events);
    }

    [Fact]
    public void The_gateway_finds_every_token_at_gamma()
    {
        var wanted = _run.World.Markets.Open.SelectMany(market => market.Tokens).ToList();
        var found = new Dictionary<string, (string?, string, string, string)>();
        string? cursor = null;
        do
        {
            var path = GammaRequest.MarketsOf([.. wanted.Select(token => WireText.Parse<TokenId>(token.Id))], cursor);
            var query = path[(path.IndexOf('?', StringComparison.Ordinal) + 1)..].Split('&').Select(pair => pair.Split('=')).Select(pair => (pair[0], Uri.UnescapeDataString(pair[1]))).Append(("limit", "5"));
            var answer = _run.Get("/markets/keyset", [.. query]);
            Assert.True(GammaPageCodec.TryDecode(answer.Body.Span, out var page, out _));
            Assert.Equal(0, page.Unreadable);
            foreach (var (token, market) in page.Tokens) found[token.ToString()] = (market.Condition?.ToString(), market.Slug, market.Title, market.Label);
            cursor = page.Next;
        }
        while (cursor is not null);
        Assert.Equal(wanted.ToDictionary(token => token.Id, token => ((string?)token.Market.ConditionId, token.Market.Plan.Slug, token.Market.Plan.Title, token.Label)), found);
    }

    private static (string, string, string, string, Side, Quantity, Price, Quantity, string, string, long, int) Expected(Fill fill)
    {
        var (order, execution, match) = (fill.Execution.Order, fill.Execution, fill.Settlement.Match);
        // The old form takes its fee in what the order receives: shares on a buy.
        var v1Buy = match.Market.Plan.Exchange.Form == LogForm.V1 && order.Side == Oddswire.Simulator.World.Side.Buy;
        var fee = v1Buy ? execution.Fee * execution.Shares / execution.Collateral : execution.Fee;
        return (Tx(fill), User(fill), execution.Counterparty.Text, order.Token.Id, SideOf(fill), new Quantity(execution.Shares), PriceOf(fill), new Quantity(fee), order.Hash.ToString(), match.Market.Plan.Exchange.Address.Text, fill.Settlement.Block.Number, fill.LogIndex);
    }

    private static (string, string, string, string, Side, Quantity, Price, Quantity, string, string, long, int) Actual(Oddswire.Messages.Orders.ChainFill fill) =>
        (fill.Tx.ToString(), fill.User.ToString(), fill.Taker.ToString(), fill.Token.ToString(), fill.Side, fill.Shares, fill.Price, fill.Fee, fill.Order.ToString(), fill.Exchange.ToString(), fill.Block, fill.LogIndex);

    private void Settle()
    {
        _run.Run(20);
        _run.World.Pause();
        _run.Run(5);
        Assert.True(Fills().Count > 1_000);
    }

    private List<Fill> Fills() => [.. Enumerable.Range(1, _run.World.Chain.Fills.Count).Select(number => _run.World.Chain.Fills[number]!)];

    private static IEnumerable<T> Decoded<T>(Client client, Func<byte[], T> decode) =>
        client.Frames.Where(frame => frame.Frame.Role == FrameRole.Data).Select(frame => decode(frame.Frame.Payload()));

    private static PolygonFrame Answer(Client client, Action<IBufferWriter<byte>> encode)
    {
        client.Frames.Clear();
        client.Say(Encoded(encode));
        return PolygonFrameCodec.Decode(Assert.Single(client.Frames).Frame.Payload());
    }

    private static RpcFailure Refusal(Client client, long from, long to) =>
        Assert.IsType<PolygonFrame.Error>(Answer(client, output => PolygonRequestCodec.EncodeGetLogs(9, LogFilter.All, from, to, output))).Failure;

    private static string Encoded(Action<IBufferWriter<byte>> encode)
    {
        var output = new ArrayBufferWriter<byte>();
        encode(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string Tx(Fill fill) => fill.Settlement.Match.TransactionHash.ToString();

    private static string User(Fill fill) => fill.Execution.Order.Wallet.Address.Text;

    private static MarketPlan Plan(Fill fill) => fill.Settlement.Match.Market.Plan;

    private static Side SideOf(Fill fill) => fill.Execution.Order.Side == Oddswire.Simulator.World.Side.Buy ? Side.Buy : Side.Sell;

    private static Price PriceOf(Fill fill) =>
        Price.TryFrom(new Quantity(fill.Execution.Collateral), new Quantity(fill.Execution.Shares), out var price) ? price : throw new InvalidOperationException(fill.Number.ToString(CultureInfo.InvariantCulture));
}
