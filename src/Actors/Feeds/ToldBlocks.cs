using System.Collections.Immutable;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Feeds;

/// <summary>
/// What was told of the newest blocks, under their hashes. A second look that shows another block of the same number shows what a reorg
/// took away and nobody pushed. An answer without any log of a block proves nothing: nodes that lag answer like that.
/// </summary>
internal sealed class ToldBlocks
{
    // More than any second look goes back, and than any reorg of the chain has been deep.
    private const int Most = 64;

    private readonly SortedDictionary<long, Dictionary<Bytes32, HashSet<(TxHash Tx, int LogIndex)>>> _blocks = [];

    internal void Told(ChainFill fill)
    {
        if (fill.BlockHash is not { } hash)
            return;
        if (!_blocks.TryGetValue(fill.Block, out var hashes))
        {
            _blocks.Add(fill.Block, hashes = []);
            if (_blocks.Count > Most)
                _blocks.Remove(_blocks.Keys.First());
        }
        if (!hashes.TryGetValue(hash, out var logs))
            hashes.Add(hash, logs = []);
        logs.Add((fill.Tx, fill.LogIndex));
    }

    /// <summary>What stood in these blocks before and does not any more. Each is told once.</summary>
    internal List<Observation.LogRemoved> Vanished(ImmutableArray<ChainFill> seen)
    {
        List<Observation.LogRemoved> vanished = [];
        foreach (var block in seen.Where(static fill => fill.BlockHash is not null).GroupBy(static fill => fill.Block))
        {
            if (!_blocks.TryGetValue(block.Key, out var hashes) || hashes.Keys.All(hash => hash == block.First().BlockHash))
                continue;
            var stands = block.Select(static fill => (fill.Tx, fill.LogIndex)).ToHashSet();
            foreach (var (hash, logs) in hashes.Where(one => one.Key != block.First().BlockHash).ToArray())
            {
                hashes.Remove(hash);
                vanished.AddRange(logs.Where(log => !stands.Contains(log)).Select(log => new Observation.LogRemoved(log.Tx, log.LogIndex, block.Key, hash)));
            }
        }
        return vanished;
    }
}
