namespace Oddswire.Host.CommandLine;

/// <summary>Runs the stand-in venues alone, for people who write clients and for a gateway in another process.</summary>
internal static class SimulateVerb
{
    public static Verb Create(Terminal terminal)
    {
        var verb = new Verb("simulate", "Run the stand-in venues alone: RTDS, Polygon, Gamma and Dome on one port.",
            "oddswire simulate", "oddswire simulate --set simulator.port=8099 --set simulator.rate=1000 --set simulator.seed=7",
            "oddswire run --set simulator.enabled=false        the gateway beside it, in another terminal");
        var settings = new SettingsOptions();
        settings.AddTo(verb);
        verb.Does(async (line, stop) =>
        {
            var simulator = settings.Load(line, terminal).Values.Simulator.Settings;
            await using var server = await StandIns.Start(simulator, terminal.Time, stop);
            var address = server.Url.Authority;
            await terminal.Out.WriteLineAsync($"""
                rtds     ws://{address}/rtds
                polygon  ws://{address}/polygon
                gamma    http://{address}/gamma
                dome     ws://{address}/dome/demo-dev
                control  http://{address}/sim
                ready    seed {simulator.World.Seed}, {simulator.World.Rate} fills a second; Ctrl-C stops
                """);
            await Task.Delay(Timeout.InfiniteTimeSpan, terminal.Time, stop);
            return ExitCode.Done;
        });
        return verb;
    }
}
