using System.Collections;

namespace Oddswire.Host.CommandLine;

/// <summary>What a verb may see of the process that it runs in. Tests give it another.</summary>
public sealed record Terminal(
    TextWriter Out, TextWriter Error, bool Interactive, string WorkingDirectory, string ProgramDirectory, IReadOnlyDictionary<string, string> Environment, TimeProvider Time)
{
    public static Terminal OfProcess() => new(
        Console.Out,
        Console.Error,
        Interactive: !Console.IsOutputRedirected,
        Directory.GetCurrentDirectory(),
        AppContext.BaseDirectory,
        System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? ""),
        TimeProvider.System);
}
