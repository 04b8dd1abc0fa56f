using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Runtime;

namespace Oddswire.Actors.Routing;

/// <summary>
/// Time in which a feed did not carry what is followed, for the record: what goes at once and for one reason is one gap, which is over when all of it
/// is back. It was filled if nothing had happened to any of it meanwhile.
/// </summary>
internal sealed class GatheredGaps(string feed, ActorRef<LedgerMessage> ledger, Random random)
{
    private const int MostOpen = 100;       // what goes beyond that joins the newest
    private const int AtOnce = 1_000;

    private sealed class Hole(Gap gap)
    {
        internal Gap Gap { get; set; } = gap;
        internal List<string> Names { get; } = [];
        internal int Left { get; set; }
        internal bool HasMissed { get; set; }
    }

    private readonly Dictionary<string, Hole> _byName = new(StringComparer.Ordinal);
    private readonly List<Hole> _open = [];
    private readonly HashSet<Hole> _changed = [];

    /// <param name="since">Unix milliseconds.</param>
    internal void Open(string what, long since, string reason)
    {
        if (_byName.ContainsKey(what))
            return;
        var hole = _open.FindLast(one => one.Gap.Reason == reason && Math.Abs(one.Gap.From - since) <= AtOnce);
        if (hole is null && _open.Count == MostOpen)
            hole = _open[^1];
        if (hole is null)
            _open.Add(hole = new Hole(new Gap(GapId.Next(random), feed, since, null, reason, GapState.Open)));
        if (hole.Names.Count == 0)
            _changed.Add(hole);
        hole.Gap = hole.Gap with { From = Math.Min(hole.Gap.From, since) };
        hole.Names.Add(what);
        hole.Left++;
        _byName.Add(what, hole);
    }

    /// <param name="missed">Something happened to it meanwhile that nobody was told, or nobody can say.</param>
    internal void Close(string what, bool missed, long now)
    {
        if (!_byName.Remove(what, out var hole))
            return;
        hole.HasMissed |= missed;
        if (--hole.Left > 0)
            return;
        hole.Gap = hole.Gap with { To = Math.Max(hole.Gap.From, now), State = hole.HasMissed ? GapState.Lost : GapState.Filled };
        _open.Remove(hole);
        _changed.Add(hole);
    }

    /// <summary>At the end of a turn.</summary>
    internal void Tell()
    {
        foreach (var hole in _changed)
            ledger.Tell(new LedgerMessage.GapFact(hole.Gap with { Reason = $"{hole.Gap.Reason} ({GatheredFacts.Named(hole.Names)})" }));
        _changed.Clear();
    }
}
