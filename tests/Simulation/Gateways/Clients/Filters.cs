using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Simulation.Gateways.Venues;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Gateways.Clients;

/// <summary>What somebody may want to follow of what is on the street, drawn from the seed.</summary>
internal sealed class Filters(Street street, Random random)
{
    internal OrderFilter Next() => random.Next(8) switch
    {
        < 3 => new OrderFilter { Users = Wanted.Of([.. Some(Wallets)]) },
        3 => OrderFilter.Everything,
        4 => new OrderFilter { Conditions = Wanted.Of([.. Some(Conditions)]) },
        5 => new OrderFilter { Slugs = Wanted.Of([.. Some(Slugs)]) },
        6 => new OrderFilter { Users = Wanted.Of([.. Some(Wallets)]), Slugs = Wanted.Of([.. Some(Slugs)]) },
        _ => new OrderFilter { Conditions = Wanted.Of([.. Some(Conditions)]), Slugs = Wanted.Of([.. Some(Slugs)]) },
    };

    private IEnumerable<T> Some<T>(IReadOnlyList<T> from) => Enumerable.Range(0, 1 + random.Next(4)).Select(_ => random.Pick(from));

    private WalletId[] Wallets => [.. street.StandIn.World.Wallets.Select(static wallet => WireText.Parse<WalletId>(wallet.Address.Text))];
    private ConditionId[] Conditions => [.. street.StandIn.World.Markets.Open.Select(static market => WireText.Parse<ConditionId>(market.ConditionId))];
    private string[] Slugs => [.. street.StandIn.World.Markets.Open.Select(static market => market.Plan.Slug)];
}
