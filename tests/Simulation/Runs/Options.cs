using System.Globalization;

namespace Oddswire.Simulation.Runs;

/// <summary>What the command line asks for.</summary>
internal sealed record Options
{
    internal int From { get; private init; } = 1;
    internal int Seeds { get; private init; } = 500;
    internal int? Seed { get; private init; }
    internal bool Trace { get; private init; }
    internal Kind Kind { get; private init; }
    internal bool PlantedOnly { get; private init; }
    internal bool HashesOnly { get; private init; }

    /// <summary>Null: it asks for something that there is not.</summary>
    internal static Options? Parse(string[] args)
    {
        Options? options = new();
        for (var i = 0; i < args.Length && options is not null; i++)
        {
            options = args[i] switch
            {
                "--from" when Number(args, ++i) is { } from => options with { From = from },
                "--seeds" when Number(args, ++i) is { } seeds => options with { Seeds = seeds },
                "--seed" when Number(args, ++i) is { } seed => options with { Seed = seed },
                "--trace" => options with { Trace = true },
                "--only" when ++i < args.Length && Enum.TryParse<Kind>(args[i], ignoreCase: true, out var kind) => options with { Kind = kind },
                "--planted" => options with { PlantedOnly = true },
                Repeats.Option => options with { HashesOnly = true },
                _ => null,
            };
        }
        return options;
    }

    private static int? Number(string[] args, int at) =>
        at < args.Length && int.TryParse(args[at], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
