using System.Collections.Immutable;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;

namespace Oddswire.Actors.Why;

/// <summary>What is on record of a subscription, and how far its connections were around a fill.</summary>
/// <param name="Owner">The name of the key that opened it.</param>
/// <param name="Steps">In their order.</param>
public sealed record SubscriptionLife(SubscriptionId Id, string Name, string Owner, bool IsDurable, ImmutableArray<LifeStep> Steps)
{
    /// <summary>Those that reach the fill or beyond.</summary>
    public ImmutableArray<PositionSample> Samples { get; init; } = [];

    /// <summary>Its beginning is no longer on record.</summary>
    public bool IsCut { get; init; }

    /// <summary>Of a durable one: whether a client is attached now; null: nobody could say.</summary>
    public bool? IsAttached { get; init; }

    public T? First<T>() where T : LifeStep => Steps.OfType<T>().FirstOrDefault();

    public T? Last<T>() where T : LifeStep => Steps.OfType<T>().LastOrDefault();

    /// <summary>It was opened, or changed its filter: what it asked for, and from where on.</summary>
    public IEnumerable<LifeStep.Asked> Asked => Steps.OfType<LifeStep.Asked>();

    /// <summary>Some filter that it ever had is about this wallet.</summary>
    public bool Concerns(WalletId wallet, Fill fill) => Asked.Any(step => step.Filter is null
        || (step.Filter.Users.IsAsked ? step.Filter.Users.Contains(wallet) : step.Filter.Matches(fill)));
}

/// <summary>What happened to a subscription.</summary>
/// <param name="Time">Unix milliseconds; 0: no longer on record.</param>
public abstract record LifeStep(long Time)
{
    /// <param name="Filter">Null: too long to stand in the record.</param>
    /// <param name="After">It holds behind this offset; null: from its time on.</param>
    public abstract record Asked(long Time, OrderFilter? Filter, long? After) : LifeStep(Time)
    {
        public bool HoldsFor(FillStory fill) => After is { } after ? after < fill.Offset : Time <= fill.WentOutAt;
    }

    public sealed record Opened(long Time, OrderFilter? Filter, long? After, string Key, string Address) : Asked(Time, Filter, After);

    public sealed record Refiltered(long Time, OrderFilter? Filter, long? After) : Asked(Time, Filter, After);

    /// <summary>A change that was asked for and not allowed.</summary>
    public sealed record Refused(long Time, OrderFilter? Filter, string Reason, string Detail) : LifeStep(Time);

    public sealed record Paused(long Time) : LifeStep(Time);

    /// <param name="SkippedTo">Null: it went on where it was.</param>
    public sealed record Resumed(long Time, Position? SkippedTo) : LifeStep(Time);

    public sealed record Acknowledged(long Time, Position Position) : LifeStep(Time);

    public sealed record Expired(long Time, Position Oldest) : LifeStep(Time);

    public sealed record Attached(long Time, string Key, string Address) : LifeStep(Time);

    public sealed record Detached(long Time, string Reason, int? Code) : LifeStep(Time);

    public sealed record Closed(long Time, string Reason, int? Code) : LifeStep(Time);
}
