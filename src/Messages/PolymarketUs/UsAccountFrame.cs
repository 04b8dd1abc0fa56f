using System.Collections.Immutable;

namespace Oddswire.Messages.PolymarketUs;

/// <summary>What a connection to the private socket understood of a frame, for the account's actor. Pieces of the payload are the bytes that came.</summary>
public abstract record UsAccountFrame
{
    /// <param name="Json">The order as it is since then.</param>
    /// <param name="IsOpen">It may still be filled.</param>
    public sealed record Order(string Id, string Slug, bool IsOpen, ReadOnlyMemory<byte> Json, ReadOnlyMemory<byte> Payload) : UsAccountFrame;

    /// <summary>All open orders: every chunk of a snapshot up to its eof.</summary>
    public sealed record Orders(ImmutableArray<(string Id, string Slug, ReadOnlyMemory<byte> Json)> Open) : UsAccountFrame;

    /// <param name="After">Null: there is no position any more.</param>
    public sealed record Position(string Slug, ReadOnlyMemory<byte>? After, ReadOnlyMemory<byte> Payload) : UsAccountFrame;

    /// <param name="After">The balance as it is since then; empty: the change does not say.</param>
    public sealed record Balance(string Currency, decimal Current, decimal BuyingPower, ReadOnlyMemory<byte> After, ReadOnlyMemory<byte> Payload) : UsAccountFrame;

    public sealed record Balances(ImmutableArray<(string Currency, ReadOnlyMemory<byte> Json)> All) : UsAccountFrame;

    public sealed record Rfq(ReadOnlyMemory<byte> Payload) : UsAccountFrame;
}
