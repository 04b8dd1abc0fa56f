using System.Collections.Immutable;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;

namespace Oddswire.Actors.Ports;

/// <summary>
/// What `why` answers from: the traces of fills, as long as the tape keeps the fills, and a bounded ring of positions. Nothing else rests on
/// it: what fails here costs an answer. A call that failed may be made again.
/// </summary>
public interface ITraces
{
    /// <summary>No transaction or order that anybody asks about has more fills.</summary>
    const int MostFound = 50;

    /// <summary>Samples in one answer: enough to see whether the client took what it was written.</summary>
    const int MostSamples = 20;

    /// <summary>The newest fill that there is a trace of; 0: none.</summary>
    ValueTask<long> Newest();

    /// <summary>One transaction. Marks of a fill that is known are added to those it has. What is over the bounds goes, oldest first, a bounded number at a time.</summary>
    ValueTask Keep(TraceGroup group);

    /// <summary>The newest fills that may be of this transaction: a store may look at a part of the hash only.</summary>
    ValueTask<ImmutableArray<long>> Find(TxHash tx);

    /// <summary>The newest fills that may be of this order.</summary>
    ValueTask<ImmutableArray<long>> Find(OrderHash order);

    /// <summary>In the order in which they were kept; null: nothing is known of it.</summary>
    ValueTask<FillMarks?> Of(long offset);

    /// <summary>The first samples of this subscription that reach this offset or beyond, by how far they reach.</summary>
    ValueTask<ImmutableArray<PositionSample>> Samples(SubscriptionId subscription, long offset);

    /// <summary>How far back the samples reach; null: there are none.</summary>
    ValueTask<long?> SampledSince();
}

/// <param name="Fills">Each once. Lent: its owner uses the list again when the call has ended.</param>
/// <param name="OldestFill">Traces of older fills go.</param>
public sealed record TraceGroup(IReadOnlyList<FillTrace> Fills, ImmutableArray<PositionSample> Samples, long OldestFill);

/// <summary>What is kept of positions: what is older, or beyond the number, goes.</summary>
public sealed record TraceBounds(TimeSpan Keep, long MostSamples)
{
    public static TraceBounds Default { get; } = new(TimeSpan.FromHours(72), 2_000_000);
}
