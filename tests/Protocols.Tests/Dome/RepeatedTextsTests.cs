using System.Buffers;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Protocols.Tests.Dome;

/// <summary>Names of markets are read as text that is shared, whatever they hold.</summary>
public sealed class RepeatedTextsTests
{
    [Fact]
    public void The_same_name_read_twice_is_one_string()
    {
        var data = Data("Will it rain?");
        Assert.Same(Title(data), Title(data));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Będzie padać?")]
    [InlineData("said \"so\"\n")]
    [InlineData("\U0001F327")]
    public void A_name_that_is_not_plain_is_read_as_it_is(string title)
    {
        Assert.Equal(title, Title(Data(title)));
        Assert.Equal(title, Title(Data(title)));
    }

    [Fact]
    public void More_names_than_there_are_places_are_all_read_right()
    {
        for (var round = 0; round < 2; round++)
        {
            for (var n = 0; n < 5_000; n++)
                Assert.Equal($"market {n}", Title(Data($"market {n}")));
        }
    }

    private static string Title(byte[] data) => DomeDataCodec.Decode(data)!.Market.Title;

    private static byte[] Data(string title)
    {
        var data = new ArrayBufferWriter<byte>();
        DomeEventCodec.EncodeData(
            new Fill
            {
                Token = default,
                Side = Side.Buy,
                Shares = new Quantity(1),
                Price = new Price(1),
                Tx = default,
                User = default,
                Timestamp = 1,
                Market = new MarketText(null, "slug", title, "Yes"),
            },
            data);
        return data.WrittenSpan.ToArray();
    }
}
