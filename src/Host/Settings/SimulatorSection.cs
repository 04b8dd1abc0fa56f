using Oddswire.Simulator;
using Oddswire.Simulator.World;

namespace Oddswire.Host.Settings;

/// <summary>The stand-in venues, and whether this process runs them. Always on loopback.</summary>
public sealed record SimulatorSection(bool Enabled, SimulatorSettings Settings)
{
    internal static SimulatorSection Read(Section at) => new(
        at.Flag("enabled"),
        new SimulatorSettings
        {
            Port = at.Port("port"),
            Scenario = at.OptionalText("scenario"),
            World = new WorldSettings
            {
                DemoAccount = true,
                Seed = at.Whole("seed", 0, int.MaxValue),
                Rate = at.Whole("rate", (int)WorldSettings.LowestRate, (int)WorldSettings.HighestRate),
            },
        });
}
