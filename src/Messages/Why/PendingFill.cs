using System.Collections.Immutable;
using Oddswire.Messages.Orders;

namespace Oddswire.Messages.Why;

/// <summary>A fill that was told of and is not on the tape.</summary>
/// <param name="IsDropped">Its transaction was looked through and has no such log: it never will be.</param>
public sealed record PendingFill(Fill Fill, bool IsDropped, FillMarks Marks);
