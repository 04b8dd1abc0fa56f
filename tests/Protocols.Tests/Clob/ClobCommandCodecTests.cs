using System.Text;
using Oddswire.Protocols.Clob;
using static Oddswire.Protocols.Tests.Clob.ClobSamples;

namespace Oddswire.Protocols.Tests.Clob;

public sealed class ClobCommandCodecTests
{
    private static readonly ClobCredentials Credentials = new("9180014b-33c8-9240-a14b-bdca11c0a465", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "0badc0de");

    [Fact]
    public void Requests_are_written_byte_for_byte()
    {
        Golden.Matches("clob-1.1-open-ours", static output => ClobCommandCodec.EncodeOpen([Up, Down], customFeatures: true, output));
        Golden.Matches("clob-1.2-subscribe", static output => ClobCommandCodec.EncodeChange(ClobOperation.Subscribe, [Up], customFeatures: true, output));
        Golden.Matches("clob-1.2-unsubscribe", static output => ClobCommandCodec.EncodeChange(ClobOperation.Unsubscribe, [Up], customFeatures: true, output));
        Golden.Matches("clob-2-open", static output => ClobCommandCodec.EncodeUserOpen(Credentials, [Market], output));
        Golden.Matches("clob-2-subscribe", static output => ClobCommandCodec.EncodeUserChange(ClobOperation.Subscribe, [Market], output));
        Golden.Matches("clob-2-unsubscribe", static output => ClobCommandCodec.EncodeUserChange(ClobOperation.Unsubscribe, [Market], output));
        Assert.Equal("PING"u8.ToArray(), ClobCommandCodec.Ping.ToArray());
    }

    [Fact]
    public void What_real_clients_open_with_is_read()
    {
        var page = Decode("clob-1.1-open");
        Assert.Equal((ClobOperation.Open, "market", true, true), (page.Operation, page.Type, page.InitialDump, page.CustomFeatures));
        Assert.Equal([Up, Down], page.Assets);
        var empty = Decode("clob-1.1-open-empty");
        Assert.Equal((ClobOperation.Open, "market", false), (empty.Operation, empty.Type, empty.CustomFeatures));
        Assert.Empty(empty.Assets);
        var rust = Decode("clob-1.2-subscribe-rust");
        Assert.Equal((ClobOperation.Subscribe, "market"), (rust.Operation, rust.Type));
        Assert.Equal([Up], rust.Assets);
        Assert.False(Decoded("""{"assets_ids":[],"type":"market","initial_dump":false}""").InitialDump);
    }

    [Fact]
    public void A_user_says_who_it_is_and_which_markets_it_wants()
    {
        var open = Decode("clob-2-open");
        Assert.Equal(Credentials, open.Credentials);
        Assert.Equal([Market], open.Markets);
        Assert.DoesNotContain("0badc0de", open.ToString());
        Assert.Empty(Decoded("""{"type":"USER","auth":{"apiKey":"k","secret":"s","passphrase":"p"}}""").Markets);
    }

    [Theory]
    [InlineData("PING", "the frame is not JSON")]
    [InlineData("[]", "no JSON object")]
    [InlineData("{}", "neither a type nor an operation")]
    [InlineData("""{"type":"sports"}""", "type is neither")]
    [InlineData("""{"operation":"resubscribe","assets_ids":[]}""", "operation is neither")]
    [InlineData("""{"operation":"subscribe"}""", "assets_ids is missing")]
    [InlineData("""{"type":"market","assets_ids":"1"}""", "assets_ids is no array")]
    [InlineData("""{"type":"market","assets_ids":["1","x"]}""", "assets_ids[1] is no id")]
    [InlineData("""{"type":"market","assets_ids":["1","2","3","4"]}""", "more than 3")]
    [InlineData("""{"type":"user","auth":{"apiKey":"k"}}""", "auth needs")]
    [InlineData("""{"type":7,"assets_ids":[]}""", "type is no text")]
    public void What_is_wrong_is_named(string frame, string problem)
    {
        Assert.False(ClobCommandCodec.TryDecode(Encoding.UTF8.GetBytes(frame), 3, out var command, out var told));
        Assert.Null(command);
        Assert.Contains(problem, told);
    }

    [Fact]
    public void A_heartbeat_is_answered_in_its_own_case()
    {
        Assert.Equal("PONG"u8.ToArray(), ClobCommandCodec.PongFor("PING"u8).ToArray());
        Assert.Equal("pong"u8.ToArray(), ClobCommandCodec.PongFor("ping"u8).ToArray());
        Assert.True(ClobCommandCodec.PongFor("Ping"u8).IsEmpty);
    }

    [Fact]
    public void An_event_of_a_user_is_known_by_id_and_status()
    {
        var trade = ClobUserEvent.Read(Golden.Bytes("clob-2-trade"), out _);
        Assert.Equal(new(ClobUserEventKind.Trade, "28c4d2eb-bbea-40e7-a9f0-b2fdb56b2c2e", "MATCHED", Market), trade);
        Assert.Equal(trade, ClobUserEvent.Read(Encoding.UTF8.GetBytes(Golden.Text("clob-2-trade").Replace("\"MATCHED\"", "\"TRADE_STATUS_MATCHED\"")), out _));
        var order = ClobUserEvent.Read(Golden.Bytes("clob-2-order"), out _)!;
        Assert.Equal((ClobUserEventKind.Order, Market), (order.Kind, order.Market!.Value));
        Assert.NotEqual(order, ClobUserEvent.Read(Encoding.UTF8.GetBytes(Golden.Text("clob-2-order").Replace("\"size_matched\":\"0\"", "\"size_matched\":\"4\"")), out _));
    }

    [Theory]
    [InlineData("x", "not JSON")]
    [InlineData("[]", "no JSON object")]
    [InlineData("""{"event_type":"trade"}""", "id is missing")]
    public void What_is_no_event_of_a_user_is_named(string frame, string problem)
    {
        Assert.Null(ClobUserEvent.Read(Encoding.UTF8.GetBytes(frame), out var told));
        Assert.Contains(problem, told);
    }

    private static ClobCommand Decode(string golden) => Decoded(Golden.Text(golden));

    private static ClobCommand Decoded(string frame)
    {
        Assert.True(ClobCommandCodec.TryDecode(Encoding.UTF8.GetBytes(frame), 500, out var command, out var problem), problem);
        return command;
    }
}
