using System.Text.Json;
using Oddswire.Host.CommandLine;
using Xunit;

namespace Oddswire.Host.Tests.CommandLine;

public sealed class SimulateVerbTests : IDisposable
{
    private readonly FakeTerminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public async Task It_serves_the_venues_until_it_is_stopped()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var running = _terminal.Run("simulate", "--set", "simulator.port=0", "--set", "simulator.seed=7", "--set", "simulator.rate=120");
        var printed = await _terminal.Output.Line("ready    seed 7, 120 fills a second", cancellation);
        var control = new Uri(printed.Split('\n').Single(line => line.StartsWith("control", StringComparison.Ordinal))["control  ".Length..]);
        using var http = new HttpClient();
        using var world = JsonDocument.Parse(await http.GetStringAsync(control, cancellation));
        Assert.Equal(7, world.RootElement.GetProperty("seed").GetInt64());
        Assert.Equal(120, world.RootElement.GetProperty("rate").GetDouble());

        using var second = new FakeTerminal();
        Assert.Equal(ExitCode.Failed, await second.Run("simulate", "--set", $"simulator.port={control.Port}"));
        Assert.Equal($"oddswire: port {control.Port} on 127.0.0.1 is taken by process {Environment.ProcessId}; another one: --set simulator.port={control.Port + 1}\n", second.Error);

        await _terminal.Stop();
        Assert.Equal(ExitCode.Done, await running.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System, cancellation));
        Assert.Empty(_terminal.Error);
    }

    [Fact]
    public async Task It_serves_one_venue_alone_when_it_is_told_so()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var running = _terminal.Run("simulate", "--venue", "us", "--set", "simulator.port=0", "--set", "simulator.us.markets=200");
        var printed = await _terminal.Output.Line("ready    seed 1", cancellation);
        Assert.Equal(["us", "us", "control", "ready"], printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split(' ')[0]));
        var control = new Uri(printed.Split('\n').Single(line => line.StartsWith("control", StringComparison.Ordinal))["control  ".Length..]);
        using var http = new HttpClient();
        using var world = JsonDocument.Parse(await http.GetStringAsync(control, cancellation));
        Assert.Equal(200, world.RootElement.GetProperty("us").GetProperty("markets").GetArrayLength());
        using var refused = await http.GetAsync(new Uri(control, "/v1/ws/markets"), cancellation);
        Assert.Equal(System.Net.HttpStatusCode.UpgradeRequired, refused.StatusCode);
        using var absent = await http.GetAsync(new Uri(control, "/gamma/markets/keyset"), cancellation);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, absent.StatusCode);
        await _terminal.Stop();
        Assert.Equal(ExitCode.Done, await running.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System, cancellation));
    }

    [Fact]
    public async Task A_venue_that_there_is_not_is_wrong_usage() => Assert.Equal(ExitCode.WrongUsage, await _terminal.Run("simulate", "--venue", "moon"));

    [Fact]
    public async Task A_scenario_that_cannot_be_read_is_a_failure_with_its_reason()
    {
        Assert.Equal(ExitCode.Failed, await _terminal.Run("simulate", "--set", "simulator.port=0", "--set", "simulator.scenario=none.json"));
        Assert.StartsWith("oddswire: simulator.scenario none.json: ", _terminal.Error, StringComparison.Ordinal);
    }
}
