using System.Text;
using Oddswire.Messages.Accounts;
using Oddswire.Protocols.Clob;

namespace Oddswire.Protocols.Tests.Clob;

public sealed class ClobUserFramesTests
{
    [Theory]
    [InlineData("clob-2-order", AccountEventKind.Order, "PLACEMENT/LIVE/0")]
    [InlineData("clob-2-trade", AccountEventKind.Trade, "MATCHED")]
    public void An_event_is_known_by_id_and_status_and_keeps_its_bytes(string name, AccountEventKind kind, string status)
    {
        var one = Assert.Single(ClobUserFrames.Read(Golden.Bytes(name))!);
        Assert.Equal((kind, status), (one.Kind, one.Status));
        Assert.Equal("0xbd31dc8a20211944f6b70f31557f1001557b59905b7738480ca09bd4532f84af", one.Market.ToString());
        Assert.Equal(Golden.Bytes(name), one.Bytes.ToArray());
    }

    [Fact]
    public void Several_in_an_array_are_told_one_by_one_each_as_it_was_written()
    {
        var (order, trade) = (Golden.Text("clob-2-order"), Golden.Text("clob-2-trade"));
        var events = ClobUserFrames.Read(Encoding.UTF8.GetBytes($"[ {order},\n{trade} , 7]\n"))!;
        Assert.Equal([order, trade], events.Select(static one => Encoding.UTF8.GetString(one.Bytes.Span)));
        Assert.Empty(ClobUserFrames.Read("[]"u8.ToArray())!);
    }

    [Fact]
    public void What_is_new_to_us_is_handed_on()
    {
        var one = Assert.Single(ClobUserFrames.Read("""{"event_type":"balance","x":1}"""u8.ToArray())!);
        Assert.Equal((AccountEventKind.Other, null), (one.Kind, one.Market));
    }

    [Theory]
    [InlineData("INVALID OPERATION")]
    [InlineData("{")]
    [InlineData("[{}")]
    [InlineData("")]
    public void What_is_no_JSON_is_no_event(string text) => Assert.Null(ClobUserFrames.Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void The_gateway_s_own_notices_are_written_byte_for_byte()
    {
        Golden.Matches("surface-ext-account", output => ClobAccountNotices.EncodeJoined("demo-user", 3, isLive: true, output));
        Golden.Matches("surface-ext-account-gap-open", output => ClobAccountNotices.EncodeGap(new AccountGap("demo-user", 1_795_176_710_911, null, "closed with 1013 \"slow\""), output));
        Golden.Matches("surface-ext-account-gap-lost", output => ClobAccountNotices.EncodeGap(new AccountGap("demo-user", 1_795_176_710_911, 1_795_176_712_000, "dropped"), output));
    }
}
