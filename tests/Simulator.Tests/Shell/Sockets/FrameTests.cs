using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text;
using Oddswire.Simulator.Shell.Sockets;
using Oddswire.Simulator.Venues;
using Xunit;

namespace Oddswire.Simulator.Tests.Shell.Sockets;

// The framing by hand against the framework's own WebSocket, and against bytes that it would never send.
public sealed class FrameTests
{
    private const int Limit = 100_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(90_000)]
    public async Task Messages_of_any_length_are_read_as_they_were_sent(int length)
    {
        var stream = new MemoryStream();
        var client = Socket(stream, isServer: false);
        var text = new string('a', length);
        await client.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Cancellation);
        Assert.Equal((ClientFrameKind.Text, text), Read(Assert.Single(await ReadAll(stream.ToArray()))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(300_000)]
    public async Task Messages_of_any_length_are_written_as_they_are_to_be_read(int length)
    {
        var stream = new MemoryStream();
        var writer = new FrameWriter(stream);
        var part = Encoding.UTF8.GetBytes(new string('b', length / 3));
        await writer.Write(ServerFrame.Data("t", part, Encoding.UTF8.GetBytes(new string('c', length - (2 * part.Length))), part), Cancellation);
        await writer.Write(ServerFrame.Close(4001, "enough"), Cancellation);
        await writer.Flush(Cancellation);
        stream.Position = 0;
        var client = Socket(stream, isServer: false);
        var buffer = new byte[length + 1];
        var read = 0;
        ValueWebSocketReceiveResult result;
        do
        {
            result = await client.ReceiveAsync(buffer.AsMemory(read), Cancellation);
            read += result.Count;
        }
        while (!result.EndOfMessage);
        Assert.Equal(length, read);
        Assert.Equal(new string('b', part.Length) + new string('c', length - (2 * part.Length)) + new string('b', part.Length), Encoding.UTF8.GetString(buffer, 0, read));
        Assert.Equal(WebSocketMessageType.Close, (await client.ReceiveAsync(buffer.AsMemory(), Cancellation)).MessageType);
        Assert.Equal((4001, "enough"), ((int?)client.CloseStatus, client.CloseStatusDescription));
    }

    [Fact]
    public async Task Fragments_with_a_ping_in_between_become_one_message()
    {
        byte[] bytes = [.. Frame(0x01, "he"), .. Frame(0x89, "p"), .. Frame(0x00, "ll"), .. Frame(0x80, "o"), .. Frame(0x88, "")];
        var frames = (await ReadAll(bytes)).Select(Read);
        Assert.Equal([(ClientFrameKind.Ping, "p"), (ClientFrameKind.Text, "hello"), (ClientFrameKind.Close, "")], frames);
    }

    [Fact]
    public async Task Bytes_may_come_one_by_one()
    {
        var pipe = new Pipe();
        var reading = ReadAll(PipeReader.Create(pipe.Reader.AsStream()));
        foreach (var one in Frame(0x81, "slowly").Concat(Frame(0x81, "again"))) await pipe.Writer.WriteAsync(new[] { one }, Cancellation);
        await pipe.Writer.CompleteAsync();
        Assert.Equal([(ClientFrameKind.Text, "slowly"), (ClientFrameKind.Text, "again")], (await reading).Select(Read));
    }

    public static TheoryData<byte[], int> Broken => new()
    {
        { [0x81, 0x01, 0x41], 1002 },
        { [.. Frame(0xC1, "x")], 1002 },
        { [.. Frame(0x83, "x")], 1002 },
        { [.. Frame(0x80, "x")], 1002 },
        { [.. Frame(0x01, "x"), .. Frame(0x81, "y")], 1002 },
        { [.. Frame(0x09, "x")], 1002 },
        { [0x81, 0x81, 0, 0, 0, 0, 0xFF], 1007 },
        { [0x81, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 1002 },
        { [0x81, 0xFF, 0, 0, 0, 0, 0x7F, 0, 0, 0, 0, 0, 0, 0], 1009 },
        { [.. Frame(0x01, new string('x', 60_000)), .. Frame(0x80, new string('x', 60_000))], 1009 },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Broken_framing_has_the_code_of_the_standard(byte[] bytes, int code) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<FrameException>(() => ReadAll(bytes))).Code);

    private static Task<List<ClientFrame>> ReadAll(byte[] bytes) => ReadAll(PipeReader.Create(new MemoryStream(bytes)));

    private static async Task<List<ClientFrame>> ReadAll(PipeReader input)
    {
        var reader = new FrameReader(input, Limit);
        var frames = new List<ClientFrame>();
        while (await reader.Read(Cancellation) is { } frame) frames.Add(frame with { Payload = frame.Payload.ToArray() });
        return frames;
    }

    private static (ClientFrameKind, string) Read(ClientFrame frame) => (frame.Kind, Encoding.UTF8.GetString(frame.Payload.Span));

    private static WebSocket Socket(Stream stream, bool isServer) =>
        WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = isServer, KeepAliveInterval = TimeSpan.Zero });

    private static byte[] Frame(byte first, string text)
    {
        byte[] mask = [1, 2, 3, 4];
        var payload = Encoding.UTF8.GetBytes(text).Select((value, at) => (byte)(value ^ mask[at & 3]));
        byte[] length = text.Length < 126 ? [(byte)(0x80 | text.Length)] : [0xFE, (byte)(text.Length >> 8), (byte)text.Length];
        return [first, .. length, .. mask, .. payload];
    }
}
