using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Oddswire.Host.Downstream;
using Oddswire.Host.Settings;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Host.Tests.Downstream;

public sealed class KestrelLogTests : IAsyncLifetime
{
    private const string Secret = "the-key-of-a-client";

    private readonly RecordedLog _log = new();
    private WebServer? _server;

    public async ValueTask InitializeAsync() =>
        _server = await WebServer.Start(new HttpSettings(IPAddress.Loopback, 0, null), new OperationsSettings(IPAddress.Loopback, 0), new Doors(Serve, Serve), _log);

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private static async Task Serve(HttpContext http)
    {
        await http.Response.WriteAsync("the first half");
        await http.Response.Body.FlushAsync();
        throw new InvalidOperationException("there is no second half");
    }

    [Fact]
    public async Task An_answer_that_fails_in_the_middle_is_in_the_log()
    {
        await Answer($"GET /{Secret} HTTP/1.1\r\nHost: x\r\n\r\n");
        var line = Assert.Single(_log.Lines);
        Assert.Equal((LogLevel.Error, "there is no second half"), (line.Level, line.Cause?.Message));
        Assert.DoesNotContain(Secret, line.Text + line.Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /{0} HTTP/9.9\r\nHost: x\r\n\r\n")]
    [InlineData("{0} nonsense\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nAuthorization Bearer {0}\r\n\r\n")]
    public async Task What_a_client_gets_wrong_is_its_own_affair_and_not_quoted(string request)
    {
        Assert.StartsWith("HTTP/1.1 ", await Answer(request.Replace("{0}", Secret, StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Empty(_log.Lines);
    }

    /// <summary>All that comes until the server ends the connection.</summary>
    private async Task<string> Answer(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _server!.Public.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        client.Client.Shutdown(SocketShutdown.Send);
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, TestContext.Current.CancellationToken);
        return Encoding.Latin1.GetString(all.ToArray());
    }
}
