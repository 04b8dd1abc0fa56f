using System.Text;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Protocols.PolymarketUs;

namespace Oddswire.Protocols.Tests.PolymarketUs;

public sealed class UsCommandCodecTests
{
    private static readonly UsCommand Sample = new UsCommand.Subscribe("md-1", UsSubscriptionType.MarketData, ["a", "b"], Debounced: true);

    [Theory]
    [InlineData("us-3-subscribe", UsSpelling.Camel)]
    [InlineData("us-3-subscribe-snake", UsSpelling.Snake)]
    public void A_subscription_is_written_and_read_in_both_spellings(string golden, UsSpelling spelling)
    {
        Golden.Matches(golden, frame => UsCommandCodec.Encode(Sample, spelling, frame));
        Assert.Equal(Sample, Read(Golden.Text(golden)));
    }

    [Fact]
    public void The_other_requests_are_written_and_read()
    {
        Golden.Matches("us-3-unsubscribe", static frame => UsCommandCodec.Encode(new UsCommand.Unsubscribe("md-1"), UsSpelling.Camel, frame));
        Golden.Matches("us-3-heartbeat", static frame => UsCommandCodec.Encode(new UsCommand.Heartbeat(), UsSpelling.Camel, frame));
        Assert.Equal("PING", Golden.Written(static frame => UsCommandCodec.Encode(new UsCommand.Ping(), UsSpelling.Camel, frame)));
        Assert.Equal(new UsCommand.Unsubscribe("md-1"), Read(Golden.Text("us-3-unsubscribe")));
        Assert.Equal(new UsCommand.Unsubscribe("md-1"), Read("""{"unsubscribe":{"request_id":"md-1"}}"""));
        Assert.Equal(new UsCommand.Heartbeat(), Read("""{"heartbeat":{}}"""));
        Assert.Equal(new UsCommand.Ping(), Read("PING"));
    }

    [Theory]
    [InlineData(UsSocket.Markets, 2, UsSubscriptionType.MarketDataLite)]
    [InlineData(UsSocket.Markets, 3, UsSubscriptionType.Trade)]
    [InlineData(UsSocket.Markets, 4, UsSubscriptionType.Unspecified)]
    [InlineData(UsSocket.Private, 1, UsSubscriptionType.Order)]
    [InlineData(UsSocket.Private, 2, UsSubscriptionType.OrderSnapshot)]
    [InlineData(UsSocket.Private, 3, UsSubscriptionType.Position)]
    [InlineData(UsSocket.Private, 4, UsSubscriptionType.AccountBalance)]
    [InlineData(UsSocket.Private, 0, UsSubscriptionType.Unspecified)]
    [InlineData(UsSocket.Private, -1, UsSubscriptionType.Unspecified)]
    public void Each_socket_counts_its_own_types(UsSocket socket, int number, UsSubscriptionType type)
    {
        var read = Assert.IsType<UsCommand.Subscribe>(Read($$$"""{"subscribe":{"request_id":"r","subscription_type":{{{number}}}}}""", socket));
        Assert.Equal(type, read.Type);
        Assert.Empty(read.Slugs);
        if (type != UsSubscriptionType.Unspecified)
            Assert.Contains($":{number}", Golden.Written(frame => UsCommandCodec.Encode(read, UsSpelling.Snake, frame)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ping")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"subscribe\":null}")]
    [InlineData("""{"type":"subscribe","requestId":"r"}""")]
    [InlineData("""{"subscribe":{"requestId":"r"},"unsubscribe":{"requestId":"r"}}""")]
    [InlineData("""{"subscribe":{}}""")]
    [InlineData("""{"subscribe":{"requestId":""}}""")]
    [InlineData("""{"subscribe":{"requestId":7}}""")]
    [InlineData("""{"subscribe":{"requestId":"r","extra":1}}""")]
    [InlineData("""{"subscribe":{"requestId":"r","subscriptionType":"SUBSCRIPTION_TYPE_ORDER"}}""")]
    [InlineData("""{"subscribe":{"requestId":"r","subscriptionType":true}}""")]
    [InlineData("""{"subscribe":{"requestId":"r","marketSlugs":"a"}}""")]
    [InlineData("""{"subscribe":{"requestId":"r","marketSlugs":[1]}}""")]
    [InlineData("""{"subscribe":{"requestId":"r","marketSlugs":["a","b","c","d"]}}""")]
    [InlineData("""{"subscribe":{"requestId":"r","responsesDebounced":"yes"}}""")]
    [InlineData("""{"subscribe":{"requestId":"r","request_id":"r"}}""")]
    [InlineData("""{"subscribe":{"requestId":"r","marketSlugs":[],"market_slugs":[]}}""")]
    [InlineData("""{"unsubscribe":{"requestId":"r","marketSlugs":["a"]}}""")]
    [InlineData("""{"heartbeat":{"a":1}}""")]
    [InlineData("""{"subscribe":{"requestId":"r"}} {}""")]
    public void Whatever_else_is_in_a_frame_makes_it_invalid(string frame)
    {
        Assert.False(UsCommandCodec.TryDecode(Encoding.UTF8.GetBytes(frame), UsSocket.Markets, 3, out var command, out var problem));
        Assert.Null(command);
        Assert.NotEmpty(problem);
    }

    private static UsCommand Read(string frame, UsSocket socket = UsSocket.Markets)
    {
        Assert.True(UsCommandCodec.TryDecode(Encoding.UTF8.GetBytes(frame), socket, 3, out var command, out var problem), problem);
        return command;
    }
}
