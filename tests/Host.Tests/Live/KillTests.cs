using System.Diagnostics;
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
    // Not 5 seconds: a runtime starts from cold, on a machine that may be busy.
    private static readonly TimeSpan ColdStart = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_client_goes_on_behind_a_killed_gateway_without_a_hole_and_without_a_repeat()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var folder = new TempFolder();
        await using var simulator = await SimulatorServer.Start(
            new SimulatorSettings { Port = 0, World = new WorldSettings { Rate = 200 } }, TimeProvider.System, NullLoggerFactory.Instance, cancel);
        var port = 0;
        var gateway = Start();
        var url = await Ready(gateway);
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
                gateway.Kill();
                await gateway.WaitForExitAsync(cancel);
                gateway.Dispose();
                gateway = Start();
                Assert.Equal(url, await Ready(gateway));
            }
            if (caughtUp && ++after == 200)
                break;
        }
        gateway.Kill();
        gateway.Dispose();
        Assert.Equal(Enumerable.Range(0, positions.Count).Select(i => positions[0].Offset + i), positions.Select(static position => position.Offset));
        Assert.True(positions[^1].Epoch > positions[0].Epoch);

        Process Start()
        {
            string[] sets =
            [
                Invariant($"http.port={port}"), "operations.port=0", "simulator.enabled=false", Invariant($"simulator.port={simulator.Url.Port}"),
                $"storage.path={Path.Combine(folder.Path, "store")}",
            ];
            var program = Path.Combine(AppContext.BaseDirectory, "oddswire.dll");
            var start = new ProcessStartInfo("dotnet", [program, "run", .. sets.SelectMany(static set => new[] { "--set", set })])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
                WorkingDirectory = AppContext.BaseDirectory,
            };
            return Process.Start(start)!;
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static async Task<Uri> Ready(Process gateway)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(ColdStart);
        while (await gateway.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (!line.StartsWith("ready", StringComparison.Ordinal))
                continue;
            // Nobody reads the rest; a full pipe must not hold it up.
            _ = gateway.StandardOutput.ReadToEndAsync(CancellationToken.None);
            return new Uri(new Uri(line.Split("  ")[1]), "/");
        }
        throw new InvalidOperationException("the gateway ended before it was ready");
    }
}
