using Oddswire.Messages.Values;

namespace Oddswire.Messages.Orders;

public enum GapState : byte
{
    Open,

    /// <summary>Back-filled: what happened in that time is on the tape.</summary>
    Filled,

    /// <summary>Over, and it cannot be filled any more.</summary>
    Lost,
}

/// <summary>Time that no source covered. From and to are Unix milliseconds; no end while it lasts. <paramref name="Found"/>: fills of that time found since.</summary>
public sealed record Gap(GapId Id, string Source, long From, long? To, string Reason, GapState State, long Found = 0)
{
    /// <summary>So many of orders the record keeps, and as many of all others: a stream that is lost often does not push out what became of fills.</summary>
    public const int MostOnRecord = 1_000;

    /// <summary>Of the stream of orders, which the tape looks after. The others are of the feed that they are named after, and no fill is missing because of them.</summary>
    public bool IsOfOrders => Source is "orders" or "tape";
}
