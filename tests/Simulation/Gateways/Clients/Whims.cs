using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Simulation.Gateways.Venues;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Gateways.Clients;

/// <summary>What a client does next, drawn from the seed: follow, change its mind, give up, go away, vanish, stop reading for a while.</summary>
internal sealed class Whims(World world, Street street, Subscriber client)
{
    private const int MostWishes = 3;

    private readonly Random _random = world.Seed.For($"whims {client.Number}");

    internal void Begin() => world.After(_random.Seconds(0, 20), () =>
    {
        client.Come();
        client.Follow(Filter());
        Later();
    });

    private void Later() => world.After(_random.Seconds(2, 30), () =>
    {
        if (world.Healed)
            return;
        Act();
        Later();
    });

    private void Act()
    {
        var wish = client.Wishes.Count > 0 ? _random.Pick(client.Wishes) : null;
        switch (_random.Next(10))
        {
            case < 3 when client.Wishes.Count < MostWishes:
                client.Follow(Filter());
                break;
            case < 6 when wish is not null:
                client.Change(wish, Filter());
                break;
            case 6 when wish is not null && client.Wishes.Count > 1:
                client.Drop(wish);
                break;
            case 7 or 8:
                client.Leave(vanishes: _random.Chance(0.3));
                break;
            case 9 when client.IsReading:
                client.Read(false);
                world.After(_random.Seconds(1, 100), () => client.Read(true));
                break;
        }
    }

    private OrderFilter Filter() => _random.Next(8) switch
    {
        < 3 => new OrderFilter { Users = Wanted.Of([.. Some(Wallets)]) },
        3 => OrderFilter.Everything,
        4 => new OrderFilter { Conditions = Wanted.Of([.. Some(Conditions)]) },
        5 => new OrderFilter { Slugs = Wanted.Of([.. Some(Slugs)]) },
        6 => new OrderFilter { Users = Wanted.Of([.. Some(Wallets)]), Slugs = Wanted.Of([.. Some(Slugs)]) },
        _ => new OrderFilter { Conditions = Wanted.Of([.. Some(Conditions)]), Slugs = Wanted.Of([.. Some(Slugs)]) },
    };

    private IEnumerable<T> Some<T>(IReadOnlyList<T> from) => Enumerable.Range(0, 1 + _random.Next(4)).Select(_ => _random.Pick(from));

    private WalletId[] Wallets => [.. street.Seen.World.Wallets.Select(static wallet => WireText.Parse<WalletId>(wallet.Address.Text))];
    private ConditionId[] Conditions => [.. street.Seen.World.Markets.Open.Select(static market => WireText.Parse<ConditionId>(market.ConditionId))];
    private string[] Slugs => [.. street.Seen.World.Markets.Open.Select(static market => market.Plan.Slug)];
}
