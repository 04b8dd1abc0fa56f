using System.Text;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tests;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Rtds;

namespace Oddswire.Protocols.Tests.Rtds;

public sealed class RtdsCodecTests
{
    private static readonly Fill Row = new()
    {
        Token = WireText.Parse<TokenId>("72551024098258542594534683942523606143014690620243023298497729957846870197074"),
        Side = Side.Buy,
        Shares = new(2_702_700),
        Price = new(260_000),
        Tx = WireText.Parse<TxHash>("0xaccc1246d7bc1c95ad44789a6e7ecbc7819dd308632aa0190fedf9673c034077"),
        User = WireText.Parse<WalletId>("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"),
        Timestamp = 1_787_102_287,
        Market = new(
            WireText.Parse<ConditionId>("0x1d8720896546460a48d4f7fd5b3f0705a8d427921222de498d1cd334d4890c52"),
            "highest-temperature-in-wellington-on-august-19-2026-10c",
            "Will the highest temperature in Wellington be 10C on August 19?",
            "No")
        {
            EventSlug = "highest-temperature-in-wellington-on-august-19-2026",
            Outcome = 1,
        },
    };

    [Fact]
    public void Requests_are_written_byte_for_byte()
    {
        Golden.Matches("rtds-2-subscribe-event", output => RtdsRequestCodec.EncodeSubscribe([RtdsInterest.Trades.ForEvent("some-event")], output));
        Golden.Matches("rtds-2-subscribe-activity", output => RtdsRequestCodec.EncodeSubscribe([RtdsInterest.OrdersMatched, RtdsInterest.Trades], output));
        Assert.Equal("PING"u8.ToArray(), RtdsRequestCodec.Ping.ToArray());
    }

    [Theory]
    [InlineData("rtds-5-trade", RtdsActivity.Trades)]
    [InlineData("rtds-5-orders-matched", RtdsActivity.OrdersMatched)]
    public void An_activity_row_is_a_fill_that_lacks_what_only_the_chain_knows(string name, RtdsActivity type) =>
        Assert.Equal(new RtdsFrame.Activity(type, type == RtdsActivity.Trades ? Row : WithoutOutcome, 1_787_102_287_053), RtdsFrameCodec.Decode(Golden.Bytes(name)));

    /// <summary>999 is what the venue writes where it does not say which.</summary>
    private static Fill WithoutOutcome => Row with { Market = Row.Market with { Outcome = null } };

    [Fact]
    public void A_row_is_the_venue_s_without_its_profile_texts()
    {
        var body = Golden.Written(output => RtdsRowCodec.EncodeBody(Row, 1_787_102_287_053, output));
        var frame = Encoding.UTF8.GetString(RtdsRowCodec.Head("gXseIO-NQWeIKEhJwA==")) + body + Encoding.UTF8.GetString(RtdsRowCodec.TradesTail);
        Assert.Equal(Golden.Text("rtds-5-trade-ours"), frame);
        Assert.Equal(frame, Golden.Text("rtds-5-trade").Replace("https://example.org/x.jpg", "").Replace("\"example\"", "\"\"").Replace("Example-Name", ""));
        Assert.Equal(new RtdsFrame.Activity(RtdsActivity.Trades, Row, 1_787_102_287_053), Decode(frame));
    }

    [Fact]
    public void An_outcome_that_is_not_known_is_the_venue_s_own_999()
    {
        var body = Golden.Written(output => RtdsRowCodec.EncodeBody(WithoutOutcome, 0, output));
        Assert.Contains("\"outcomeIndex\":999,", body);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("PONG")]
    public void Empty_text_keeps_the_connection_alive(string text) => Assert.IsType<RtdsFrame.KeepAlive>(Decode(text));

    [Fact]
    public void Other_topics_and_refusals_are_told_apart()
    {
        Assert.Equal(new RtdsFrame.Other("clob_market", "price_change"), RtdsFrameCodec.Decode(Golden.Bytes("rtds-4-price-change")));
        Assert.Equal(new RtdsFrame.Other("comments", ""), Decode("""{"topic":"comments","payload":"x"}"""));
        Assert.Equal(new RtdsFrame.Refused("Invalid request body"), RtdsFrameCodec.Decode(Golden.Bytes("rtds-2-error")));
    }

    [Theory]
    [InlineData("hello", "not JSON")]
    [InlineData("""{"topic":"activity" """, "not JSON")]
    [InlineData("[1]", "no JSON object")]
    [InlineData("{}", "topic is missing")]
    [InlineData("""{"topic":"activity","type":"trades"}""", "payload.asset")]
    [InlineData("""{"topic":"activity","type":"trades","payload":[{"asset":"1"}]}""", "payload.asset")]
    public void Garbage_is_named(string text, string reason) => Assert.Contains(reason, Assert.IsType<RtdsFrame.Malformed>(Decode(text)).Reason);

    [Theory]
    [InlineData("\"asset\":\"7255", "\"asset\":\"x7255", "payload.asset")]
    [InlineData("0xf39Fd6e5", "f39Fd6e5", "payload.proxyWallet")]
    [InlineData("\"side\":\"BUY\"", "\"side\":\"HOLD\"", "payload.side")]
    [InlineData("\"price\":0.26", "\"price\":1.26", "payload.price")]
    [InlineData("\"price\":0.26", "\"price\":-0.26", "payload.price")]
    [InlineData("\"size\":2.7027", "\"size\":1e30", "payload.size")]
    [InlineData("\"size\":2.7027", "\"size\":null", "payload.size")]
    [InlineData("\"timestamp\":1787102287,", "\"timestamp\":\"soon\",", "payload.timestamp")]
    [InlineData("\"transactionHash\":\"0xaccc", "\"transactionHash\":\"0x", "payload.transactionHash")]
    public void A_row_with_a_wrong_field_names_it(string field, string wrong, string reason) =>
        Assert.Contains(reason, Assert.IsType<RtdsFrame.Malformed>(Decode(Golden.Text("rtds-5-trade").Replace(field, wrong))).Reason);

    [Theory]
    [InlineData("2.7027", 2_702_700)]
    [InlineData("2.7026999999999997", 2_702_700)]
    [InlineData("\"2.7027\"", 2_702_700)]
    [InlineData("5e-06", 5)]
    [InlineData("4503599627370.497", 4_503_599_627_370_497_000)]
    [InlineData("9007199254740.993123", 9_007_199_254_740_993_123)] // a double would lose the last digits
    public void Amounts_are_read_digit_by_digit(string size, long micros) =>
        Assert.Equal(micros, Assert.IsType<RtdsFrame.Activity>(Decode(Golden.Text("rtds-5-trade").Replace("2.7027", size))).Fill.Shares.Micros);

    [Fact]
    public void Market_texts_may_be_missing()
    {
        var text = Golden.Text("rtds-5-trade").Replace("\"slug\"", "\"slog\"").Replace("\"title\"", "\"tittle\"").Replace("\"No\"", "null").Replace("0x1d87", "0x")
            .Replace("\"eventSlug\"", "\"eventSlog\"").Replace("\"outcomeIndex\"", "\"outcomeIndecks\"");
        Assert.Equal(Row with { Market = MarketText.Unknown }, Assert.IsType<RtdsFrame.Activity>(Decode(text)).Fill);
    }

    [Fact]
    public void Decoding_allocates_only_the_message()
    {
        var frame = Golden.Bytes("rtds-5-trade");
        object? kept;
        var message = Allocations.Of(() => kept = new RtdsFrame.Activity(
            RtdsActivity.Trades,
            Row with { Market = new(null, new string('x', Row.Market.Slug.Length), new string('x', Row.Market.Title.Length), new string('x', 2)) },
            0));
        Assert.InRange(Allocations.Of(() => RtdsFrameCodec.Decode(frame)), 1, message);
    }

    private static RtdsFrame Decode(string text) => RtdsFrameCodec.Decode(Encoding.UTF8.GetBytes(text));
}
