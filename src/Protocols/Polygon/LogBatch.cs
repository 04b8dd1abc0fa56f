using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Protocols.Polygon;

/// <summary>
/// The logs of one answer or push, in the node's order. Logs of other events are counted; an OrderFilled that could not
/// be read is kept with its reason, since a fill that is dropped must leave a trace.
/// </summary>
public sealed record LogBatch(ImmutableArray<ChainFill> Fills, ImmutableArray<LogFault> Faults, int Others)
{
    public static LogBatch Empty { get; } = new([], [], 0);
}

[StructLayout(LayoutKind.Auto)]
public readonly record struct LogFault(LogFailure Failure, TxHash? Tx, int? LogIndex);

public enum LogFailure
{
    /// <summary>No topics, or no hex where hex belongs.</summary>
    Unreadable,

    /// <summary>A log that is in no block yet, or lacks its place in it.</summary>
    NoPlace,
    WrongTopics,
    WrongData,
    UnknownSide,
    NoToken,
    NoShares,

    /// <summary>More than a signed 64-bit number of millionths: no such amount of money exists.</summary>
    AmountTooLarge,
    PriceAboveOne,
}
