using System.CommandLine;
using Oddswire.Simulator;
using Oddswire.Simulator.Venues.PolymarketUs;

namespace Oddswire.Host.CommandLine;

/// <summary>Runs the stand-in venues alone, for people who write clients and for a gateway in another process.</summary>
internal static class SimulateVerb
{
    public static Verb Create(Terminal terminal)
    {
        var verb = new Verb("simulate", "Run the stand-in venues alone, on one port: RTDS, Polygon, Gamma, Dome, the CLOB, Polymarket US.",
            "oddswire simulate", "oddswire simulate --venue us", "oddswire simulate --set simulator.port=8099 --set simulator.rate=1000 --set simulator.seed=7",
            "oddswire simulate --venue us --set simulator.us.heartbeat=1s --set simulator.us.legacy_payloads=true",
            "oddswire run --set simulator.enabled=false        the gateway beside it, in another terminal");
        var settings = new SettingsOptions();
        settings.AddTo(verb);
        var venues = new Option<string[]>("--venue") { HelpName = "VENUE", Description = $"Only this one: {string.Join(", ", SimulatorSettings.Families)}. May be repeated.", DefaultValueFactory = static _ => [] };
        venues.AcceptOnlyFromAmong([.. SimulatorSettings.Families]);
        verb.Options.Add(venues);
        verb.Does(async (line, stop) =>
        {
            var simulator = settings.Load(line, terminal).Values.Simulator.Settings with { Venues = line.GetValue(venues)! };
            await using var server = await StandIns.Start(simulator, terminal.Time, stop);
            foreach (var (venue, address) in Addresses(server.Url.Authority))
                if (simulator.Serves(venue)) await terminal.Out.WriteLineAsync($"{venue.Split('-')[0],-8} {address}");
            await terminal.Out.WriteLineAsync($"""
                control  http://{server.Url.Authority}/sim
                ready    seed {simulator.World.Seed}, {simulator.World.Rate} fills a second; Ctrl-C stops
                """);
            await Task.Delay(Timeout.InfiniteTimeSpan, terminal.Time, stop);
            return ExitCode.Done;
        });
        return verb;
    }

    private static (string Venue, string Address)[] Addresses(string authority) =>
    [
        ("rtds", $"ws://{authority}/rtds"),
        ("polygon", $"ws://{authority}/polygon"),
        ("gamma", $"http://{authority}/gamma"),
        ("dome", $"ws://{authority}/dome/demo-dev"),
        ("clob-market", $"ws://{authority}/clob-market"),
        ("clob-user", $"ws://{authority}/clob-user"),
        ("us-markets", $"ws://{authority}/v1/ws/markets (SDKs: http://{authority}), key id demo-us, secret {UsKey.DemoSecret}"),
        ("us-private", $"ws://{authority}/v1/ws/private, the same key"),
    ];
}
