namespace Oddswire.Host.Settings;

/// <summary>'Did you mean': the known name that a mistyped one was probably meant to be.</summary>
internal static class Nearest
{
    // More is asked of nobody's fingers, and the table below stays small.
    private const int LongestName = 100;

    public static string? To(string name, IEnumerable<string> known)
    {
        if (name.Length > LongestName) return null;
        var ranked = known.Distinct().Select(candidate => (Name: candidate, Distance: Distance(name, candidate))).OrderBy(candidate => candidate.Distance).ToList();
        if (ranked is [var best, ..] && best.Distance <= Math.Max(1, name.Length / 3)) return best.Name;
        // The right name in the wrong section.
        var last = name[(name.LastIndexOf('.') + 1)..];
        return ranked.Find(candidate => candidate.Name.EndsWith('.' + last, StringComparison.Ordinal)).Name;
    }

    public static string? Hint(string name, IEnumerable<string> known) => To(name, known) is { } nearest ? $"did you mean `{nearest}`?" : null;

    /// <summary>Insertions, deletions, replacements and swaps of neighbours.</summary>
    private static int Distance(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) table[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) table[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                table[i, j] = Math.Min(Math.Min(table[i - 1, j], table[i, j - 1]) + 1, table[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        }
        return table[a.Length, b.Length];
    }
}
