using System.Text;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Protocols.Tests.Dome;

public sealed class DomeReplyCodecTests
{
    private const string Id = "sub_k7f5hgr7wy";
    private static readonly Position At = new(3, 41);
    private static readonly Gap Gap = new(WireText.Parse<GapId>("gap_k7f5hgr7wy"), "orders", 1_795_262_400_250, null, "rtds silent, polygon lost", GapState.Open);

    public static TheoryData<string, DomeServerFrame> Frames => new()
    {
        { "dome-4-ack-ours", new DomeServerFrame.Ack(Id) },
        { "dome-4-error", new DomeServerFrame.Error("SUBSCRIPTION_LIMIT", "Free tier allows 2 subscriptions", "subscribe", null, null) },
        { "surface-ext-position-too-old", new DomeServerFrame.Error("POSITION_TOO_OLD", "the tape begins at 3-12", "subscribe", null, new Position(3, 12)) },
        { "surface-ext-live", new DomeServerFrame.Live(Id, At) },
        { "surface-ext-attached", new DomeServerFrame.Attached(Id, At, new(3, 90)) },
        { "surface-ext-confirmed", new DomeServerFrame.Confirmed(Id, At, Samples.Fill) },
        { "surface-ext-removed", new DomeServerFrame.Removed(Id, At, Samples.Fill.Tx, 0) },
        { "surface-ext-removed-row", new DomeServerFrame.Removed(Id, At, Samples.Fill.Tx, null) },
        { "surface-ext-gap-open", new DomeServerFrame.GapChanged(Gap) },
        { "surface-ext-gap-filled", new DomeServerFrame.GapChanged(Gap with { To = 1_795_262_460_000, State = GapState.Filled }) },
    };

    [Theory]
    [MemberData(nameof(Frames), DisableDiscoveryEnumeration = true)]
    public void Each_frame_is_written_byte_for_byte_and_read_by_a_client(string name, DomeServerFrame frame)
    {
        Golden.Matches(name, output =>
        {
            switch (frame)
            {
                case DomeServerFrame.Ack: DomeReplyCodec.EncodeAck(Samples.Subscription, output); break;
                case DomeServerFrame.Error { Oldest: null } error:
                    DomeReplyCodec.EncodeError(new(DomeError.SubscriptionLimit, error.Message, error.Action), output); break;
                case DomeServerFrame.Error error:
                    DomeReplyCodec.EncodeError(new(DomeError.PositionTooOld, error.Message, error.Action) { Oldest = error.Oldest }, output); break;
                case DomeServerFrame.Live live: DomeReplyCodec.EncodeLive(Samples.Subscription, live.Position, output); break;
                case DomeServerFrame.Attached attached: DomeReplyCodec.EncodeAttached(Samples.Subscription, attached.Position, attached.Head, output); break;
                case DomeServerFrame.Confirmed confirmed:
                    var data = Golden.Written(data => DomeEventCodec.EncodeData(confirmed.Fill, data));
                    DomeReplyCodec.EncodeConfirmed(Samples.Subscription, confirmed.Position, Encoding.UTF8.GetBytes(data), output); break;
                case DomeServerFrame.Removed removed: DomeReplyCodec.EncodeRemoved(Samples.Subscription, removed.Position, removed.Tx, removed.LogIndex, output); break;
                case DomeServerFrame.GapChanged changed: DomeReplyCodec.EncodeGap(changed.Gap, output); break;
            }
        });
        Assert.Equal(frame, DomeServerFrameCodec.Decode(Golden.Bytes(name)));
    }

    [Fact]
    public void Ids_of_the_original_server_are_read_too() =>
        Assert.Equal(new DomeServerFrame.Ack("sub_gq5c3resmrq"), DomeServerFrameCodec.Decode(Golden.Bytes("dome-4-ack")));

    [Theory]
    [InlineData(DomeError.InvalidApiKey, "INVALID_API_KEY")]
    [InlineData(DomeError.InvalidFilters, "INVALID_FILTERS")]
    [InlineData(DomeError.SubscriptionLimit, "SUBSCRIPTION_LIMIT")]
    [InlineData(DomeError.ItemsLimit, "ITEMS_LIMIT")]
    [InlineData(DomeError.ItemsPerSubLimit, "ITEMS_PER_SUB_LIMIT")]
    [InlineData(DomeError.WildcardNotAllowed, "WILDCARD_NOT_ALLOWED")]
    [InlineData(DomeError.WildcardConnectionLimit, "WILDCARD_CONNECTION_LIMIT")]
    [InlineData(DomeError.ConnectionLimit, "CONNECTION_LIMIT")]
    [InlineData(DomeError.SubscriptionNotFound, "SUBSCRIPTION_NOT_FOUND")]
    [InlineData(DomeError.PositionTooOld, "POSITION_TOO_OLD")]
    [InlineData(DomeError.PositionUnknown, "POSITION_UNKNOWN")]
    [InlineData(DomeError.PositionUnavailable, "POSITION_UNAVAILABLE")]
    public void Codes_are_the_published_ones(DomeError error, string code) => Assert.Equal(
        $$"""{"error":"{{code}}","message":"a \"b\""}""",
        Golden.Written(output => DomeReplyCodec.EncodeHttpError(error, "a \"b\"", output)));

    [Theory]
    [InlineData("""{"type":"connected","message":"hi"}""", "connected")]
    [InlineData("""{"type":"gateway.later"}""", "gateway.later")]
    public void Unknown_types_are_named(string frame, string type) =>
        Assert.Equal(new DomeServerFrame.Unknown(type), DomeServerFrameCodec.Decode(Encoding.UTF8.GetBytes(frame)));

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[]", "no JSON object")]
    [InlineData("{}", "type is missing")]
    [InlineData("""{"type":"ack"}""", "ack without")]
    [InlineData("""{"type":"event","subscription_id":"sub_a","data":{}}""", "event without data.token_id")]
    [InlineData("""{"type":"event","subscription_id":"sub_a","data":[1]}""", "event without data.token_id")]
    [InlineData("""{"type":"event","subscription_id":"sub_a","data":{"token_id":"1","side":"HOLD"}}""", "event without data.side")]
    [InlineData("""{"type":"gateway.gap","id":"gap_1"}""", "gateway.gap without")]
    public void Malformed_frames_say_what_is_missing(string frame, string reason) =>
        Assert.Contains(reason, Assert.IsType<DomeServerFrame.Malformed>(DomeServerFrameCodec.Decode(Encoding.UTF8.GetBytes(frame))).Reason);

    [Fact]
    public void Data_that_arrives_first_and_has_holes_is_still_a_fill()
    {
        var frame = """
            {"data":{"taker":null,"user":"0x6031B6EED1C97E853C6E0F03AD3CE3529351F96D","timestamp":1762480391,"order_hash":null,"title":null,
            "tx_hash":"0xaccc1246d7bc1c95ad44789a6e7ecbc7819dd308632aa0190fedf9673c034077","price":0.56,"shares":9000000,"extra":{"a":[1]},
            "condition_id":"","side":"BUY","token_id":"80311845198420617303393545005967792170450763818026370381995461841892638500659"},
            "subscription_id":"sub_k7f5hgr7wy","type":"event"}
            """;
        var read = Assert.IsType<DomeServerFrame.Event>(DomeServerFrameCodec.Decode(Encoding.UTF8.GetBytes(frame)));
        Assert.Equal(Samples.Fill with { Block = null, LogIndex = null, Order = null, Taker = null, Market = MarketText.Unknown }, read.Fill);
    }
}
