using Oddswire.Messages.Orders;
using Oddswire.Simulation.Gateways.Store;

namespace Oddswire.Simulation.Gateways.Clients;

/// <summary>One subscription on one socket, as its client knows it: what it asked for, since when, and how far it has got.</summary>
internal sealed class Delivery(Subscriber client, string id, OrderFilter filter, TimeSpan since)
{
    private readonly List<(OrderFilter Filter, TimeSpan Since, TimeSpan Until)> _before = [];        // the filters that updates replaced
    private TimeSpan _since = since;

    internal Subscriber Client { get; } = client;
    internal string Id { get; } = id;
    internal OrderFilter Filter { get; private set; } = filter;

    /// <summary>Sent, and not answered: from some moment on it holds.</summary>
    internal OrderFilter? Asked { get; set; }

    /// <summary>Everything of the subscription up to this offset was told, or was before its time.</summary>
    internal long Through { get; set; }

    /// <summary>It goes on where an earlier one was: nothing is before its time.</summary>
    internal bool IsResumed { get; set; }
    internal bool IsOver { get; set; }

    /// <summary>What came without a position and is not on the tape yet, so far as is known.</summary>
    internal List<Fill> Unplaced { get; } = [];

    /// <summary>How often each fill was told here.</summary>
    internal Dictionary<Trade, int> Times { get; } = [];

    internal void Updated(TimeSpan writtenAt)
    {
        _before.Add((Filter, _since, writtenAt));
        (Filter, _since, Asked) = (Asked!, writtenAt, null);
        IsResumed = false;
    }

    /// <summary>The client may be told of it; also when it lay behind a replay while its filter was replaced.</summary>
    internal bool May(Written written, Timing timing) =>
        Any(Filter, written) || Any(Asked, written) || _before.Exists(one => Any(one.Filter, written) && !timing.IsSurelyAfter(written, one.Until));

    /// <summary>It must be told of it.</summary>
    internal bool Must(Written written, Timing timing)
    {
        if (!All(Filter, written) || (Asked is not null && !All(Asked, written)))
            return false;
        // Both the old and the new filter want it: whenever the one took the other's place.
        return IsResumed || timing.IsSurelyAfter(written, _since) || (_before is [.., var last] && All(last.Filter, written) && timing.IsSurelyAfter(written, last.Since));
    }

    /// <summary>It came without a position before it was on the tape, perhaps less complete. Told once, it counts once.</summary>
    internal bool WasToldAhead(Written written)
    {
        var at = Unplaced.FindIndex(written.Versions.Contains);
        if (at < 0)
            at = Unplaced.FindIndex(fill => Trade.Of(fill) == Trade.Of(written.Now));
        if (at >= 0)
            Unplaced.RemoveAt(at);
        return at >= 0;
    }

    // The name of its market may have come later than the fill: filters by market then say one thing before and another after.
    private static bool Any(OrderFilter? filter, Written written) => filter is not null && written.Versions.Exists(filter.Matches);

    private static bool All(OrderFilter filter, Written written) => written.Versions.TrueForAll(filter.Matches);

    public override string ToString() => $"{Client}/{Id}";
}
