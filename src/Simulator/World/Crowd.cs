namespace Oddswire.Simulator.World;

// The wallets, and which of them trades next: who has waited too long goes first, else a few are much busier than most.
internal sealed class Crowd
{
    // With blocks of 2 s and up to 0.4 s on the way, everybody is in every second block: a fill at least every 4 s.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.25);

    private readonly Turns<Wallet> _turns = new(Patience);
    private readonly Random _random;

    public Crowd(WorldSettings settings)
    {
        _random = Seeds.Fork(settings.Seed, "crowd");
        Wallets = [.. Enumerable.Range(0, settings.Wallets).Select(number => number == 0 && settings.DemoAccount ? Wallet.OfKnownKey(settings.Seed) : Wallet.Create(settings.Seed, number))];
        foreach (var wallet in Wallets) _turns.Add(wallet, DateTimeOffset.MinValue);
    }

    public IReadOnlyList<Wallet> Wallets { get; }

    public Wallet Next(DateTimeOffset now, Wallet? except = null)
    {
        var wallet = _turns.Overdue(now, except) ?? Any(except);
        _turns.Took(wallet, now);
        return wallet;
    }

    // It has traded without having been asked who is next.
    public void Took(Wallet wallet, DateTimeOffset now) => _turns.Took(wallet, now);

    private Wallet Any(Wallet? except)
    {
        var draw = _random.NextDouble();
        var at = (int)(draw * draw * Wallets.Count);
        return Wallets[at] == except ? Wallets[(at + 1) % Wallets.Count] : Wallets[at];
    }
}
