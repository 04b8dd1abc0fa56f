using Oddswire.Host.CommandLine;
using Spectre.Console;

namespace Oddswire.Host.Operations;

/// <summary>What the program shows of itself: lines, or below the first of them a screen. Whoever looks at it must not end it.</summary>
internal static class View
{
    /// <param name="screen">Where log lines are kept for the screen; null: no screen.</param>
    internal static async Task Run(Greeting greeting, Pulses pulses, LogTail? screen, Terminal terminal, CancellationToken stop)
    {
        try
        {
            foreach (var line in greeting.Lines)
                await terminal.Out.WriteLineAsync(line);
            await terminal.Out.FlushAsync(stop);
            if (screen is null)
                await Lines.Run(pulses.Read(stop), terminal.Out, stop);
            else
                await new Screen(screen, AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Out) })).Run(pulses.Read(stop), stop);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The terminal is gone, or the gateway stops.
        }
    }
}
