using Oddswire.Messages.Orders;

namespace Oddswire.Actors.Routing;

/// <summary>Where a filter's fills are found most cheaply: with its wallets, else with its markets, else in everything.</summary>
public readonly record struct OrderFilterPlace(OrderFilter Filter, OrderFilterPlace.Kind At)
{
    public enum Kind { Wallets, Markets, Everything }

    /// <summary>It wants everything that is found there. Of a market by its two names that cannot be said.</summary>
    public bool IsWhole => At switch
    {
        Kind.Wallets => !Filter.Slugs.IsAsked && !Filter.Conditions.IsAsked,
        _ => At == Kind.Everything,
    };

    public static OrderFilterPlace Of(OrderFilter filter)
    {
        if (filter.Users is { IsAsked: true, IsEverything: false })
            return new(filter, Kind.Wallets);
        var marketsAsked = filter.Conditions.IsAsked || filter.Slugs.IsAsked;
        return new(filter, marketsAsked && !filter.Conditions.IsEverything && !filter.Slugs.IsEverything ? Kind.Markets : Kind.Everything);
    }
}
