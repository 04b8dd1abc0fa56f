using System.Collections.Immutable;

namespace Oddswire.Simulator.World;

// The blocks and what is in them, newest part only. Numbers follow the time, so that a simulator that starts again goes
// on above its earlier blocks, and a gateway that stored its last swept block finds it below the head.
public sealed class Chain
{
    private const long NumberOffset = 800_000_000;
    private const int BlocksKept = 65_536; // a day and a half, as public nodes keep

    private readonly int _fillsKept;
    private readonly Random _random;
    private readonly History<Block> _blocks;
    private readonly Dictionary<Word, Settlement> _transactions = [];
    private int _fillsInBlocks;

    internal Chain(WorldSettings settings, DateTimeOffset start)
    {
        _fillsKept = settings.History;
        // Also from the start: two runs of one seed must not make the same transactions at different times.
        _random = Seeds.Fork(settings.Seed, $"chain {start.UtcTicks}");
        Fills = new History<Fill>(settings.History, first: 1);
        var number = NumberAt(start);
        _blocks = new History<Block>(BlocksKept, number);
        Start = number;
        _blocks.Add(new Block(number, Word.Draw(_random), Word.Draw(_random), TimeOf(number)));
    }

    public long Start { get; }

    public Block Head => _blocks[_blocks.Next - 1]!;

    public long FirstKept => _blocks.First;

    // Removed ones stay in it.
    public History<Fill> Fills { get; }

    public Block? this[long number] => _blocks[number];

    public Settlement? Transaction(Word hash) => _transactions.GetValueOrDefault(hash);

    // Newest first: nobody asks for an old block by its hash.
    public Block? BlockOf(Word hash)
    {
        for (var number = Head.Number; number >= FirstKept; number--)
            if (_blocks[number]!.Hash == hash) return _blocks[number];
        return null;
    }

    public static DateTimeOffset TimeOf(long number) =>
        DateTimeOffset.FromUnixTimeSeconds((number + NumberOffset) * (long)Block.Interval.TotalSeconds);

    private static long NumberAt(DateTimeOffset time) => (time.ToUnixTimeSeconds() / (long)Block.Interval.TotalSeconds) - NumberOffset;

    internal Block Mine(IEnumerable<Match> matches)
    {
        var number = _blocks.Next;
        var block = new Block(number, Word.Draw(_random), Head.Hash, TimeOf(number));
        if (_blocks.Add(block) is { } left) Forget(left);
        var settlements = ImmutableArray.CreateBuilder<Settlement>();
        var logIndex = 0;
        foreach (var match in matches) settlements.Add(Settle(match, block, settlements.Count, ref logIndex));
        block.Settlements = settlements.ToImmutable();
        while (_fillsInBlocks > _fillsKept && _blocks.Count > 1) Forget(_blocks.DropOldest());
        return block;
    }

    // Takes the newest blocks off, newest first; never the first one of this run.
    internal ImmutableArray<Block> Unwind(int blocks)
    {
        var removed = ImmutableArray.CreateBuilder<Block>();
        while (removed.Count < blocks && _blocks.Count > 1)
        {
            var block = _blocks.DropNewest();
            foreach (var settlement in block.Settlements) settlement.Removed = true;
            Forget(block);
            removed.Add(block);
        }
        return removed.ToImmutable();
    }

    private Settlement Settle(Match match, Block block, int transactionIndex, ref int logIndex)
    {
        var settlement = new Settlement(match, block, transactionIndex);
        var logs = ImmutableArray.CreateBuilder<ChainLog>(match.Fills + 2);
        foreach (var maker in match.Makers) logs.Add(Filled(maker, ref logIndex));
        var charged = match.Taker.Fee > 0 && match.Market.Plan.Exchange.Form == LogForm.V2;
        if (charged) logs.Add(new ChainLog(NextIndex(ref logIndex), LogKind.FeeCharged, Fill: null));
        logs.Add(Filled(match.Taker, ref logIndex));
        logs.Add(new ChainLog(NextIndex(ref logIndex), LogKind.OrdersMatched, Fill: null));
        settlement.Logs = logs.DrainToImmutable();
        _transactions[match.TransactionHash] = settlement;
        _fillsInBlocks += match.Fills;
        return settlement;

        ChainLog Filled(Execution execution, ref int index)
        {
            var fill = new Fill(Fills.Next, settlement, execution, NextIndex(ref index));
            Fills.Add(fill);
            return new ChainLog(fill.LogIndex, LogKind.OrderFilled, fill);
        }
    }

    // The logs in between are the tokens' own transfers, which nobody here asks for.
    private int NextIndex(ref int logIndex) => logIndex += _random.Next(1, 5);

    private void Forget(Block block)
    {
        foreach (var settlement in block.Settlements)
        {
            _fillsInBlocks -= settlement.Match.Fills;
            if (_transactions.TryGetValue(settlement.Match.TransactionHash, out var known) && known == settlement)
                _transactions.Remove(settlement.Match.TransactionHash);
        }
    }
}
