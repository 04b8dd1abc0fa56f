using Oddswire.Messages.Orders;

namespace Oddswire.Messages.Hubs;

/// <summary>A fill in the form of the activity feed, encoded once and shared by everybody it is sent to.</summary>
/// <param name="IsTaker">It is the order that was matched, not one of those that it met.</param>
/// <param name="Body">Everything but the connection's own head and the type at the end.</param>
public sealed record ActivityRow(MarketText Market, bool IsTaker, ReadOnlyMemory<byte> Body);
