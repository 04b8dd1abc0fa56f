using Oddswire.Simulation.Gateways.Venues;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Gateways.Clients;

/// <summary>What a client does next, drawn from the seed: follow, change its mind, give up, go away, vanish, stop reading for a while.</summary>
internal sealed class Whims(World world, Street street, Subscriber client)
{
    private const int MostWishes = 3;

    private readonly Random _random = world.Seed.For($"whims {client.Number}");
    private readonly Filters _filters = new(street, world.Seed.For($"filters {client.Number}"));

    internal void Begin() => world.After(_random.Seconds(0, 20), () =>
    {
        client.Come();
        client.Follow(_filters.Next());
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
                client.Follow(_filters.Next());
                break;
            case < 6 when wish is not null:
                client.Change(wish, _filters.Next());
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
}
