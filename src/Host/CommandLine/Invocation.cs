using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace Oddswire.Host.CommandLine;

/// <summary>From arguments to exit code: whatever happens, the user reads one plain sentence on stderr, never a stack.</summary>
internal static class Invocation
{
    public static async Task<ExitCode> Run(Verb program, string[] args, Terminal terminal, CancellationToken stop)
    {
        program.Options.Add(new VersionOption { Description = "Show the version.", Action = new Version() });
        // No @file: an argument is what it looks like.
        var line = program.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (Usage.Faults(line).ToList() is { Count: > 0 } faults)
        {
            foreach (var fault in faults) await Complain(terminal, fault);
            await Complain(terminal, Usage.Help(line));
            return ExitCode.WrongUsage;
        }
        try
        {
            return (ExitCode)await line.InvokeAsync(new InvocationConfiguration
            {
                Output = terminal.Out,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // it would kill the process in mid-drain: StopSignals listens instead
            }, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
#pragma warning disable CA1031 // The last catch of the program: what nobody expected still ends with a sentence and a code.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            foreach (var sentence in failure.Message.Split('\n')) await Complain(terminal, sentence);
            return ExitCodes.For(failure);
        }
    }

    private static Task Complain(Terminal terminal, string sentence) => terminal.Error.WriteLineAsync("oddswire: " + sentence);

    private sealed class Version : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var version = typeof(Version).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
            parseResult.InvocationConfiguration.Output.WriteLine($"oddswire {version}");
            return (int)ExitCode.Done;
        }
    }
}
