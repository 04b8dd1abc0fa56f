using System.Collections.Immutable;

namespace Oddswire.Protocols.Rtds;

public enum RtdsAction : byte
{
    /// <summary>A frame that names no action: the venue keeps silent, and so do we.</summary>
    None,
    Subscribe,
    Unsubscribe,
}

/// <summary>What a client says on /rtds.</summary>
public sealed record RtdsCommand(RtdsAction Action, ImmutableArray<RtdsInterest> Interests)
{
    public static RtdsCommand Silence { get; } = new(RtdsAction.None, []);
}
