using Oddswire.Simulator.Venues.Dome;
using Oddswire.Simulator.Venues.PolymarketUs;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator;

// What a simulator on a port needs to know; the settings simulator.* of the program.
public sealed record SimulatorSettings
{
    // Loopback only: whoever reaches the port may order faults.
    public string Host { get; init; } = "127.0.0.1";

    // 0: any free port.
    public int Port { get; init; } = 8090;

    // Path of a scenario file, played from the start.
    public string? Scenario { get; init; }

    public WorldSettings World { get; init; } = new();

    public IReadOnlyList<DomeKey> DomeKeys { get; init; } = DomeKey.Demo;

    public IReadOnlyList<UsKey> UsKeys { get; init; } = UsKey.Demo;

    public UsRules Us { get; init; } = new();

    // What Venues may name: us stands for us-markets and us-private.
    public static readonly IReadOnlyList<string> Families = ["rtds", "polygon", "gamma", "dome", "clob", "us"];

    // The ones to be served; none: all of them.
    public IReadOnlyList<string> Venues { get; init; } = [];

    public bool Serves(string venue) => Venues.Count == 0 || Venues.Any(family => venue == family || venue.StartsWith($"{family}-", StringComparison.Ordinal));
}
