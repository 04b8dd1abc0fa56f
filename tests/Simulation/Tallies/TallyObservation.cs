using Oddswire.Runtime.Leases;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Tallies;

/// <summary>What taps on tallies and on their clients' lines saw.</summary>
internal abstract record TallyObservation : Observation
{
    /// <summary>A tally serves from now on; its state can be looked at for as long as it lives.</summary>
    internal sealed record Recovered(Cell Cell, Fence Fence, Func<(long Sequence, TallyState State)> Look) : TallyObservation
    {
        public override string ToString() => $"{Cell}  recovered in term {Fence.Term} at {Look().Sequence}";
    }

    internal sealed record NotPersisted(Cell Cell, Fence Fence, long Sequence, Exception Cause) : TallyObservation
    {
        public override string ToString() => $"{Cell}  event {Sequence} not persisted: {Cause.Message}";
    }

    /// <summary>A reply leaves its tally: from here on it is a promise.</summary>
    internal sealed record Visible(Process Process, string Resource, TallyReply Reply) : TallyObservation
    {
        public override string ToString() => $"{Process}  {Resource} replies {Reply}";
    }
}
