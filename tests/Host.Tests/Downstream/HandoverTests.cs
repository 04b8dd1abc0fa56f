using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Oddswire.Host.Downstream;
using Oddswire.Host.Settings;
using Xunit;

namespace Oddswire.Host.Tests.Downstream;

/// <summary>A server whose sockets say back what they are told, seen from a socket that knows only bytes.</summary>
public sealed class HandoverTests : IAsyncLifetime
{
    private const string Upgrade = "GET /socket HTTP/1.1\r\nHost: x\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n";

    private readonly Socket _client = new(SocketType.Stream, ProtocolType.Tcp);
    private WebServer? _server;
    private WeakReference? _request;

    public async ValueTask InitializeAsync()
    {
        _server = await WebServer.Start(
            new HttpSettings(IPAddress.Loopback, 0, null), new OperationsSettings(IPAddress.Loopback, 0), new Doors(Serve, Serve), NullLoggerFactory.Instance);
        await _client.ConnectAsync(IPAddress.Loopback, _server.Public.Port);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server!.DisposeAsync();
    }

    [Fact]
    public async Task What_comes_with_the_upgrade_and_after_it_is_the_sockets()
    {
        await Send(Upgrade + "early ");
        await Send("late");
        Assert.EndsWith("\r\n\r\nearly late", await Until("early late"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_request_is_garbage_while_its_socket_lives()
    {
        await Send(Upgrade + "1");
        await Until("\r\n\r\n1");
        for (var i = 0; i < 10 && _request!.IsAlive; i++)
        {
            // Who has just answered may still have it on a stack: one more echo, and it has not.
            await Send("2");
            await Until("2");
            GC.Collect();
        }
        Assert.False(_request!.IsAlive);
    }

    [Fact]
    public async Task Who_asks_for_no_socket_goes_on_with_HTTP_and_may_ask_for_one_later()
    {
        for (var i = 0; i < 2; i++)
        {
            await Send("GET /page HTTP/1.1\r\nHost: x\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 200 OK", await Until("a page"), StringComparison.Ordinal);
        }
        await Send(Upgrade + "now");
        Assert.StartsWith("HTTP/1.1 101 ", await Until("now"), StringComparison.Ordinal);
    }

    private async Task Serve(HttpContext http)
    {
        if (http.Request.Path == "/page")
        {
            http.Response.ContentLength = 6;
            await http.Response.WriteAsync("a page");
            return;
        }
        _request = new WeakReference(http);
        await http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        Handover.To(Echo, http);
    }

    private static async Task Echo(ConnectionContext connection)
    {
        var (input, output) = (connection.Transport.Input, connection.Transport.Output);
        while (await input.ReadAsync() is { IsCompleted: false } read)
        {
            foreach (var piece in read.Buffer)
                await output.WriteAsync(piece);
            input.AdvanceTo(read.Buffer.End);
        }
    }

    private async Task Send(string text) => await _client.SendAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);

    private async Task<string> Until(string end)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(5));
        var (heard, buffer) = ("", new byte[4096]);
        while (!heard.Contains(end, StringComparison.Ordinal))
            heard += Encoding.ASCII.GetString(buffer, 0, await _client.ReceiveAsync(buffer, patience.Token));
        return heard;
    }
}
