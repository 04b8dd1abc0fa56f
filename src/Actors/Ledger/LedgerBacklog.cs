using System.Collections.Immutable;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Values;
using Oddswire.Runtime;

namespace Oddswire.Actors.Ledger;

/// <summary>
/// What the journal has not taken yet, in order; it outlives the actors. Bounded: what does not fit while the journal is away is counted,
/// and the count is on record when it is back.
/// </summary>
public sealed class LedgerBacklog
{
    private const int Most = 20_000;
    private const long MostBytes = 32 << 20;
    private const int MostInOneCommit = 500;

    private readonly Queue<LedgerEvent> _waiting = [];
    private readonly Dictionary<GapId, ActorRef<GapId>> _asked = [];
    private long _bytes;
    private long _dropped;

    /// <summary>What is being written, and the sequence that the ledger had before: so a commit whose answer got lost is known again.</summary>
    internal (ImmutableArray<LedgerEvent> Events, long After) Writing { get; private set; } = ([], 0);

    /// <summary>As the record was when this run began; null until it is read.</summary>
    internal LedgerState? Former { get; set; }

    /// <summary>Who waits for that.</summary>
    internal List<LedgerMessage.GetFormerRun> Curious { get; } = [];

    /// <summary>Who waits for a gap to be on record.</summary>
    internal void Asked(GapId gap, ActorRef<GapId> replyTo) => _asked[gap] = replyTo;

    internal ActorRef<GapId>? Answered(GapId gap) => _asked.Remove(gap, out var replyTo) ? replyTo : null;

    internal bool IsEmpty => _waiting.Count == 0 && Writing.Events.IsEmpty;

    internal void Add(LedgerEvent e)
    {
        var size = SizeOf(e);
        // A gap is state as much as record; there are few, and none may be missing.
        if (e is not LedgerEvent.GapChanged && (_waiting.Count >= Most || _bytes + size > MostBytes))
        {
            _dropped++;
            return;
        }
        _bytes += size;
        _waiting.Enqueue(e);
    }

    /// <summary>What is to be written next, behind this sequence; empty: nothing.</summary>
    internal ImmutableArray<LedgerEvent> Next(long after, long now)
    {
        var next = ImmutableArray.CreateBuilder<LedgerEvent>();
        while (next.Count < MostInOneCommit && _waiting.TryDequeue(out var e))
        {
            _bytes -= SizeOf(e);
            next.Add(e);
        }
        if (_dropped > 0 && _waiting.Count == 0)
        {
            next.Add(new LedgerEvent.Dropped(now, _dropped));
            _dropped = 0;
        }
        Writing = (next.DrainToImmutable(), after);
        return Writing.Events;
    }

    internal ImmutableArray<LedgerEvent> Written()
    {
        var events = Writing.Events;
        Writing = ([], 0);
        return events;
    }

    private static long SizeOf(LedgerEvent e) => 200 + (e is LedgerEvent.Acted acted ? acted.Command.Length : 0);
}
