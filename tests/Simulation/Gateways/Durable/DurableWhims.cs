using Oddswire.Messages.Orders;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Gateways.Durable;

/// <summary>What such a client does next, drawn from the seed. When faults have ended it goes on with whatever it had put off.</summary>
internal sealed class DurableWhims(World world, DurableClient client, Func<OrderFilter> filter)
{
    private readonly Random _random = world.Seed.For($"durable whims {client.Number}");

    internal void Begin() => world.After(_random.Seconds(2, 30), () =>
    {
        if (world.Healed)
            return;
        if (client.Book.Id != default)
            Act();
        Begin();
    });

    internal void Heal()
    {
        client.Read(true);
        if (client.Book.IsPaused)
            client.Resume();
    }

    private void Act()
    {
        switch (_random.Next(8))
        {
            case < 2 when client.IsIdle:
                client.Change(filter());
                break;
            case < 5:
                client.Leave(vanishes: _random.Chance(0.3));
                break;
            case 5:
                client.AttachElsewhere();
                break;
            case 6:
                client.Read(false);
                world.After(_random.Seconds(1, 60), () => client.Read(true));
                break;
            case 7 when client.IsIdle && client.Book.IsPaused:
                client.Resume();
                break;
            case 7 when client.IsIdle:
                client.Pause();
                break;
        }
    }
}
