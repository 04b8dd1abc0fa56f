using Oddswire.Actors.Tape;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Tests.Tape;

/// <summary>A merger that is told of fills, and what it decided.</summary>
public abstract class MergerTold
{
    private protected static readonly SourceId Chain = new("polygon", 1);
    private protected static readonly SourceId Rtds = new("rtds", 1);
    private protected static readonly SourceId OtherRtds = new("rtds", 2);
    private protected static readonly SourceId Dome = new("dome", 1);     // names no block of a number, and takes nothing back
    private protected static readonly Bytes32 OldBlock = new(1, 0, 0, 0);
    private protected static readonly Bytes32 NewBlock = new(2, 0, 0, 0);

    private protected Decisions To { get; } = new();

    private protected Merger Merger { get; set; } = new(new TapeRules()) { ChainIsUp = true };

    private protected long Now { get; private set; } = 1_000;

    private protected void Log(Fill fill, Bytes32? block = null) =>
        Merger.Observe(Chain, new Observation.Log(fill, block ?? new Bytes32(0, 0, 1, (ulong)fill.Block!)), new Moment(Now, Now), To);

    private protected void Row(Fill fill, SourceId? source = null, string topic = "trades") => Merger.Observe(source ?? Rtds, new Observation.Row(fill, topic), new Moment(Now, Now), To);

    private protected void Event(Fill fill) => Merger.Observe(Dome, new Observation.Log(fill), new Moment(Now, Now), To);

    private protected void TakenBack(int tx, int index, Bytes32? block = null) => Merger.Observe(Chain, new Observation.LogRemoved(Made.Tx(tx), index, 100, block), new Moment(Now, Now), To);

    private protected void Wait(int milliseconds)
    {
        Now += milliseconds;
        Merger.Due(Now, To);
    }
}
