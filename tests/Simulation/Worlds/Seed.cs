namespace Oddswire.Simulation.Worlds;

/// <summary>The number a world is made of. Each component draws from a fork of its own, so that one more draw in one does not shift the others.</summary>
internal readonly record struct Seed(int Number)
{
    internal Random For(string component) => new(Fork(component));

    internal int Fork(string component)
    {
        // FNV-1a, then a finalizer: neighbouring seeds and names must not give neighbouring forks.
        var hash = 14695981039346656037UL ^ (uint)Number;
        foreach (var letter in component)
            hash = (hash ^ letter) * 1099511628211;
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
        return (int)((hash ^ (hash >> 33)) & int.MaxValue);
    }
}

/// <summary>What worlds draw: chances, spans of time, one of several.</summary>
internal static class Draws
{
    internal static bool Chance(this Random random, double probability) => probability > 0 && random.NextDouble() < probability;

    internal static TimeSpan Seconds(this Random random, double from, double to) =>
        TimeSpan.FromSeconds(from + (random.NextDouble() * (to - from)));

    /// <summary>As likely between 1 and 10 as between 10 and 100.</summary>
    internal static double LogUniform(this Random random, double from, double to) =>
        from * Math.Pow(to / from, random.NextDouble());

    internal static T Pick<T>(this Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
