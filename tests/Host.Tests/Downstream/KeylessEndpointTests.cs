using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Oddswire.Actors.Keys;
using Oddswire.Actors.Sessions;
using Oddswire.Host.Downstream;
using Oddswire.Host.Settings;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Ledger;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Host.Tests.Downstream;

/// <summary>
/// The doors of protocols without keys, over real sockets, as they are on an address of another machine's network: the server is told that it listens
/// there, for no test does.
/// </summary>
public sealed class KeylessEndpointTests : IAsyncLifetime
{
    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.1");

    private readonly TestSystem _kit = new();
    private readonly Probe<LedgerMessage> _ledger;
    private readonly WebApplication _server;

    public KeylessEndpointTests()
    {
        _ledger = _kit.Probe<LedgerMessage>();
        var keys = new Keyring([new KeyRecord("reader", Keyring.Hash("ow_reader"), Tier.Dev, ["orders"], null, null, 0)], 5, 50);
        KeylessEndpoint Door(SessionProtocol protocol, string name) => new(protocol, name, null!, null!, keys, new RefusalRecord(_ledger), new ClobSettings(Open: false, 10, 10, 10), _kit.Clock);
        var door = new FrontDoor(null!, Door(SessionProtocol.Rtds, "rtds"), Door(SessionProtocol.ClobMarket, "clob-market"), null!, null!, null!, null!, null!);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.UseWebSockets();
        _server.Run(http =>
        {
            http.Connection.LocalIpAddress = Elsewhere;
            return door.Serve(http);
        });
    }

    public async ValueTask InitializeAsync() => await _server.StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("/rtds", "rtds", 401, "KEY_REQUIRED")]
    [InlineData("/ws/market", "clob-market", 401, "KEY_REQUIRED")]
    [InlineData("/ws/market?ext=1", "clob-market", 401, "KEY_REQUIRED")]
    [InlineData("/ow_nobody/rtds", "rtds", 401, "INVALID_API_KEY")]
    [InlineData("/ow_nobody/ws/market", "clob-market", 401, "INVALID_API_KEY")]
    [InlineData("/ow_reader/rtds", "rtds", 403, "FORBIDDEN")]
    [InlineData("/ow_reader/ws/market", "clob-market", 403, "FORBIDDEN")]
    public async Task From_another_machine_a_key_that_may_open_streams_is_asked_for(string path, string protocol, int status, string reason)
    {
        using var client = new ClientWebSocket();
        client.Options.CollectHttpResponseDetails = true;
        var url = new Uri(_server.Urls.Single().Replace("http:", "ws:", StringComparison.Ordinal) + path);
        await Assert.ThrowsAsync<WebSocketException>(() => client.ConnectAsync(url, TestContext.Current.CancellationToken));
        Assert.Equal(status, (int)client.HttpStatusCode);
        var act = _ledger.Expect<LedgerMessage.ClientFact>().Act;
        Assert.Equal((protocol, reason), (act.Protocol, act.Reason));
    }
}
