using System.Collections.Immutable;

namespace Oddswire.Messages.PolymarketUs;

/// <summary>What a connection to the private socket understood of a frame, for the account's actor. Bytes are those that came.</summary>
public abstract record UsAccountFrame
{
    /// <param name="Execution">Its id, by which a repetition is known.</param>
    public sealed record Order(string Execution, UsOrderSeen After, ReadOnlyMemory<byte> Payload) : UsAccountFrame;

    /// <summary>All open orders: every chunk of a snapshot up to its eof, and what was told meanwhile.</summary>
    public sealed record Orders(ImmutableArray<UsOrderSeen> Open) : UsAccountFrame;

    /// <param name="After">Empty: it has none any more.</param>
    public sealed record Position(string Slug, ReadOnlyMemory<byte> After, ReadOnlyMemory<byte> Payload) : UsAccountFrame;

    /// <param name="After">Empty: the change does not say.</param>
    public sealed record Balance(string Currency, decimal Current, decimal BuyingPower, ReadOnlyMemory<byte> After, ReadOnlyMemory<byte> Payload) : UsAccountFrame;

    public sealed record Balances(ImmutableArray<(string Currency, ReadOnlyMemory<byte> Json)> All) : UsAccountFrame;

    public sealed record Rfq(ReadOnlyMemory<byte> Payload) : UsAccountFrame;
}

/// <summary>An order as it is now.</summary>
/// <param name="Progress">State and quantities: if they differ, something has happened to it.</param>
public sealed record UsOrderSeen(string Id, string Slug, bool IsOpen, string Progress, ReadOnlyMemory<byte> Json);
