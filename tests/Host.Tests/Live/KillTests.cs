using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Oddswire.Client;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Simulator;
using Oddswire.Simulator.Shell;
using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Host.Tests.Live;

/// <summary>Guarantee 3 against SIGKILL: the gateway is another process here, and gets no chance to say goodbye.</summary>
[Collection(nameof(LiveGateway))]
public sealed class KillTests
{
    [Fact]
    public async Task A_client_goes_on_behind_a_killed_gateway_without_a_hole_and_without_a_repeat()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var folder = new TempFolder();
        await using var simulator = await SimulatorServer.Start(
            new SimulatorSettings { Port = 0, World = new WorldSettings { Rate = 200 } }, TimeProvider.System, NullLoggerFactory.Instance, cancel);
        var port = 0;
        var gateway = Start();
        var url = await gateway.Ready();
        port = url.Port;
        await using var client = new DomeClient(new DomeClientOptions
        {
            Url = url,
            Key = "demo-dev",
            Extras = true,
            FirstDelay = TimeSpan.FromMilliseconds(50),
            LongestDelay = TimeSpan.FromMilliseconds(200),
            Random = new Random(1),
        });
        await client.Connect(cancel);
        await client.Subscribe(OrderFilter.Everything, cancel: cancel);

        var positions = new List<Position>();
        var (killed, caughtUp, after) = (false, false, 0);
        await foreach (var heard in client.Events(cancel))
        {
            caughtUp |= heard is ClientEvent.CaughtUp;
            Assert.IsNotType<ClientEvent.ResumeRefused>(heard);
            if (heard is not ClientEvent.Filled filled)
                continue;
            positions.Add(filled.Position!.Value);
            if (!killed && positions.Count >= 100)
            {
                killed = true;
                await gateway.Kill();
                gateway.Dispose();
                gateway = Start();
                Assert.Equal(url, await gateway.Ready());
            }
            if (caughtUp && ++after == 200)
                break;
        }
        gateway.Dispose();
        Assert.Equal(Enumerable.Range(0, positions.Count).Select(i => positions[0].Offset + i), positions.Select(static position => position.Offset));
        Assert.True(positions[^1].Epoch > positions[0].Epoch);

        GatewayProcess Start() => new(
        [
            Invariant($"http.port={port}"), "operations.port=0", "simulator.enabled=false", Invariant($"simulator.port={simulator.Url.Port}"),
            $"storage.path={Path.Combine(folder.Path, "store")}",
        ]);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
