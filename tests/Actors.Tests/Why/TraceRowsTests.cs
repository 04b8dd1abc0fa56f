using System.Collections.Immutable;
using Oddswire.Actors.Why;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;
using Xunit;

namespace Oddswire.Actors.Tests.Why;

public sealed class TraceRowsTests
{
    /// <summary>Beside a plain list, whatever is told, told again and taken: offsets that go on, that go back, and many sources.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 7)]
    [InlineData(3, 300)]
    [InlineData(4, 1_000)]
    public void The_newest_of_what_was_told_are_here_as_they_were_told(int seed, int most)
    {
        var random = new Random(seed);
        var rows = new TraceRows(most);
        var plain = new List<FillTrace>();
        var next = 1L;
        for (var step = 0; step < 30_000; step++)
        {
            var told = Told(random, random.Next(4) == 0 ? Math.Max(1, next - random.Next(2 * most)) : next++);
            var known = plain.FindIndex(fill => fill.Offset == told.Offset);
            Assert.Equal(known >= 0 || plain.Count < most, rows.Add(told));
            if (known >= 0)
                plain[known] = plain[known] with { Order = told.Order ?? plain[known].Order, Marks = [.. plain[known].Marks, .. told.Marks] };
            else
                plain.Add(told);
            if (plain.Count > most)
                plain.RemoveAt(0);
            for (var taken = random.Next(8) == 0 ? random.Next(2 * most) : 0; taken > 0 && plain.Count > 0; taken--)
            {
                Assert.Equal((plain[0].Offset, plain[0].Offset), (rows.Oldest, plain[0].Offset));
                Assert.Equal(plain[0], rows.TakeOldest());
                plain.RemoveAt(0);
            }
            Assert.Equal((plain.Count, plain.Count == 0 ? null : plain[0].Offset), (rows.Count, rows.Oldest));
            Assert.Equal(plain.Find(fill => fill.Offset == told.Offset).Marks, rows.MarksOf(told.Offset) ?? []);
            if (step % 1_000 == 0)
                Assert.Equal(plain.Select(static fill => (FillMarks?)fill.Marks), plain.Select(fill => rows.MarksOf(fill.Offset)));
        }
    }

    private static FillTrace Told(Random random, long offset)
    {
        var marks = Enumerable.Range(0, random.Next(4)).Select(_ => new FillMark((MarkKind)random.Next(6), random.Next(3) == 0 ? "" : $"rtds/{random.Next(40)}", random.Next()));
        return new FillTrace(offset, Made.Tx((int)offset), random.Next(3) == 0 ? new OrderHash(Made.Tx(random.Next(9)).Value) : null, [.. marks]);
    }
}
