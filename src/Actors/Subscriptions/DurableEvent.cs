using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Subscriptions;

/// <summary>What happened to a durable subscription. The stream of these is its state, and its audit trail.</summary>
/// <param name="Why">The command that it came of; none for what happens by itself.</param>
/// <param name="Time">Unix milliseconds.</param>
public abstract record DurableEvent(long Time, Command? Why)
{
    /// <param name="From">What comes after this position is the subscription's.</param>
    /// <param name="Head">The tape's head at that time.</param>
    public sealed record Created(long Time, Command? Why, string Name, OrderFilter Filter, Position From, Position Head) : DurableEvent(Time, Why);

    /// <param name="At">The new filter holds behind this offset.</param>
    public sealed record Refiltered(long Time, Command? Why, FilterChange Change, long At) : DurableEvent(Time, Why);

    public sealed record Renamed(long Time, Command? Why, string Name) : DurableEvent(Time, Why);

    public sealed record Paused(long Time, Command? Why) : DurableEvent(Time, Why);

    /// <param name="From">Null: from the acknowledged position.</param>
    public sealed record Resumed(long Time, Command? Why, Position? From) : DurableEvent(Time, Why);

    public sealed record Acknowledged(long Time, Command? Why, Position Position) : DurableEvent(Time, Why);

    /// <param name="Oldest">The oldest position that was kept then.</param>
    public sealed record Expired(long Time, Command? Why, Position Oldest) : DurableEvent(Time, Why);

    public sealed record Closed(long Time, Command? Why) : DurableEvent(Time, Why);
}

/// <summary>Who commanded, from where, under which id; the fingerprint tells a repeated command from another one of the same id.</summary>
public sealed record Command(string Id, string Fingerprint, string Key, string Address);
