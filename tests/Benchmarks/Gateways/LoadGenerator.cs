using System.Text.Json;

namespace Oddswire.Benchmarks.Gateways;

/// <summary>What one run against one server showed.</summary>
internal sealed record LoadResult(
    string Server, int FanOut, double Seconds, long Events, long Deliveries, double PerSecond, double CpuMicros, double Busy,
    double P50Micros, double P99Micros, long Gaps, long Lost, long Strays, long Resident, long StalledClosed, long Subscriptions);

/// <summary>The one load generator (tests/Benchmarks/Load), which plays the upstream and the clients of every server.</summary>
internal sealed class LoadGenerator : IDisposable
{
    /// <summary>What clients of books follow together: of a hundred tokens one, of ten one, and one that all of them follow.</summary>
    internal const int BookTokens = 111;

    private readonly Pinned _process;

    private LoadGenerator(Pinned process) => _process = process;

    internal int UpstreamPort { get; private init; }

    internal static async Task<LoadGenerator> Start(string folder)
    {
        var process = Pinned.Start(Pinned.LoadCore, [Path.Combine(folder, "load")], talks: true);
        using var hello = JsonDocument.Parse((await process.Process.StandardOutput.ReadLineAsync())!);
        return new LoadGenerator(process) { UpstreamPort = hello.RootElement.GetProperty("upstreamPort").GetInt32() };
    }

    internal Task Add(Peer peer, int pid) => Ask<JsonElement>($"add {peer.Name} {peer.Speech} {(peer.IsOverTls ? "tls" : "plain")} {peer.Port} {pid} {peer.Key}");

    internal Task<LoadResult> Closed(Peer peer, FanOut fanOut, Pace pace) =>
        Ask<LoadResult>($"run {peer.Name} {fanOut.Level} {fanOut.Window} 0 {pace.WarmUp} {pace.Measured}");

    internal Task<LoadResult> Open(Peer peer, int eventsPerSecond, Pace pace) =>
        Ask<LoadResult>($"run {peer.Name} 0 0 {eventsPerSecond} {pace.WarmUp} {pace.Measured}");

    /// <summary>So many a second, each for ten clients.</summary>
    internal Task<LoadResult> OpenToTen(Peer peer, int eventsPerSecond, Pace pace) =>
        Ask<LoadResult>($"run {peer.Name} 1 0 {eventsPerSecond} {pace.WarmUp} {pace.Measured}");

    /// <summary>So many subscriptions more, in between those that are told something.</summary>
    internal Task Crowd(Peer peer, int subscriptions) => Ask<JsonElement>($"crowd {peer.Name} {subscriptions}");

    internal async Task<double> BytesPerIdle(Peer peer, int clients) =>
        (await Ask<JsonElement>($"idle {peer.Name} {clients}")).GetProperty("bytesEach").GetDouble();

    private async Task<T> Ask<T>(string command)
    {
        await _process.Process.StandardInput.WriteLineAsync(command);
        var line = await _process.Process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"the load generator ended at: {command}");
        return JsonSerializer.Deserialize<T>(line, JsonSerializerOptions.Web)!;
    }

    public void Dispose() => _process.Dispose();
}

/// <summary>Clients that match one event (10 to the power of Level), and the events in flight.</summary>
internal sealed record FanOut(int Level, int Clients, int Window)
{
    internal static IReadOnlyList<FanOut> All { get; } = [new(0, 1, 512), new(1, 10, 256), new(2, 100, 64), new(3, 1000, 16)];
}

/// <summary>Milliseconds of one run.</summary>
internal sealed record Pace(int WarmUp, int Measured);
