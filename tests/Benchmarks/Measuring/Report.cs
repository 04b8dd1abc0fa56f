using System.Text.Json;

namespace Oddswire.Benchmarks.Measuring;

/// <summary>The rows for a reader, or one object per line for a program.</summary>
internal static class Report
{
    internal static void Table(IReadOnlyList<Row> rows)
    {
        string[][] lines =
        [
            ["what", "measured (min-max)", "yardstick (min-max)", "ratio (min-max)", "CPU ns each", "B each", "target", "verdict"],
            .. rows.Select(static row => new[] { row.What, row.Measured, row.Yardstick, row.Ratio, row.CpuEach, row.BytesEach, row.Target, row.Verdict }),
        ];
        var widths = Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length)).ToArray();
        Console.WriteLine(Machine.Describe());
        Console.WriteLine("Medians of alternated rounds; a ratio is the median of the ratios round by round.");
        Console.WriteLine();
        foreach (var line in lines)
            Console.WriteLine(string.Join("  ", line.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    internal static void Json(string suite, IReadOnlyList<Row> rows, TextWriter to)
    {
        to.WriteLine(JsonSerializer.Serialize(new { suite, machine = Machine.Describe() }, JsonSerializerOptions.Web));
        foreach (var row in rows)
            to.WriteLine(JsonSerializer.Serialize(row, JsonSerializerOptions.Web));
    }
}
