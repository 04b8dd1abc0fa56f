using System.Text;
using Oddswire.Messages.Orders;
using Oddswire.Protocols.Rtds;

namespace Oddswire.Protocols.Tests.Rtds;

public sealed class RtdsCommandCodecTests
{
    private static readonly MarketText Market = new(null, "the-market", "?", "Yes") { EventSlug = "some-event" };

    [Fact]
    public void The_requests_of_the_page_are_read()
    {
        var one = RtdsCommandCodec.Decode(Golden.Bytes("rtds-2-subscribe-event"));
        Assert.Equal(RtdsAction.Subscribe, one?.Action);
        Assert.Equal([RtdsInterest.Trades.ForEvent("some-event")], one!.Interests);
        Assert.Equal([RtdsInterest.OrdersMatched, RtdsInterest.Trades], RtdsCommandCodec.Decode(Golden.Bytes("rtds-2-subscribe-activity"))!.Interests);
    }

    [Fact]
    public void Credentials_are_read_over()
    {
        var command = Decode("""{"action":"unsubscribe","subscriptions":[{"topic":"activity","type":"trades","clob_auth":{"key":"k","secret":"s","passphrase":"p"},"filters":""}]}""");
        Assert.Equal((RtdsAction.Unsubscribe, RtdsInterest.Trades), (command!.Action, Assert.Single(command.Interests)));
    }

    [Fact]
    public void Without_an_action_there_is_silence() => Assert.Same(RtdsCommand.Silence, Decode("""{"subscriptions":[{"topic":"activity","type":"trades"}]}"""));

    [Theory]
    [InlineData("hello")]
    [InlineData("[]")]
    [InlineData("""{"action":"subscribe"}""")]
    [InlineData("""{"action":"subscribe","subscriptions":[]}""")]
    [InlineData("""{"action":"dance","subscriptions":[{"topic":"activity","type":"trades"}]}""")]
    [InlineData("""{"action":"subscribe","subscriptions":[{"topic":"activity"}]}""")]
    [InlineData("""{"action":"subscribe","subscriptions":[{"topic":"activity","type":"trades","filters":{"event_slug":"x"}}]}""")]
    [InlineData("""{"action":"subscribe","subscriptions":[{"topic":"activity","type":"trades"}]} x""")]
    public void What_the_venue_calls_an_invalid_request_body_is_none(string frame) => Assert.Null(Decode(frame));

    [Fact]
    public void A_request_with_too_many_subscriptions_is_none()
    {
        static string With(int n) => $$"""{"action":"subscribe","subscriptions":[{{string.Join(',', Enumerable.Repeat("""{"topic":"activity","type":"trades"}""", n))}}]}""";
        Assert.Equal(64, Decode(With(64))!.Interests.Length);
        Assert.Null(Decode(With(65)));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("{}", true)]
    [InlineData("""{"event_slug":"some-event"}""", true)]
    [InlineData("""{"event_slug":"another"}""", false)]
    [InlineData("""{"market_slug":"the-market"}""", true)]
    [InlineData("""{"event_slug":"some-event","market_slug":"another"}""", false)]
    [InlineData("""{"event_slug": "some-event"}""", false)]
    [InlineData("""{"user":"0x01"}""", false)]
    [InlineData("""{"event_slug":7}""", false)]
    [InlineData("""{"event_slug":"some-event"}{}""", false)]
    [InlineData("some-event", false)]
    public void A_filter_matches_as_it_does_at_the_venue(string? filters, bool matches) => Assert.Equal(matches, RtdsFilter.Parse(filters).Matches(Market));

    [Fact]
    public void White_space_inside_a_text_belongs_to_it() =>
        Assert.True(RtdsFilter.Parse("""{"event_slug":"an \"odd\" one"}""").Matches(new MarketText { EventSlug = "an \"odd\" one" }));

    [Fact]
    public void A_heartbeat_is_known_in_either_case()
    {
        Assert.True(RtdsCommandCodec.IsHeartbeat("PING"u8) && RtdsCommandCodec.IsHeartbeat("ping"u8));
        Assert.False(RtdsCommandCodec.IsHeartbeat("PONG"u8));
    }

    private static RtdsCommand? Decode(string frame) => RtdsCommandCodec.Decode(Encoding.UTF8.GetBytes(frame));
}
