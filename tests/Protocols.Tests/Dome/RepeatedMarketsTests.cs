using System.Buffers;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;
using Oddswire.Protocols.Json;
using Xunit;

namespace Oddswire.Protocols.Tests.Dome;

/// <summary>The fills of a token share what its market is called, and never what another is called, or what it was called before.</summary>
public sealed class RepeatedMarketsTests
{
    private static readonly MarketText Market = Samples.Fill.Market;

    private static MarketText Read(MarketText market, ulong token = 1)
    {
        var frame = new ArrayBufferWriter<byte>();
        frame.Write(DomeEventCodec.Prefix(Samples.Subscription));
        DomeEventCodec.EncodeData(Samples.Fill with { Token = new(new Bytes32(token, 0, 0, token)), Market = market }, frame);
        frame.Write("}"u8);
        return DomeEventReader.TryRead(frame.WrittenSpan, out _)!.Fill.Market;
    }

    [Fact]
    public void Two_fills_of_a_token_have_one_market() => Assert.Same(Read(Market), Read(Market));

    [Fact]
    public void What_is_called_otherwise_is_read_as_it_is()
    {
        MarketText[] others =
        [
            Market, Market with { Slug = "other" }, Market with { Title = "Other?" }, Market with { Label = "Other" }, Market with { Condition = new(new Bytes32(1, 2, 3, 4)) },
        ];
        foreach (var one in others)
        {
            foreach (var other in others)
            {
                Assert.Equal(one, Read(one));
                Assert.Equal(other, Read(other));
            }
        }
    }

    [Fact]
    public void What_another_source_says_of_its_event_is_not_said_by_this_one()
    {
        var token = new TokenId(new Bytes32(1, 0, 0, 1));
        var whole = Market with { EventSlug = "event", Outcome = 1 };
        Assert.Same(whole, RepeatedMarkets.Shared(token, whole));
        Assert.Same(whole, RepeatedMarkets.Shared(token, Market with { EventSlug = "event", Outcome = 1 }));
        Assert.Equal(Market, Read(Market));
        Assert.Equal(whole, RepeatedMarkets.Shared(token, whole with { }));
    }

    [Fact]
    public void More_tokens_than_there_are_places_are_all_read_right()
    {
        for (var round = 0; round < 2; round++)
        {
            for (var n = 0UL; n < 10_000; n++)
                Assert.Equal($"market-{n}", Read(Market with { Slug = $"market-{n}" }, n).Slug);
        }
    }
}
