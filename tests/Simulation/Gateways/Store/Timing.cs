using Oddswire.Messages.Orders;
using Oddswire.Simulation.Gateways.Venues;
using Oddswire.TestKit;

namespace Oddswire.Simulation.Gateways.Store;

/// <summary>When the gateway can have told of a fill: what lies between a client's ack and that is promised to the client.</summary>
internal sealed class Timing(Truth truth, Troubles troubles)
{
    // A row carries the time of its telling, which comes about two seconds after the match.
    private static readonly TimeSpan Telling = TimeSpan.FromSeconds(4);

    /// <summary>It cannot have been told before that time.</summary>
    internal bool IsSurelyAfter(Written written, TimeSpan time)
    {
        if (written.At <= time)
            return false;
        var known = KnownAt(written);
        // While the tape cannot be written, fills are told before they are on it.
        return known > time || !troubles.Were(known, written.At);
    }

    internal TimeSpan KnownAt(Written written) => KnownAt(written.Versions[0]);

    internal TimeSpan KnownAt(Fill fill) =>
        truth.MatchedAt(fill.Tx) ?? DateTimeOffset.FromUnixTimeSeconds(fill.Timestamp) - ManualClock.Epoch - Telling;
}
