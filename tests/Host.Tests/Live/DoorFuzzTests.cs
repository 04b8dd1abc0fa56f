using System.Text;
using Oddswire.Host.Downstream;
using Xunit;

namespace Oddswire.Host.Tests.Live;

/// <summary>Noise at the open door: whatever a stranger's socket sends, it alone ends, with a code of the table, and the gateway serves on.</summary>
[Collection(nameof(LiveGateway))]
public sealed class DoorFuzzTests(LiveGateway gateway)
{
    private static readonly string[] Words =
    [
        "{", "}", "[", "]", "\"", ":", ",", "null", "true", "-1", "1e999", "\"action\"", "\"subscribe\"", "\"update\"", "\"unsubscribe\"", "\"filters\"", "\"users\"", "\"*\"",
        "\"subscription_id\"", "\"sub_aaaaaaaaaa\"", "\"resume\"", "\"3-41\"", "\\ud800", "\u00e9", "\u0000", Oddswire.Host.Operations.Greeting.Subscribe,
    ];

    [Fact]
    public async Task Text_that_means_nothing_is_answered_frame_by_frame_and_the_socket_stays()
    {
        var random = new Random(3);
        using var socket = await RawSocket.Open(gateway.Sockets, "/demo-enterprise");
        for (var i = 0; i < 40; i++)     // no more commands a second than its limit
        {
            await socket.Text(string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => Words[random.Next(Words.Length - 1)])));
            Assert.Contains("\"type\":\"error\"", await socket.NextText(), StringComparison.Ordinal);
        }
        await socket.Text(Words[^1]);
        Assert.Contains("\"type\":\"ack\"", await socket.NextText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_mean_nothing_end_their_own_socket_with_a_code_of_the_table()
    {
        using var neighbour = await RawSocket.Open(gateway.Sockets);
        var random = new Random(4);
        for (var i = 0; i < 100; i++)
        {
            using var socket = await RawSocket.Open(gateway.Sockets);
            var noise = new byte[random.Next(1, 2000)];
            random.NextBytes(noise);
            await socket.Bytes(noise);
            await socket.Frame(0x88, [0x03, 0xE8]);
            await socket.Frame(0x83, []);
            // Noise may be the beginning of a long frame that swallows what follows; hanging up ends that.
            socket.Half();
            Assert.Contains(await socket.ClosedWith(), new int?[] { null, 1000, 1002, 1003, 1007, 1009 });
        }
        await neighbour.Frame(0x89, Encoding.ASCII.GetBytes("still there"));
        Assert.Equal(Opcode.Pong, (await neighbour.Next())!.Value.Opcode);
    }
}
