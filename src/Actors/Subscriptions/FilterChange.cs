using System.Collections.Immutable;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Subscriptions;

/// <summary>From one filter to the next: what was added and removed, not 100,000 addresses again.</summary>
public sealed record FilterChange(WantedChange<WalletId>? Users, WantedChange<ConditionId>? Conditions, WantedChange<string>? Slugs)
{
    public static FilterChange Between(OrderFilter old, OrderFilter now) => new(
        WantedChange.Between(old.Users, now.Users),
        WantedChange.Between(old.Conditions, now.Conditions),
        WantedChange.Between(old.Slugs, now.Slugs));

    public OrderFilter Apply(OrderFilter old) => new()
    {
        Users = Users is null ? old.Users : Users.Apply(old.Users),
        Conditions = Conditions is null ? old.Conditions : Conditions.Apply(old.Conditions),
        Slugs = Slugs is null ? old.Slugs : Slugs.Apply(old.Slugs),
    };
}

/// <summary>Of one kind. Everything: it says `*` now. Otherwise these values came and went; with none left the kind is not asked for.</summary>
public sealed record WantedChange<T>(bool Everything, ImmutableArray<T> Added, ImmutableArray<T> Removed) where T : IEquatable<T>
{
    public Wanted<T> Apply(Wanted<T> old)
    {
        if (Everything)
            return Wanted<T>.Everything;
        var gone = Removed.ToHashSet();
        return Wanted.Of<T>([.. old.Values.Where(value => !gone.Contains(value)), .. Added]);
    }
}

public static class WantedChange
{
    /// <summary>Null: nothing has changed.</summary>
    public static WantedChange<T>? Between<T>(Wanted<T> old, Wanted<T> now) where T : IEquatable<T>
    {
        if (old.Equals(now))
            return null;
        return new(now.IsEverything, [.. now.Values.Where(value => old.IsEverything || !old.Contains(value))], [.. old.Values.Where(value => !now.Contains(value))]);
    }
}
