using System.Buffers;
using System.Globalization;
using System.Text;
using Oddswire.Messages.Why;

namespace Oddswire.Host.Storage;

// The marks of a fill as both stores keep them: one line each, a letter, unix milliseconds and who told of it. More lines are added behind. None
// has a zero in it.
internal static class MarkText
{
    private const string Letters = "RLNACX";

    public static string Of(FillMarks marks)
    {
        var utf8 = new ArrayBufferWriter<byte>();
        Write(marks, utf8);
        return Encoding.UTF8.GetString(utf8.WrittenSpan);
    }

    public static void Write(FillMarks marks, IBufferWriter<byte> to)
    {
        for (var i = 0; i < marks.Count; i++)
        {
            var mark = marks[i];
            var line = to.GetSpan(32);
            var written = 0;
            if (i > 0) line[written++] = (byte)'\n';
            line[written++] = (byte)Letters[(int)mark.Kind];
            mark.At.TryFormat(line[written..], out var digits, provider: CultureInfo.InvariantCulture);
            written += digits;
            line[written++] = (byte)' ';
            to.Advance(written);
            Encoding.UTF8.GetBytes(mark.Source, to);
        }
    }

    public static FillMarks Read(ReadOnlySpan<byte> utf8) => Read(Encoding.UTF8.GetString(utf8));

    public static FillMarks Read(string text)
    {
        FillMarks marks = [];
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var kind = Letters.IndexOf(line[0], StringComparison.Ordinal);
            if (kind < 0 || space < 0 || !long.TryParse(line.AsSpan(1, space - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var at))
                throw new StoreUnavailableException("what is stored of a fill's way cannot be read");
            marks = marks.Add(new FillMark((MarkKind)kind, line[(space + 1)..], at));
        }
        return marks;
    }

    // As an index takes it: a part of the hash that tells fills apart well enough.
    public static long Key(Messages.Values.Bytes32 hash) => unchecked((long)hash.A);
}
