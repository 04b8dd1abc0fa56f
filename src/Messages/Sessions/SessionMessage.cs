using System.Collections.Immutable;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;

namespace Oddswire.Messages.Sessions;

/// <summary>To one client socket's actor.</summary>
public abstract record SessionMessage
{
    /// <summary>A hub's share of a batch for one subscription. Written at the batch's <see cref="Flush"/>, in tape order with all other shares.</summary>
    public sealed record Fills(long Batch, SubscriptionId Subscription, ImmutableArray<TapeEntry> Entries) : SessionMessage;

    /// <summary>Every share of the batch has been told.</summary>
    public sealed record Flush(long Batch) : SessionMessage;

    /// <summary>A text frame of the client.</summary>
    public sealed record Heard(ReadOnlyMemory<byte> Text) : SessionMessage;

    /// <summary>A pong, or any other sign that somebody is there.</summary>
    public sealed record Alive : SessionMessage;

    /// <summary>The client sent what the protocol does not allow: close with its code.</summary>
    public sealed record Violated(CloseReason Reason) : SessionMessage;

    /// <summary>The socket is gone.</summary>
    public sealed record Gone : SessionMessage;

    /// <summary>Once a second, from one heartbeat for all sessions.</summary>
    public sealed record Beat(long Second) : SessionMessage;

    /// <summary>The gateway wants it closed: a planned stop, a revoked key.</summary>
    public sealed record Leave(CloseReason Reason) : SessionMessage;

    /// <summary>Somebody with the same key needs a place: answer the ping within two seconds or make room.</summary>
    public sealed record Prove : SessionMessage;

    public sealed record GapChanged(Gap Gap) : SessionMessage;
}

/// <summary>Why a socket is closed. Each protocol has its own code for each.</summary>
public enum CloseReason { PlannedStop, Slow, Revoked, RateExceeded, TooLarge, Binary, Internal, AttachedElsewhere, Silent, ProtocolError }
