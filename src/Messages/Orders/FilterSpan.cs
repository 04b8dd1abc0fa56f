namespace Oddswire.Messages.Orders;

/// <summary>A filter that holds for offsets above <paramref name="After"/>, up to where the next one begins to hold.</summary>
public sealed record FilterSpan(long After, OrderFilter Filter);
