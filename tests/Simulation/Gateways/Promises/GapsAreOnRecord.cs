using System.Globalization;
using Oddswire.Messages.Orders;
using Oddswire.Runtime.Persistence;
using Oddswire.Simulation.Gateways.Store;
using Oddswire.Simulation.Worlds;
using Oddswire.TestKit;

namespace Oddswire.Simulation.Gateways.Promises;

/// <summary>Guarantee 5: time that no source covered is on record: when the gateway was not there, and when its venues were not. In the end it is settled.</summary>
internal sealed class GapsAreOnRecord(GatewayWorkload gateways) : Promise(gateways)
{
    // A gap begins when a source was last heard and ends when one is heard again; the record's times are a block's or the gateway's own.
    private static readonly TimeSpan Blur = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly List<(TimeSpan From, TimeSpan Until)> _absences = [];
    private TimeSpan? _goneAt;
    private bool _clocksAreRight = true;

    // A gap that the journal has not taken when the gateway ends is told by the next one, which begins with the last sweep; if there is one.
    private bool _journalIsWell = true;

    internal override void On(Observation seen)
    {
        switch (seen)
        {
            case Observation.Gone when Gateways.Record.SweptThrough is not null:
                _goneAt ??= World.Clock.Elapsed;
                break;
            case Observation.Started when _goneAt is { } gone:
                _absences.Add((gone, World.Clock.Elapsed));
                _goneAt = null;
                break;
        }
        _journalIsWell &= seen is not Observation.Logged { Cause: JournalUnavailableException or SequenceTakenException };
        _clocksAreRight &= seen is not Observation.Disturbed || World.Processes.All(static process => process.Clock.WallOffset == TimeSpan.Zero);
    }

    internal override void Check()
    {
        var gaps = Gateways.Gaps();
        foreach (var gap in gaps.Where(static gap => gap.State == GapState.Open && gap.To is not null))
        {
            if (Gateways.Shape.HasChain)
                Broken(Guarantee.Gaps, $"the gap {Text(gap)} is still open");
        }
        if (!_clocksAreRight || !(_journalIsWell || Gateways.Shape.HasChain))
            return;
        foreach (var (from, until) in _absences)
        {
            if (!gaps.Exists(gap => Start(gap) <= from + Blur && (gap.To is null || End(gap) >= until - Second)))
                Broken(Guarantee.Gaps, $"from {from:hh\\:mm\\:ss} to {until:hh\\:mm\\:ss} there was no gateway, and no gap says so: {string.Join("; ", gaps.Select(Text))}");
        }
        LookAtLate(gaps);
    }

    /// <summary>
    /// A fill that nobody told in time was made in a gap, whatever the reason: nothing comes late in silence. It was made when it was matched,
    /// or when it was mined again after a reorg, of which its block tells.
    /// </summary>
    private void LookAtLate(List<Gap> gaps)
    {
        foreach (var written in Gateways.Record.All.Where(static written => written is { Late: true, WasRemoved: false }))
        {
            var matched = Gateways.Timing.KnownAt(written);
            var mined = DateTimeOffset.FromUnixTimeSeconds(written.Versions[0].Timestamp) - ManualClock.Epoch;
            if (!gaps.Exists(gap => Covers(gap, matched) || (written.Versions[0].Block is not null && Covers(gap, mined))))
                Broken(Guarantee.Gaps, $"{written.Offset} of {matched:hh\\:mm\\:ss}, mined {mined:hh\\:mm\\:ss}, came late, and no gap says why: {string.Join("; ", gaps.Select(Text))}");
        }
    }

    private static bool Covers(Gap gap, TimeSpan at) => Start(gap) <= at + Blur && (gap.To is null || End(gap) >= at - Blur);

    private static TimeSpan Start(Gap gap) => DateTimeOffset.FromUnixTimeMilliseconds(gap.From) - ManualClock.Epoch;
    private static TimeSpan End(Gap gap) => DateTimeOffset.FromUnixTimeMilliseconds(gap.To!.Value) - ManualClock.Epoch;

    private static string Text(Gap gap) => string.Create(CultureInfo.InvariantCulture,
        $"{Start(gap):hh\\:mm\\:ss} to {(gap.To is null ? "now" : End(gap).ToString("hh\\:mm\\:ss"))} {gap.State} ({gap.Reason})");
}
