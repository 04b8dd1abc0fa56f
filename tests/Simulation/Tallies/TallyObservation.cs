using Oddswire.Runtime.Leases;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Tallies;

/// <summary>What taps on tallies and on their clients' lines saw.</summary>
internal abstract record TallyObservation : Observation
{
    /// <summary>A tally serves from now on; its state can be looked at for as long as it lives.</summary>
    internal sealed record Recovered(Cell Cell, Fence Fence, Func<(long Sequence, TallyState State)> Look) : TallyObservation;

    internal sealed record NotPersisted(Cell Cell, Fence Fence, long Sequence, Exception Cause) : TallyObservation;

    /// <summary>A reply leaves its tally: from here on it is a promise.</summary>
    internal sealed record Visible(Process Process, string Resource, TallyReply Reply) : TallyObservation;
}
