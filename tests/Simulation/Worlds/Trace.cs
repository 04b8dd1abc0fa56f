using System.Diagnostics.CodeAnalysis;

namespace Oddswire.Simulation.Worlds;

/// <summary>What two runs of a seed are compared by, and, when somebody wants to read it, the story itself.</summary>
internal sealed class Trace(TextWriter? to)
{
    internal ulong Hash { get; private set; } = 14695981039346656037;

    [MemberNotNullWhen(true, nameof(To))]
    internal bool IsRead => To is not null;

    private TextWriter? To { get; } = to;

    internal void Note(ulong what) => Hash = (Hash ^ what) * 1099511628211;

    internal void Line(TimeSpan at, string text)
    {
        if (IsRead)
            To.WriteLine($@"{at:hh\:mm\:ss\.fff}  {text}");
    }
}
