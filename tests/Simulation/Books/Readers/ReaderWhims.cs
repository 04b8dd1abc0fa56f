using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Books.Readers;

/// <summary>What a reader does next, drawn from the seed: follow more, leave some, go away, vanish, stop reading for a while.</summary>
internal sealed class ReaderWhims(World world, BookWorkload books, Reader reader)
{
    private readonly Random _random = world.Seed.For($"reader whims {reader.Number}");

    internal void Begin() => world.After(_random.Seconds(0, 20), () =>
    {
        reader.Follow(Some());
        reader.Come();
        Later();
    });

    private void Later() => world.After(_random.Seconds(1, 20), () =>
    {
        if (world.Healed)
            return;
        Act();
        Later();
    });

    private void Act()
    {
        switch (_random.Next(10))
        {
            case < 4:
                reader.Follow(Some());
                break;
            case < 6 when reader.Wanted.Count > 1:
                reader.Unfollow(_random.Pick([.. reader.Wanted.Keys]));
                break;
            case 6 or 7:
                reader.Leave(vanishes: _random.Chance(0.3));
                break;
            case 8 when reader.IsReading:
                reader.Read(false);
                world.After(_random.Seconds(1, 60), () => reader.Read(true));
                break;
        }
    }

    private IEnumerable<string> Some()
    {
        string[] tokens = [.. books.Trading.Select(static token => token.Id)];
        _random.Shuffle(tokens);
        return tokens.Take(1 + _random.Next(tokens.Length));
    }
}
