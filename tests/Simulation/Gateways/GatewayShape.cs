using System.Globalization;
using Oddswire.Actors.Sessions;
using Oddswire.Actors.Tape;
using Oddswire.Simulation.Worlds;
using Oddswire.Simulator.World;

namespace Oddswire.Simulation.Gateways;

/// <summary>How a gateway is set up, who uses it, and how the venues are.</summary>
internal sealed record GatewayShape
{
    internal static TimeSpan Sweep { get; } = TimeSpan.FromSeconds(5);

    internal bool HasChain { get; init; } = true;
    internal bool HasRtds { get; init; } = true;

    /// <summary>A server of Dome's protocol tells of the chain's newest blocks too, in frames whose bytes go out as they came. It names no block and takes nothing back: a chain feed does.</summary>
    internal bool HasDome { get; init; }
    internal TapeRules Tape { get; init; } = new();
    internal SessionRules Sessions { get; init; } = new() { OutboxBytes = 256 << 10 };
    internal TimeSpan Redial { get; init; } = TimeSpan.FromMinutes(10);
    internal int Range { get; init; } = 1_000;
    internal int Confirmations { get; init; }

    /// <summary>Fills that the tape keeps.</summary>
    internal int Keep { get; init; } = 1_000_000;

    internal int Clients { get; init; }
    internal int DurableClients { get; init; }

    internal double FaultsPerMinute { get; init; }

    internal WorldSettings Venues { get; init; } = new()
    {
        Rate = 4,
        Wallets = 8,
        Markets = 3,
        BusyMarkets = 1,
        WindowMarkets = 1,
        Window = TimeSpan.FromMinutes(2),
        History = 10_000,
    };

    internal static GatewayShape Drawn(Random random, long seed)
    {
        var hasChain = random.Chance(0.85);
        var confirmations = random.Chance(0.8) ? 0 : random.Next(4);
        return new GatewayShape
        {
            HasChain = hasChain,
            HasRtds = !hasChain || random.Chance(0.85),
            Tape = new TapeRules
            {
                HasChain = hasChain,
                WaitAtMost = TapeRules.WaitFor(TimeSpan.FromSeconds(5), confirmations, Sweep),
                Release = random.Chance(0.25) ? Release.First : Release.Complete,
                BufferBytes = random.Chance(0.2) ? 32 << 10 : 64 << 20,
            },
            Sessions = new SessionRules { OutboxBytes = (48 + random.Next(200)) << 10, ReplayPage = random.Chance(0.5) ? 500 : 1 + random.Next(20) },
            Redial = random.Seconds(40, 600),
            Range = random.Chance(0.7) ? 1_000 : 1 + random.Next(10),
            Confirmations = confirmations,
            Keep = random.Chance(0.8) ? 1_000_000 : 800 + random.Next(1_000),
            Clients = 1 + random.Next(6),
            FaultsPerMinute = random.Chance(0.85) ? random.LogUniform(0.2, 3) : 0,
            Venues = new WorldSettings
            {
                Seed = seed,
                Rate = random.LogUniform(1, 8),
                Wallets = 4 + random.Next(16),
                Markets = 3 + random.Next(4),
                BusyMarkets = random.Next(2),
                WindowMarkets = random.Next(3),
                Window = random.Seconds(40, 200),
                History = 10_000,
                Books = false,
                UsMarkets = 0,
            },
            DurableClients = random.Next(3),
            HasDome = random.Chance(0.4),
        };
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Clients} clients, {DurableClients} durable, {Venues.Rate:0.0} fills a second, {(HasChain ? HasRtds ? "chain and RTDS" : "chain alone" : "RTDS alone")}{(HasDome ? " and Dome" : "")}, released {(Tape.Release == Release.First ? "first" : "complete")}, buffer {Tape.BufferBytes}, keep {Keep}, range {Range}, confirmations {Confirmations}, {FaultsPerMinute:0.0} faults a minute");
}
