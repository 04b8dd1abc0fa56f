using System.Text;
using FsCheck.Fluent;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tests;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Polygon;

namespace Oddswire.Protocols.Tests.Polygon;

public sealed class PolygonFrameCodecTests
{
    private const string Subscription = "0x9cef478923ff08bf67fde6c64013158d";
    private static readonly WalletId Counterparty = WireText.Parse<WalletId>("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
    private static readonly TokenId Other = WireText.Parse<TokenId>("72551024098258542594534683942523606143014690620243023298497729957846870197074");

    private static readonly ChainFill MakerBuys = new()
    {
        Token = Samples.Fill.Token,
        Side = Side.Buy,
        Shares = new(9_000_000),
        Price = new(560_000),
        Fee = new(0),
        Order = Samples.Fill.Order.GetValueOrDefault(),
        User = Samples.Fill.User,
        Taker = Counterparty,
        Exchange = PolygonContracts.CtfExchangeV2,
        Tx = Samples.Fill.Tx,
        Block = 0x5a99f42,
        BlockHash = WireText.Parse<Bytes32>("0x1d8720896546460a48d4f7fd5b3f0705a8d427921222de498d1cd334d4890c52"),
        LogIndex = 0x3d3,
    };

    private static readonly ChainFill TakerBuys = MakerBuys with
    {
        Token = Other,
        Shares = new(2_702_700),
        Price = new(260_000),
        Fee = new(9_999),
        User = Counterparty,
        Taker = PolygonContracts.CtfExchangeV2,
        LogIndex = 0x3d4,
    };

    public static TheoryData<string, ChainFill> Pushes => new()
    {
        { "polygon-3-v2-maker-buys", MakerBuys },
        { "polygon-3-v2-maker-sells", MakerBuys with { Side = Side.Sell } },
        { "polygon-3-v2-taker-buys-with-fee", TakerBuys },
        { "polygon-3-v3-maker-sells", MakerBuys with { Side = Side.Sell, Token = Other, Shares = new(3_000_000), Price = new(333_333), Exchange = PolygonContracts.ExchangeV3, LogIndex = 0x3d5, BlockTime = 1_787_102_287 } },
        { "polygon-3-v1-maker-buys", MakerBuys with { Exchange = PolygonContracts.CtfExchangeV1, LogIndex = 0x11, Fee = new(1_234) } },
        { "polygon-3-v1-maker-sells", MakerBuys with { Exchange = PolygonContracts.CtfExchangeV1, LogIndex = 0x11, Side = Side.Sell } },
        { "polygon-4-removed", MakerBuys with { Removed = true } },
    };

    [Theory]
    [MemberData(nameof(Pushes), DisableDiscoveryEnumeration = true)]
    public void A_pushed_log_is_a_fill(string name, ChainFill fill)
    {
        var pushed = Assert.IsType<PolygonFrame.Pushed>(PolygonFrameCodec.Decode(Golden.Bytes(name)));
        Assert.Equal(Subscription, pushed.Subscription);
        Assert.Equal([fill], pushed.Batch.Fills);
        Assert.Empty(pushed.Batch.Faults);
    }

    [Fact]
    public void The_block_gives_a_chain_fill_its_time() => Assert.Equal(
        Samples.Fill with { Taker = Counterparty, Block = 0x5a99f42, LogIndex = 0x3d3 },
        MakerBuys.At(1_762_480_391, Samples.Fill.Market));

    [Fact]
    public void Many_logs_keep_their_order_and_what_is_no_fill_is_counted()
    {
        Check(Assert.IsType<PolygonFrame.Logs>(PolygonFrameCodec.Decode(Golden.Bytes("polygon-4-get-logs"))).Batch);
        var receipt = Assert.IsType<PolygonFrame.Receipt>(PolygonFrameCodec.Decode(Golden.Bytes("polygon-4-receipt")));
        Assert.True(receipt.Succeeded);
        Check(receipt.Batch);

        static void Check(LogBatch batch)
        {
            Assert.Equal([MakerBuys, TakerBuys], batch.Fills);
            Assert.Equal([new LogFault(LogFailure.NoShares, Samples.Fill.Tx, 0x3d5)], batch.Faults);
            Assert.Equal(2, batch.Others);
        }
    }

    [Fact]
    public void Answers_are_told_apart_by_their_shape()
    {
        Assert.Equal(new PolygonFrame.Header(7, 0x5a99f42, 1_787_102_287), PolygonFrameCodec.Decode(Golden.Bytes("polygon-4-header")));
        Assert.Equal(0x5a99f42, Assert.IsType<PolygonFrame.Text>(PolygonFrameCodec.Decode(Golden.Bytes("polygon-4-block-number"))).Number);
        var subscribed = Assert.IsType<PolygonFrame.Text>(PolygonFrameCodec.Decode(Golden.Bytes("polygon-4-subscribed")));
        Assert.Equal((7, Subscription, null), (subscribed.Id, subscribed.Value, subscribed.Number));
        Assert.Equal(new PolygonFrame.Flag(7, true), PolygonFrameCodec.Decode(Golden.Bytes("polygon-4-unsubscribed")));
        Assert.Equal(new PolygonFrame.Nothing(7), PolygonFrameCodec.Decode(Golden.Bytes("polygon-4-not-found")));
        Assert.Empty(Assert.IsType<PolygonFrame.Logs>(PolygonFrameCodec.Decode(Golden.Bytes("polygon-4-get-logs-empty"))).Batch.Fills);
    }

    [Theory]
    [InlineData(-32000, "invalid block range params", RpcFailure.NodeBehind)]
    [InlineData(-32005, "query returned more than 10000 results", RpcFailure.RangeTooLarge)]
    [InlineData(-32600, "exceed maximum block range: 10000", RpcFailure.RangeTooLarge)]
    [InlineData(-32005, "daily request count exceeded, request rate limited", RpcFailure.RateLimited)]
    [InlineData(429, "slow down", RpcFailure.RateLimited)]
    [InlineData(-32601, "the method does not exist", RpcFailure.Other)]
    public void Errors_say_what_to_do_next(long code, string message, RpcFailure failure)
    {
        var error = Assert.IsType<PolygonFrame.Error>(Decode($$$"""{"jsonrpc":"2.0","id":7,"error":{"code":{{{code}}},"message":"{{{message}}}"}}"""));
        Assert.Equal((7, code, message, failure), (error.Id, error.Code, error.Message, error.Failure));
    }

    [Fact]
    public void The_sample_error_asks_for_another_try() => Assert.Equal(
        RpcFailure.NodeBehind,
        Assert.IsType<PolygonFrame.Error>(PolygonFrameCodec.Decode(Golden.Bytes("polygon-4-error-block-range"))).Failure);

    [Theory]
    [InlineData("hello", "not JSON")]
    [InlineData("[]", "no JSON object")]
    [InlineData("{}", "id is missing")]
    [InlineData("""{"id":7}""", "result is missing")]
    [InlineData("""{"id":"7","result":true}""", "id is missing")]
    [InlineData("""{"id":7,"result":12}""", "no shape")]
    [InlineData("""{"id":7,"result":{}}""", "no shape")]
    [InlineData("""{"id":7,"result":{"number":"0x1","timestamp":17}}""", "no shape")]
    [InlineData("""{"method":"eth_subscription","params":{"subscription":"0x1","result":"0x2"}}""", "no log")]
    public void Garbage_is_named(string text, string reason) => Assert.Contains(reason, Assert.IsType<PolygonFrame.Malformed>(Decode(text)).Reason);

    [Theory]
    [InlineData("\"blockNumber\":\"0x5a99f42\"", "\"blockNumber\":null", LogFailure.NoPlace)]
    [InlineData("\"logIndex\":\"0x3d3\"", "\"logIndex\":\"0xfffffffff\"", LogFailure.NoPlace)]
    [InlineData("\"transactionHash\":\"0xaccc", "\"transactionHash\":\"0x", LogFailure.NoPlace)]
    [InlineData("\"address\":\"0x", "\"address\":\"", LogFailure.Unreadable)]
    [InlineData("0xd543adfd", "0xd543adfg", LogFailure.Unreadable)]
    [InlineData("\"topics\":[", "\"topics\":[\"0x1d8720896546460a48d4f7fd5b3f0705a8d427921222de498d1cd334d4890c52\",", LogFailure.Unreadable)]
    [InlineData("\"0x0000000000000000000000006031", "\"0x0000000000000000000000016031", LogFailure.WrongTopics)]
    [InlineData("\"data\":\"0x", "\"data\":\"", LogFailure.WrongData)]
    [InlineData("\"data\":\"0x00", "\"data\":\"0xzz", LogFailure.WrongData)]
    [InlineData("\"data\":\"0x00", "\"data\":\"0x", LogFailure.WrongData)]
    [InlineData("\"data\":\"0x00", "\"data\":\"0x10", LogFailure.UnknownSide)]
    [InlineData("0000004ce780", "0000004ce78f", null)]
    [InlineData("00000000000000004ce780", "00000080000000004ce780", LogFailure.AmountTooLarge)]
    [InlineData("0000004ce780", "00000f4ce780", LogFailure.PriceAboveOne)]
    [InlineData("000000895440", "000000000000", LogFailure.NoShares)]
    public void A_log_that_is_no_fill_says_why(string field, string wrong, LogFailure? failure)
    {
        var text = Golden.Text("polygon-3-v2-maker-buys");
        Assert.Contains(field, text);
        var batch = Assert.IsType<PolygonFrame.Pushed>(Decode(text.Replace(field, wrong))).Batch;
        if (failure is null) Assert.Single(batch.Fills);
        else Assert.Equal(failure, Assert.Single(batch.Faults).Failure);
    }

    [Fact]
    public void A_side_beyond_sell_and_a_missing_token_are_refused()
    {
        Assert.Equal(LogFailure.UnknownSide, Fault(static words => words[0] = new(0, 0, 0, 2)));
        Assert.Equal(LogFailure.NoToken, Fault(static words => words[1] = default));
        Assert.Equal(LogFailure.AmountTooLarge, Fault(static words => words[4] = new(1, 0, 0, 0)));
    }

    [Fact]
    public void Any_fill_survives_the_layouts_of_the_chain() => Properties.Hold(
        from words in Samples.Words.Three()
        from wallets in Samples.Wallets.Two()
        from amounts in Properties.Words.Two()
        from shape in Gen.Choose(0, 3)
        select (words, wallets, amounts, shape),
        static log =>
        {
            var (first, second) = ((long)(log.amounts.Item1 >> 1), (long)(log.amounts.Item2 >> 1));
            Quantity shares = new(Math.Max(Math.Max(first, second), 1));
            Quantity collateral = new(Math.Min(first, second));
            var side = (Side)(log.shape & 1);
            var newer = log.shape < 2;
            var token = new TokenId(log.words.Item1 == default ? new(0, 0, 0, 1) : log.words.Item1);
            var (made, taken) = side == Side.Buy ? (collateral, shares) : (shares, collateral);
            Bytes32[] assets = newer
                ? [new(0, 0, 0, (ulong)side), token.Value]
                : side == Side.Buy ? [default, token.Value] : [token.Value, default];
            Bytes32[] data = [.. assets, Word(made), Word(taken), default, .. newer ? new Bytes32[2] : []];
            var topic0 = newer ? PolygonEvents.OrderFilledV2 : PolygonEvents.OrderFilledV1;
            var frame = Push([topic0, log.words.Item2, log.wallets.Item1.ToWord(), log.wallets.Item2.ToWord()], data);

            var fill = Assert.Single(Assert.IsType<PolygonFrame.Pushed>(Decode(frame)).Batch.Fills);
            return Price.TryFrom(collateral, shares, out var price)
                && (fill.Side, fill.Token, fill.Shares, fill.Price) == (side, token, shares, price)
                && (fill.User, fill.Taker, fill.Order.Value) == (log.wallets.Item1, log.wallets.Item2, log.words.Item2);
        },
        times: 2000);

    private static LogFailure Fault(Action<Bytes32[]> change)
    {
        Bytes32[] words = [default, Samples.Fill.Token.Value, new(0, 0, 0, 1), new(0, 0, 0, 2), default, default, default];
        change(words);
        Bytes32[] topics = [PolygonEvents.OrderFilledV2, default, default, default];
        return Assert.Single(Assert.IsType<PolygonFrame.Pushed>(Decode(Push(topics, words))).Batch.Faults).Failure;
    }

    private static Bytes32 Word(Quantity amount) => new(0, 0, 0, (ulong)amount.Micros);

    private static string Push(Bytes32[] topics, Bytes32[] words) => $$$"""
        {"method":"eth_subscription","params":{"result":{
        "removed":false,"logIndex":"0x0","transactionHash":"{{{Samples.Fill.Tx}}}","blockNumber":"0x1","address":"{{{Counterparty}}}",
        "data":"0x{{{string.Concat(words.Select(static word => word.ToString()[2..]))}}}",
        "topics":[{{{string.Join(',', topics.Select(static topic => $"\"{topic}\""))}}}]},"subscription":"0x1"}}
        """;

    private static PolygonFrame Decode(string text) => PolygonFrameCodec.Decode(Encoding.UTF8.GetBytes(text));
}
