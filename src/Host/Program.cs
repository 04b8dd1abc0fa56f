using Oddswire.Host.CommandLine;

namespace Oddswire.Host;

public static class Program
{
    public static async Task<int> Main(string[] args)
    {
        using var signals = new StopSignals();
        return (int)await Run(args, Terminal.OfProcess(), signals.Stop);
    }

    internal static Task<ExitCode> Run(string[] args, Terminal terminal, CancellationToken stop)
    {
        var program = new Verb("oddswire", "A real-time gateway for prediction markets. Without a verb: the demo, simulator included.",
            "oddswire", "oddswire --set http.port=9000", "oddswire run --config hocon/live.conf", "oddswire watch --wallet '*'", "oddswire keys add desk --tier dev")
        {
            RunVerb.Create(terminal),
            SimulateVerb.Create(terminal),
            KeysVerb.Create(terminal),
            FeedsVerb.Create(terminal),
            AuditVerb.Create(terminal),
            WhyVerb.Create(terminal),
            JournalVerb.Create(terminal),
            WatchVerb.Create(terminal),
            ConfigVerb.Create(terminal),
        };
        RunVerb.Complete(program, terminal, view: true);
        return Invocation.Run(program, args, terminal, stop);
    }
}
