using System.Collections.Immutable;
using System.Globalization;
using Oddswire.Messages.Why;

namespace Oddswire.Host.Storage;

// The marks of a fill as both stores keep them: one line each, a letter, unix milliseconds and who told of it. More lines are added behind.
internal static class MarkText
{
    private const string Letters = "RLNACX";

    public static string Of(ImmutableArray<FillMark> marks) => string.Join('\n', marks.Select(static mark =>
        string.Create(CultureInfo.InvariantCulture, $"{Letters[(int)mark.Kind]}{mark.At} {mark.Source}")));

    public static ImmutableArray<FillMark> Read(string text)
    {
        var marks = ImmutableArray.CreateBuilder<FillMark>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var kind = Letters.IndexOf(line[0], StringComparison.Ordinal);
            if (kind < 0 || space < 0 || !long.TryParse(line.AsSpan(1, space - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var at))
                throw new StoreUnavailableException("what is stored of a fill's way cannot be read");
            marks.Add(new FillMark((MarkKind)kind, line[(space + 1)..], at));
        }
        return marks.DrainToImmutable();
    }

    // As an index takes it: a part of the hash that tells fills apart well enough.
    public static long Key(Messages.Values.Bytes32 hash) => unchecked((long)hash.A);
}
