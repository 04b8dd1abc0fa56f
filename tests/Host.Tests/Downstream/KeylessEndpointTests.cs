using System.Net;
using Microsoft.AspNetCore.Http;
using Oddswire.Actors.Keys;
using Oddswire.Actors.Sessions;
using Oddswire.Host.Downstream;
using Oddswire.Host.Settings;
using Oddswire.Messages.Ledger;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Host.Tests.Downstream;

/// <summary>The door of a protocol without keys, from another machine.</summary>
public sealed class KeylessEndpointTests
{
    private readonly TestSystem _kit = new();

    [Fact]
    public async Task From_another_machine_a_key_is_asked_for()
    {
        var ledger = _kit.Probe<LedgerMessage>();
        var endpoint = new KeylessEndpoint(SessionProtocol.ClobMarket, "clob-market", null!, null!, Keyring.Empty, new RefusalRecord(ledger), new ClobSettings(Open: false, 10, 10, 10), _kit.Clock);
        var http = new DefaultHttpContext();
        http.Connection.LocalIpAddress = IPAddress.Parse("192.0.2.1");
        await endpoint.Serve(http, null);
        Assert.Equal(401, http.Response.StatusCode);
        Assert.Equal("KEY_REQUIRED", ledger.Expect<LedgerMessage.ClientFact>().Act.Reason);
    }
}
