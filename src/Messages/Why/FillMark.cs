namespace Oddswire.Messages.Why;

public enum MarkKind : byte
{
    /// <summary>A source told of it in a row that names no log.</summary>
    Row,

    /// <summary>A source told of its log.</summary>
    Log,

    /// <summary>It got its position: it was on the tape.</summary>
    Numbered,

    /// <summary>It was sent without a position, for the tape could not be written.</summary>
    SentAhead,

    /// <summary>It was completed, or mined again.</summary>
    Confirmed,

    /// <summary>It was taken back.</summary>
    Removed,
}

/// <summary>What happened to a fill on its way, and when.</summary>
/// <param name="Source">The connection that told of it; "" for what the tape did.</param>
/// <param name="At">Unix milliseconds of the gateway's clock.</param>
public readonly record struct FillMark(MarkKind Kind, string Source, long At);
