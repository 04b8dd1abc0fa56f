using System.Collections.Immutable;
using Oddswire.Messages.Values;

namespace Oddswire.Protocols.Polygon;

/// <summary>Which logs a node is asked for: of any of these contracts, any of these events, and of these makers if any are named.</summary>
public sealed record LogFilter(ImmutableArray<WalletId> Contracts, ImmutableArray<Bytes32> Events)
{
    public ImmutableArray<WalletId> Makers { get; init; } = [];

    /// <summary>Every fill of the contracts that trade now.</summary>
    public static LogFilter Current { get; } = new(PolygonContracts.Current, [PolygonEvents.OrderFilledV2]);

    /// <summary>Every fill there ever was.</summary>
    public static LogFilter All { get; } = new(
        [.. PolygonContracts.Current, .. PolygonContracts.Former],
        [PolygonEvents.OrderFilledV2, PolygonEvents.OrderFilledV1]);
}
