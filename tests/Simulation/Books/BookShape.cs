using System.Globalization;
using Oddswire.Actors.Sessions;
using Oddswire.Simulation.Worlds;
using Oddswire.Simulator.World;

namespace Oddswire.Simulation.Books;

/// <summary>How a gateway of order books is set up, who reads them, and how their venue is.</summary>
internal sealed record BookShape
{
    internal int Readers { get; private init; }
    internal int TokensPerConnection { get; private init; }
    internal double FramesPerSecond { get; private init; }
    internal double FaultsPerMinute { get; private init; }
    internal required SessionRules Sessions { get; init; }
    internal required WorldSettings Venues { get; init; }

    internal static BookShape Drawn(Random random, long seed)
    {
        var (lasting, windows) = (1 + random.Next(4), random.Next(3));
        return new BookShape
        {
            Readers = 1 + random.Next(6),
            TokensPerConnection = 2 + random.Next(12),
            FramesPerSecond = random.Chance(0.7) ? 1_000 : random.LogUniform(4, 40),
            FaultsPerMinute = random.Chance(0.9) ? random.LogUniform(0.3, 6) : 0,
            Sessions = new SessionRules { OutboxBytes = (32 + random.Next(200)) << 10 },
            Venues = new WorldSettings
            {
                Seed = seed,
                Rate = random.LogUniform(1, 6),
                Wallets = 6,
                Markets = lasting + windows,
                BusyMarkets = 1,
                WindowMarkets = windows,
                Window = random.Seconds(40, 200),
                BookRate = random.LogUniform(0.5, 4),
                UsMarkets = 0,
                History = 1_000,
            },
        };
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Readers} readers of {Venues.Markets} markets, {Venues.BookRate:0.0} changes a second, {TokensPerConnection} tokens and {FramesPerSecond:0} frames a second on a connection, outbox {Sessions.OutboxBytes}, {FaultsPerMinute:0.0} faults a minute");
}
