using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Ledger;

namespace Oddswire.Actors.Ledger;

/// <summary>The ends of the streams that have grown since they were last on record.</summary>
internal sealed class HeadBook(IChangedStreams changed)
{
    private const int MostInOneEntry = 1_000;

    private readonly SortedDictionary<string, StreamHead> _heads = new(StringComparer.Ordinal);

    internal IEnumerable<ImmutableArray<StreamHead>> Take()
    {
        Look();
        var heads = _heads.Values.ToArray();
        _heads.Clear();
        return heads.Chunk(MostInOneEntry).Select(static chunk => chunk.ToImmutableArray());
    }

    /// <summary>The ledger's own, after heads were written to it: it stands for all of them, and is written down elsewhere or nowhere.</summary>
    internal StreamHead? TakeOwn()
    {
        Look();
        return _heads.Remove(LedgerActor.Stream, out var own) ? own : null;
    }

    private void Look()
    {
        foreach (var head in changed.Take())
            _heads[head.Stream] = head;
    }
}
