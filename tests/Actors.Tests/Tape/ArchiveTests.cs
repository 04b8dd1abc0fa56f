using Oddswire.Actors.Tape;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Xunit;

namespace Oddswire.Actors.Tests.Tape;

public sealed class ArchiveTests
{
    private static readonly SourceId Chain = new("polygon", 1);
    private static readonly SourceId Rtds = new("rtds", 1);
    private static readonly Teller Trades = new(Rtds, 1, "trades");

    [Fact]
    public void What_is_taken_out_is_what_was_put_in()
    {
        var archive = new Archive(20_000);
        var groups = Enumerable.Range(1, 3_000).Select(Group).ToList();
        foreach (var group in groups)
            Assert.True(archive.TryKeep(group));
        foreach (var group in groups)
        {
            archive.Touch(group.Tx);
            var taken = archive.Take(group.Tx)!;
            Assert.Equal((group.Tx, group.Settled), (taken.Tx, taken.Settled));
            Assert.Equal(group.Slots.Select(static slot => (slot.Fill, slot.Settled, slot.IsSettled)), taken.Slots.Select(static slot => (slot.Fill, slot.Settled, slot.IsSettled)));
            Assert.All(taken.Slots, slot => Assert.Same(taken, slot.Group));
            Assert.All(taken.Slots.Zip(group.Slots), static pair => Assert.Same(pair.Second.Fill.Market, pair.First.Fill.Market));
            Assert.Equal(taken.Slots.Length + 1, taken.CountRow(Trades, taken.Slots[0].Fill));
            Assert.Null(archive.Take(group.Tx));
        }
        Assert.Equal(0, archive.Count);
    }

    /// <summary>Beside a plain list: whatever is put in and taken out, the newest stay and the oldest go.</summary>
    [Theory]
    [InlineData(1, 50)]
    [InlineData(2, 900)]
    [InlineData(3, 3_000)]
    public void The_oldest_is_forgotten_and_nothing_else(int seed, int most)
    {
        var random = new Random(seed);
        var archive = new Archive(most);
        var kept = new List<int>();
        for (var step = 0; step < 20_000; step++)
        {
            var n = random.Next(1, most * 2);
            var taken = archive.Take(Made.Tx(n));
            Assert.Equal(kept.Remove(n), taken is not null);
            if (random.Next(3) == 0)
                continue;
            archive.TryKeep(taken ?? Group(n));
            kept.Add(n);
            while (kept.Count > archive.Count)
                kept.RemoveAt(0);
            Assert.True(archive.Count <= most);
        }
        Assert.Equal(kept.Order(), Enumerable.Range(1, most * 2).Where(n => archive.Take(Made.Tx(n)) is not null));
    }

    [Fact]
    public void A_transaction_that_is_larger_than_the_ring_is_not_put_away()
    {
        var group = Group(1);
        while (group.Slots.Length < 1_024)
            group.Add(group.Slots[0]);
        Assert.True(new Archive(10).TryKeep(group));
        group.Add(group.Slots[0]);
        Assert.False(new Archive(10).TryKeep(group));
    }

    private static TxGroup Group(int n)
    {
        var group = new TxGroup(Made.Tx(n)) { Block = n % 2 == 0 ? n : null, FetchAsked = n % 5 == 0 };
        for (var at = 0; at <= n % 4; at++)
        {
            var fill = (at % 2 == 0 ? Made.Log(n, at) : Made.Row(n, at)) with { Market = n % 6 == 0 ? MarketText.Unknown : Made.Market with { EventSlug = $"event-{n % 4}" }, Timestamp = n };
            group.Add(new Slot(group, fill) { State = SlotState.Released, IsNamed = true, IsAppended = true, Offset = (n * 10) + at, Removed = n % 7 == 0, BlockHash = n % 3 == 0 ? Made.Tx(at).Value : null });
            group.Slots[^1].IsNewTo(n % 30);
            group.CountRow(Trades, group.Slots[0].Fill);
        }
        return group;
    }

    /// <summary>Two mergers are told the same, for thousands of steps; one puts away what nobody is busy with, the other does not.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Whether_a_transaction_was_put_away_makes_no_difference(int seed, bool hasChain)
    {
        var random = new Random(seed);
        var (plain, tidy) = (new Story(hasChain, letsGo: false), new Story(hasChain, letsGo: true));
        var putAway = 0;
        for (var step = 0; step < 2_000; step++)
        {
            var what = Something(random, step / 200);
            var advance = random.Next(3) == 0 ? random.Next(8_000) : 0;
            var sweep = hasChain && random.Next(12) == 0 ? random.Next(1, 40) : (int?)null;
            plain.Step(what, advance, sweep);
            tidy.Step(what, advance, sweep);
            putAway += tidy.PutAway;
        }
        Assert.Equal(plain.Told, tidy.Told);
        Assert.Contains(plain.Told, static line => line.StartsWith("Removed", StringComparison.Ordinal));
        Assert.True(putAway > 1_000);
    }

    public static TheoryData<int, bool> Seeds() => [.. Enumerable.Range(1, 40).Select(static seed => (seed, seed % 2 == 0))];

    private static (SourceId, Observation) Something(Random random, int age)
    {
        var (tx, index) = ((age * 8) + random.Next(1, 12), random.Next(3));
        var fill = Made.Log(tx, index, user: random.Next(1, 3)) with { Block = 100 + (age * 20) + random.Next(3) };
        return random.Next(6) switch
        {
            0 => (Chain, new Observation.LogRemoved(fill.Tx, index, fill.Block!.Value)),
            <= 2 => (Chain, new Observation.Log(fill, random.Next(2) == 0 ? Made.Tx(random.Next(2)).Value : null)),
            _ => (Rtds, new Observation.Row(fill with { Block = null, LogIndex = null, Order = null, Taker = null }, random.Next(2) == 0 ? "trades" : "matches")),
        };
    }

    private sealed class Story(bool hasChain, bool letsGo)
    {
        private readonly Merger _merger = new(new TapeRules { HasChain = hasChain }) { ChainIsUp = hasChain };
        private readonly Decisions _to = new();
        private long _now = 1_000;
        private long _offset;
        private long _swept = 99;

        internal List<string> Told { get; } = [];
        internal int PutAway => _merger.PutAway;

        internal void Step((SourceId Source, Observation What) told, int advance, int? sweep)
        {
            _now += advance;
            var now = new Moment(_now, _now);
            if (advance > 7_900)
                _merger.Up(Rtds);
            _merger.Observe(told.Source, told.What, now, _to);
            _merger.Due(_now, _to);
            if (sweep is { } blocks)
                _merger.Swept(_swept - 2, _swept += blocks, _now, _to);
            Commit();
        }

        /// <summary>As the tape does it: what is released is stored, and then nobody has it in hand.</summary>
        private void Commit()
        {
            foreach (var slot in _to.Released)
            {
                slot.Offset = ++_offset;
                (slot.IsNamed, slot.IsAppended) = (true, true);
                Told.Add($"Fill {slot.Offset} {slot.Fill}");
                slot.TakeTrace();
            }
            foreach (var (kind, slot) in _to.Changed)
                Told.Add($"{kind} {slot.Offset} {slot.Fill}");
            foreach (var slot in _to.Released.Concat(_to.Changed.Select(static change => change.Slot)).Concat(_to.Marked).ToList())
            {
                slot.TakeTrace();
                _to.LetGo.Add(slot);
            }
            foreach (var slot in letsGo ? _to.LetGo : [])
                _merger.LetGo(slot);
            Told.AddRange(_to.Fetch.Select(static tx => $"fetch {tx}"));
            _to.Clear();
        }
    }
}
