using System.Net;
using System.Net.Sockets;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Host.Tests.Live;

/// <summary>Connections are handles, and the system gives a process so many of them. The gateway is another process here, with few.</summary>
[Collection(nameof(LiveGateway))]
public sealed class DescriptorTests
{
    private const int Most = 400;

    [Fact]
    public async Task Without_a_handle_left_it_takes_nobody_and_when_clients_have_gone_it_does_again_and_keeps_none_of_them()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "handles are counted in /proc");
        using var gateway = new GatewayProcess(["http.port=0", "operations.port=0", "tape.store=memory"], $"ulimit -n {Most}", "cannot take connections");
        var url = await gateway.Ready();
        using (await RawSocket.Open(url))
        {
            // Once, for what is made by the first.
        }
        var before = gateway.Handles;
        List<Socket> clients = [];
        for (var i = 0; i < Most; i++)
        {
            clients.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            await clients[^1].ConnectAsync(url.Host, url.Port, TestContext.Current.CancellationToken);
        }
        await gateway.Logged.WaitAsync(LiveGateway.Patience, TestContext.Current.CancellationToken);
        clients.ForEach(static client => client.Dispose());

        for (var i = 0; i < 200; i++)
            await Visit(url, i);
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new UriBuilder(url) { Scheme = "http" }.Uri, TestContext.Current.CancellationToken)).StatusCode);
        await Eventually.Holds(() => gateway.Handles < before + 20);
    }

    /// <summary>As clients come and go: with a close, in the middle of a frame, without a word.</summary>
    private static async Task Visit(Uri url, int number)
    {
        using var client = await RawSocket.Open(url);
        switch (number % 3)
        {
            case 0:
                await client.Frame(0x88, []);
                Assert.Equal(1005, await client.ClosedWith());
                await client.Ended();
                break;
            case 1:
                await client.Bytes(RawSocket.Made(0x81, new byte[1000]).AsMemory(0, 500));
                client.Reset();
                break;
        }
    }
}
