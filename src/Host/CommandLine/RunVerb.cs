using System.CommandLine;

namespace Oddswire.Host.CommandLine;

/// <summary>Runs the gateway until a signal comes, and gives it five seconds to drain.</summary>
internal static class RunVerb
{
    // Less than five seconds: the process itself has to end within them.
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(4.5);

    public static Verb Create(Terminal terminal)
    {
        var verb = new Verb("run", "Run the gateway and print a line for what happens.",
            "oddswire run", "oddswire run --config hocon/live.conf", "oddswire run --set http.port=9000 --set simulator.rate=500");
        Complete(verb, terminal, view: false);
        return verb;
    }

    /// <summary>The program without a verb does the same, with a live view where there is a terminal.</summary>
    public static void Complete(Verb verb, Terminal terminal, bool view)
    {
        var settings = new SettingsOptions();
        settings.AddTo(verb);
        var acceptLoss = new Option<bool>("--accept-loss") { Description = "Go on with a journal that is shorter than it should be: what is missing stays lost." };
        verb.Options.Add(acceptLoss);
        verb.Does(async (line, stop) =>
        {
            var loaded = settings.Load(line, terminal);
            if (loaded.Values.Simulator is { Enabled: true, Settings.Port: 0 })
                throw new UsageException("simulator.port = 0 leaves the port to the system, and the feeds would not know where to connect; name one: --set simulator.port=8090");
            var running = Gateway.Run(loaded, new GatewayOptions(line.GetValue(acceptLoss), view && terminal.Interactive), terminal, stop);
            if (await EndsInTime(running, terminal.Time, stop)) return ExitCode.Done;
            await terminal.Error.WriteLineAsync("oddswire: not everything could be ended in order within five seconds");
            return ExitCode.Failed;
        });
    }

    internal static async Task<bool> EndsInTime(Task running, TimeProvider time, CancellationToken stop)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (stop.Register(stopped.SetResult)) await Task.WhenAny(running, stopped.Task);
        try
        {
            await running.WaitAsync(Drain, time, CancellationToken.None);
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return true;
        }
        catch (TimeoutException) when (!running.IsCompleted)
        {
            return false;
        }
    }
}
