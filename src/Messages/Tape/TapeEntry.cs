using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Messages.Tape;

public enum EntryKind
{
    /// <summary>A fill, told for the first time.</summary>
    Fill,

    /// <summary>A fill that was told before its log was known, and is complete now. Same position.</summary>
    Confirmed,

    /// <summary>A fill that the chain took back. Same position.</summary>
    Removed,
}

/// <summary>
/// What the tape tells. <paramref name="Position"/> is null while the tape cannot be written.
/// <paramref name="Data"/> is the fill in Dome's form, encoded once, or as it came in that form, and shared by everybody it is sent to.
/// </summary>
public sealed record TapeEntry(EntryKind Kind, Position? Position, Fill Fill, bool Late, ReadOnlyMemory<byte> Data);

/// <summary>What the tape holds: its first and last position (null: nothing yet), and how far the chain has been swept.</summary>
public sealed record TapeHead(long Epoch, long Oldest, long Newest, long? SweptBlock, long? SweptTime)
{
    public Position Position => new(Epoch, Newest);

    /// <summary>Fills were sent, without a position, that are not stored yet: they come after the newest.</summary>
    public bool IsBehind { get; init; }

    /// <summary>Why the tape cannot be written, and fills go out without a position. Null: it can.</summary>
    public string? Degraded { get; init; }
}
