using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Oddswire.Host.Downstream;
using Xunit;

namespace Oddswire.Host.Tests.Downstream;

public sealed class SocketDoorTests
{
    [Fact]
    public async Task Who_dials_while_the_gateway_stops_is_told_so_before_the_upgrade()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var server = builder.Build();
        var door = new SocketDoor(null!, 1024, TimeProvider.System, NullLogger.Instance) { Leaving = true };
        server.Run(http => door.Serve(http, null!, static (_, _) => true));
        await server.StartAsync(TestContext.Current.CancellationToken);
        using var client = new ClientWebSocket();
        client.Options.CollectHttpResponseDetails = true;
        var url = new Uri(server.Urls.Single().Replace("http:", "ws:", StringComparison.Ordinal) + "/demo-dev");
        await Assert.ThrowsAsync<WebSocketException>(() => client.ConnectAsync(url, TestContext.Current.CancellationToken));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "1"), (client.HttpStatusCode, client.HttpResponseHeaders!["Retry-After"].Single()));
    }
}
