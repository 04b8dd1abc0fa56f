using System.Text;
using Oddswire.Host.Downstream;
using Xunit;

namespace Oddswire.Host.Tests.Live;

/// <summary>RFC 6455 over a real socket: what a client may do, what it may not, and with which code that ends (surface.md).</summary>
[Collection(nameof(LiveGateway))]
public sealed class FramingTests(LiveGateway gateway)
{
    private const byte Text = 0x81, TextBegins = 0x01, Continues = 0x00, ContinuesLast = 0x80, Binary = 0x82, Close = 0x88, Ping = 0x89, Pong = 0x8A;
    private const string Nonsense = """{"action":"nonsense"}""";

    [Fact]
    public async Task A_message_in_fragments_is_one_message_also_with_control_frames_between()
    {
        using var socket = await RawSocket.Open(gateway.Sockets);
        var text = Encoding.UTF8.GetBytes(Nonsense);
        await socket.Frame(TextBegins, text[..5]);
        await socket.Frame(Ping, [1, 2, 3]);
        Assert.Equal([1, 2, 3], (await socket.Next())!.Value.Payload);
        await socket.Frame(Continues, []);
        await socket.Frame(Continues, text[5..9]);
        await socket.Frame(Pong, []);
        await socket.Frame(ContinuesLast, text[9..]);
        Assert.Contains("nonsense", await socket.NextText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_may_come_one_by_one_and_frames_in_one_piece()
    {
        using var socket = await RawSocket.Open(gateway.Sockets);
        foreach (var one in RawSocket.Made(Text, Encoding.UTF8.GetBytes(Nonsense)))
            await socket.Bytes(new[] { one });
        Assert.Contains("\"error\"", await socket.NextText(), StringComparison.Ordinal);
        await socket.Bytes(new[] { 1, 2, 3 }.SelectMany(_ => RawSocket.Made(Text, Encoding.UTF8.GetBytes(Nonsense))).ToArray());
        for (var i = 0; i < 3; i++)
            Assert.Contains("\"error\"", await socket.NextText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(125)]
    public async Task A_ping_is_answered_with_its_payload(int length)
    {
        using var socket = await RawSocket.Open(gateway.Sockets);
        var payload = Enumerable.Range(0, length).Select(static i => (byte)i).ToArray();
        await socket.Frame(Ping, payload);
        var (opcode, answer) = (await socket.Next())!.Value;
        Assert.Equal(Opcode.Pong, opcode);
        Assert.Equal(payload, answer);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(3000)]
    [InlineData(4999)]
    public async Task A_close_is_answered_with_its_code_and_ends_the_connection(int code)
    {
        using var socket = await RawSocket.Open(gateway.Sockets);
        await socket.Frame(Close, [(byte)(code >> 8), (byte)code, .. "bye"u8]);
        Assert.Equal(code, await socket.ClosedWith());
        await socket.Ended();
    }

    [Fact]
    public async Task A_close_without_a_code_is_answered_without_one()
    {
        using var socket = await RawSocket.Open(gateway.Sockets);
        await socket.Frame(Close, []);
        Assert.Equal(1005, await socket.ClosedWith());
        await socket.Ended();
    }

    [Theory]
    [InlineData(1, new byte[] { 3 })]                   // half a code
    [InlineData(2, new byte[] { 0x03, 0xED })]          // 1005, which nobody may send
    [InlineData(3, new byte[] { 0x03, 0xE7 })]          // 999
    [InlineData(4, new byte[] { 0x07, 0xD0 })]          // 2000
    public async Task A_close_with_a_code_that_is_none_is_a_protocol_error(int _, byte[] payload)
    {
        using var socket = await RawSocket.Open(gateway.Sockets);
        await socket.Frame(Close, payload);
        Assert.Equal(1002, await socket.ClosedWith());
    }

    public static TheoryData<string, byte[]> Illegal => new()
    {
        { "not masked", RawSocket.Made(Text, "{}"u8.ToArray(), masked: false) },
        { "a reserved bit", RawSocket.Made(0xC1, "{}"u8.ToArray()) },
        { "an unknown opcode", RawSocket.Made(0x83, []) },
        { "an unknown control opcode", RawSocket.Made(0x8B, []) },
        { "a ping in fragments", RawSocket.Made(0x09, []) },
        { "a ping too long", RawSocket.Made(Ping, new byte[126]) },
        { "a continuation of nothing", RawSocket.Made(ContinuesLast, "{}"u8.ToArray()) },
        { "a message in a message", [.. RawSocket.Made(TextBegins, "{"u8.ToArray()), .. RawSocket.Made(Text, "{}"u8.ToArray())] },
        { "a length beyond 63 bits", [0x81, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4] },
    };

    [Theory]
    [MemberData(nameof(Illegal))]
    public async Task What_the_protocol_forbids_ends_with_1002(string what, byte[] bytes)
    {
        Assert.NotEmpty(what);
        using var socket = await RawSocket.Open(gateway.Sockets);
        await socket.Bytes(bytes);
        Assert.Equal(1002, await socket.ClosedWith());
    }

    [Fact]
    public async Task Binary_ends_with_1003()
    {
        using var socket = await RawSocket.Open(gateway.Sockets);
        await socket.Frame(Binary, [1, 2, 3]);
        Assert.Equal(1003, await socket.ClosedWith());
    }

    [Theory]
    [InlineData(new byte[] { 0xC3 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { (byte)'{', 0xFF, (byte)'}' })]
    public async Task Text_that_is_no_UTF_8_ends_with_1007(byte[] text)
    {
        using var socket = await RawSocket.Open(gateway.Sockets);
        await socket.Frame(Text, text);
        Assert.Equal(1007, await socket.ClosedWith());
    }

    [Fact]
    public async Task A_character_may_be_cut_by_a_fragment()
    {
        using var socket = await RawSocket.Open(gateway.Sockets);
        await socket.Frame(TextBegins, [0xC3]);
        await socket.Frame(ContinuesLast, [0xA9]);
        Assert.Contains("\"error\"", await socket.NextText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_frame_too_large_ends_with_1009_although_the_client_goes_on_sending()
    {
        using var socket = await RawSocket.Open(gateway.Sockets);
        // The header alone says so. What follows it is read and thrown away, or the client would see a reset in place of the code.
        await socket.Bytes(new byte[] { 0x81, 0xFF, 0, 0, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4 });
        await socket.Bytes(new byte[300_000]);
        Assert.Equal(1009, await socket.ClosedWith());
    }

    [Fact]
    public async Task Fragments_that_are_too_large_together_end_with_1009()
    {
        using var socket = await RawSocket.Open(gateway.Sockets);
        var part = new byte[1 << 20];
        await socket.Frame(TextBegins, part);
        for (var i = 0; i < 8; i++)
            await socket.Frame(Continues, part);
        Assert.Equal(1009, await socket.ClosedWith());
    }
}
