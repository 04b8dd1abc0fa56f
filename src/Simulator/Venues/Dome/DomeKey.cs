namespace Oddswire.Simulator.Venues.Dome;

// What a key may do; the limits count per key, over all its sockets.
public sealed record DomeTier(string Name, int Subscriptions, int Items, bool Wildcard)
{
    public static readonly DomeTier Free = new("Free", 2, 5, Wildcard: false);
    public static readonly DomeTier Dev = new("Dev", 500, 500, Wildcard: true);
    public static readonly DomeTier Enterprise = new("Enterprise", 10_000, 100_000, Wildcard: true);
}

public sealed record DomeKey(string Text, DomeTier Tier)
{
    // Public, as the demo's are: they open nothing but a simulator on loopback.
    public static readonly IReadOnlyList<DomeKey> Demo =
        [new("demo-free", DomeTier.Free), new("demo-dev", DomeTier.Dev), new("demo-enterprise", DomeTier.Enterprise)];
}
