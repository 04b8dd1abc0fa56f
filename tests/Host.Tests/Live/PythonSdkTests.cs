using System.Net.WebSockets;
using Xunit;

namespace Oddswire.Host.Tests.Live;

/// <summary>Programs written with Dome's Python SDK.</summary>
[Collection(nameof(LiveGateway))]
public sealed class PythonSdkTests(LiveGateway gateway)
{
    [Fact]
    public async Task It_subscribes_one_after_the_other_and_understands_every_event()
    {
        await using var sdk = new PythonSdk(gateway.Sockets, "demo-dev");
        await sdk.Connect();
        var everything = await sdk.Subscribe("""{"users":["*"]}""");
        await sdk.Until(() => sdk.Users.Count >= 50);
        string wallet;
        lock (sdk.State)
            wallet = sdk.Users[0];
        var one = await sdk.Subscribe($$"""{"users":["{{wallet.ToUpperInvariant().Replace("0X", "0x", StringComparison.Ordinal)}}"]}""");
        Assert.NotEqual(everything, one);
        await sdk.Unsubscribe(everything);
        await sdk.Update(one, """{"users":["*"]}""");
        lock (sdk.State)
            sdk.Users.Clear();
        await sdk.Until(() => sdk.Users.Distinct().Count() > 5);
        Assert.Equal(0, sdk.Dropped);
    }

    [Fact]
    public async Task It_comes_back_after_a_planned_restart_with_new_ids()
    {
        await using var sdk = new PythonSdk(gateway.Sockets, "demo-dev");
        await sdk.Connect();
        await sdk.Subscribe("""{"users":["*"]}""");
        await sdk.Subscribe("""{"users":["0x0000000000000000000000000000000000000001"]}""");
        await sdk.Until(() => sdk.Users.Count > 0);
        await gateway.Restart();
        await sdk.Until(() => sdk.Ids.Count == 4);
        lock (sdk.State)
            sdk.Users.Clear();
        await sdk.Until(() => sdk.Users.Count > 20);
        Assert.Equal([(WebSocketCloseStatus)1012], sdk.Closed);
        Assert.Equal((2, 4, 0), (sdk.Connections, sdk.Ids.Distinct().Count(), sdk.Dropped));
    }
}
