using Oddswire.Simulator;
using Oddswire.Simulator.Venues.PolymarketUs;
using Oddswire.Simulator.World;

namespace Oddswire.Host.Settings;

/// <summary>The stand-in venues, and whether this process runs them. Always on loopback.</summary>
public sealed record SimulatorSection(bool Enabled, SimulatorSettings Settings)
{
    internal static SimulatorSection Read(Section at)
    {
        var us = at.In("us");
        return new(at.Flag("enabled"), new SimulatorSettings
        {
            Port = at.Port("port"),
            Scenario = at.OptionalText("scenario"),
            World = new WorldSettings
            {
                DemoAccount = true,
                Seed = at.Whole("seed", 0, int.MaxValue),
                Rate = at.Whole("rate", (int)WorldSettings.LowestRate, (int)WorldSettings.HighestRate),
                UsMarkets = us.Whole("markets", 0, WorldSettings.MostUsMarkets),
            },
            Us = new UsRules
            {
                Heartbeat = us.Duration("heartbeat", "100ms", "10m"),
                SlugsPerRequest = us.Whole("slugs", 0, 100_000) is var most and > 0 ? most : null,
                LegacyPayloads = us.Flag("legacy_payloads"),
            },
        });
    }
}
