using System.Diagnostics;
using System.Globalization;

namespace Oddswire.Simulation.Runs;

/// <summary>The seeds that are run twice, and their second run: in a process of its own, where hash codes and addresses are others.</summary>
internal static class Repeats
{
    internal const string Option = "--hashes";
    private const int OneIn = 50;

    private static int[] Of(int from, int seeds)
    {
        var repeated = Enumerable.Range(from, seeds).Where(static seed => seed % OneIn == 0).ToArray();
        return repeated.Length > 0 ? repeated : [from];
    }

    /// <summary>What the other process does.</summary>
    internal static void Print(int from, int seeds, Kind kind)
    {
        foreach (var seed in Of(from, seeds))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seed} {Simulated.Run(seed, kind).Hash}"));
    }

    internal static async Task<IReadOnlyList<(int Seed, ulong Hash)>> InAnotherProcess(int from, int seeds, Kind kind)
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("This process does not know its own program.");
        string[] start = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(Repeats).Assembly.Location] : [];
        var info = new ProcessStartInfo(program, [.. start, Option, "--from", $"{from}", "--seeds", $"{seeds}", "--only", $"{kind}"]) { RedirectStandardOutput = true, UseShellExecute = false };
        using var other = Process.Start(info) ?? throw new InvalidOperationException($"'{program}' did not start.");
        var hashes = new List<(int, ulong)>();
        while (await other.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Split(' ') is [var seed, var hash])
                hashes.Add((int.Parse(seed, CultureInfo.InvariantCulture), ulong.Parse(hash, CultureInfo.InvariantCulture)));
        }
        await other.WaitForExitAsync();
        return other.ExitCode == 0 ? hashes : throw new InvalidOperationException($"The second run ended with exit code {other.ExitCode}.");
    }
}
