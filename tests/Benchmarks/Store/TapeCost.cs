using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Actors.Tape;
using Oddswire.Benchmarks.Measuring;
using Oddswire.Benchmarks.Stages;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;

namespace Oddswire.Benchmarks.Store;

/// <summary>
/// What a fill on the tape costs in CPU, all threads of the process: beside SQLite itself, which is given the same bytes and nothing else to
/// do, and beside a tape in memory. Wallets and markets come as on a venue: a few make most of it. The tapes take turns and grow.
/// </summary>
internal sealed class TapeCost(int fills, int rounds)
{
    private const int InCommit = 128;
    private const int Wallets = 20_000;
    private const int Markets = 2_000;

    private static readonly ImmutableArray<MarketText> Texts =
        [.. Enumerable.Range(0, Markets).Select(static n => Fills.Sample.Market with { Condition = new ConditionId(new Bytes32(Mixed(n), 1, 1, 1)), Slug = $"highest-temperature-in-wellington-on-august-19-2026-{n}c" })];

    private readonly ReadOnlyMemory<byte> _data = Fills.Encoded();

    internal async Task<IEnumerable<Row>> Measure()
    {
        await using var sqlite = await BenchStore.Sqlite();
        using var bare = new BareInserts();
        var memory = new MemoryTape();
        (string Name, Func<ImmutableArray<TapeEntry>, Task> Commit)[] all =
        [
            ("memory", async entries => await memory.Commit(new(entries, [], [], null, null))),
            ("bare", entries =>
            {
                bare.Commit(entries);
                return Task.CompletedTask;
            }),
            ("tape", async entries => await sqlite.Tape.Commit(new(entries, [], [], null, null))),
            ("traces", async entries => await sqlite.Traces.Keep(new([.. entries.Select(Trace)], [], 0))),
        ];
        var spent = all.ToDictionary(static one => one.Name, static _ => new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var (name, commit) in all)
            {
                GC.Collect();
                var before = Environment.CpuUsage.TotalTime;
                for (var first = 1; first <= fills; first += InCommit)
                    await commit([.. Enumerable.Range((round * fills) + first, Math.Min(InCommit, fills + 1 - first)).Select(Entry)]);
                if (round > 0)
                    spent[name].Add((Environment.CpuUsage.TotalTime - before).TotalMicroseconds / fills);
            }
        }
        var (without, floor, tape, traces) = (new Series(spent["memory"]), new Series(spent["bare"]), new Series(spent["tape"]), new Series(spent["traces"]));
        var more = tape.Median - without.Median;
        return
        [
            new Row("CPU of a fill that SQLite is given and nothing else", $"{Row.Spread(floor)} µs") { Yardstick = $"{Row.Spread(without)} µs" },
            new Row("CPU of a fill on the SQLite tape", $"{Row.Spread(tape)} µs")
            {
                Yardstick = $"{Row.Spread(without)} µs", Ratio = $"+{more:0.00} µs", Target = "<= +6 µs", Passed = more <= 6,
            },
            new Row("CPU of a fill's trace", $"{Row.Spread(traces)} µs") { Yardstick = $"{Row.Spread(without)} µs" },
        ];
    }

    private static FillTrace Trace(TapeEntry entry) => new(
        entry.Position!.Value.Offset, entry.Fill.Tx, entry.Fill.Order,
        [new FillMark(MarkKind.Log, "polygon/2", 1_800_000_000_000 + entry.Position.Value.Offset), new FillMark(MarkKind.Numbered, "", 1_800_000_000_000 + entry.Position.Value.Offset)]);

    private TapeEntry Entry(int n)
    {
        var (wallet, market) = (Skewed(Mixed(n), Wallets), Skewed(Mixed(~n), Markets));
        return new TapeEntry(EntryKind.Fill, new Position(1, n), Fills.Sample with
        {
            User = new WalletId(Mixed(wallet), 1, 1),
            Token = new TokenId(new Bytes32(Mixed(market), 2, 3, 4)),
            Market = Texts[market],
            Tx = new TxHash(new Bytes32(Mixed(n), 2, 3, 4)),
            Order = new OrderHash(new Bytes32(Mixed(n + 1), 2, 3, 4)),
            Timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
        }, Late: false, _data);
    }

    /// <summary>Half of all is of a hundredth of them.</summary>
    private static int Skewed(ulong random, int of) => (random & 1) == 0 ? (int)((random >> 8) % (ulong)(of / 100)) : (int)((random >> 8) % (ulong)of);

    /// <summary>As far apart as hashes are, and the same in each run.</summary>
    private static ulong Mixed(int n)
    {
        var mixed = (ulong)(uint)n * 0x9E3779B97F4A7C15UL;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
        return mixed ^ (mixed >> 31);
    }
}
