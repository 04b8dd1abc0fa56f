using Oddswire.Actors.Feeds;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.Venues.PolymarketUs;
using Xunit;

namespace Oddswire.Actors.Tests.UsMarkets;

/// <summary>
/// Interest that changes at random, under a seed. Whatever the venue does wrong: two and a half minutes after it is well again what is received is what
/// is wanted. While nothing is wrong no market is dark at all, however interest changes: every trade is told, once, in order.
/// </summary>
public sealed class UsSeedTests
{
    private const double Settles = 150;

    /// <summary>From the wish to the subscription, when the venue is well: a dial, or a request that had no place on the first connection that was asked.</summary>
    private static readonly TimeSpan Begins = TimeSpan.FromSeconds(2);

    private static readonly FaultKind[] Kinds =
    [
        FaultKind.Drop, FaultKind.Close, FaultKind.Freeze, FaultKind.FreezeKeepPongs, FaultKind.Mute, FaultKind.Lose, FaultKind.Duplicate, FaultKind.Reorder,
        FaultKind.Delay, FaultKind.Garbage, FaultKind.Text, FaultKind.HalfFrame, FaultKind.Status, FaultKind.AcceptThenClose, FaultKind.Hang, FaultKind.Debounce,
    ];

    private static readonly UsSubscriptionType[] Types = [UsSubscriptionType.MarketData, UsSubscriptionType.MarketDataLite, UsSubscriptionType.Trade];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 16)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void After_any_faults_what_is_received_is_what_is_wanted(int seed)
    {
        var random = new Random(seed);
        var (gateway, clients) = Open(seed, random);
        for (var moment = 0; moment < 25; moment++)
        {
            Change(gateway, clients[random.Next(clients.Count)], random);
            Disturb(gateway, random);
            gateway.Run(random.NextDouble() * 8);
        }
        gateway.Street.Heal();
        gateway.Run(Settles);
        gateway.Street.Use(static standIn =>
        {
            standIn.World.Pause();
            return true;
        });
        gateway.Run(1);
        var subscribed = gateway.Street.Subscribed();
        var wanted = clients.SelectMany(static client => client.Wanted).Select(static one => (Name(one.Type), one.Slug)).Distinct().Order();
        Assert.Equal(wanted, subscribed.Select(static one => (one.Type, one.Slug)).Distinct().Order());
        // One that does not exist may be on its way to another connection just now, to be asked for there.
        Assert.Distinct(subscribed.Where(static one => one.Slug != Nowhere).Select(static one => (one.Type, one.Slug)));
        foreach (var type in Types[..2])
        {
            var now = gateway.Street.Look(type, [.. gateway.Street.Slugs]);
            gateway.Run(1);
            var told = now.Told.ToDictionary(static one => one.Slug, static one => one.Payload);
            Assert.All(clients.SelectMany(static client => client.Wanted, static (client, one) => (client, one)).Where(pair => pair.one.Type == type && pair.one.Slug != Nowhere), pair => Assert.Equal(told[pair.one.Slug], pair.client.Last(type, pair.one.Slug)));
        }
        Assert.All(clients.SelectMany(static client => client.Wanted, static (client, one) => (client, one)), static pair => Assert.False(pair.client.IsInGap(pair.one.Type, pair.one.Slug), $"{pair.one} is in a gap"));
        Assert.All(clients, static client => Assert.All(client.Wanted.Where(static one => one.Type == UsSubscriptionType.Trade), one => Assert.Distinct(client.All(one.Type, one.Slug))));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void While_nothing_is_wrong_no_market_is_dark_however_interest_changes(int seed)
    {
        var random = new Random(seed);
        var (gateway, clients) = Open(seed, random);
        var steady = gateway.Street.Slugs.Take(3).ToArray();
        var faithful = gateway.Connect().Follow(UsSubscriptionType.Trade, steady);
        gateway.Run(5);
        var witnesses = steady.Select(slug => gateway.Street.Look(UsSubscriptionType.Trade, slug)).ToArray();
        var wantedSince = new Dictionary<(UsSubscriptionType, string), TimeSpan>();
        for (var moment = 0; moment < 60; moment++)
        {
            Change(gateway, clients[random.Next(clients.Count)], random);
            for (var left = random.NextDouble() * 4; left > 0; left -= 0.5)
            {
                LookForTheDark(gateway, [.. clients, faithful], wantedSince);
                gateway.Run(Math.Min(0.5, left));
            }
        }
        gateway.Run(5);
        for (var i = 0; i < steady.Length; i++)
        {
            var (seen, heard) = (witnesses[i].Told.Select(static one => one.Payload).ToList(), faithful.All(UsSubscriptionType.Trade, steady[i]).ToList());
            Assert.True(seen.Count > 20);
            Assert.Equal(seen, heard.Skip(heard.IndexOf(seen[0])));
        }
        Assert.All(clients, static client => Assert.Empty(client.Gaps));
        var told = gateway.Ledger.Drain();
        Assert.Empty(told.OfType<LedgerMessage.GapFact>());
        Assert.DoesNotContain(told.OfType<LedgerMessage.FeedFact>(), static fact => fact.Kind is "lost" or "silent" || fact.Detail.Contains("refused", StringComparison.Ordinal));
    }

    private const string Nowhere = "no-such-market";

    private static (UsGateway Gateway, List<UsFollower> Clients) Open(int seed, Random random)
    {
        var rules = new UsConnectionRules { Requests = random.Next(4, 11), Slugs = random.Next(2, 15), Tidy = TimeSpan.FromSeconds(random.Next(5, 25)) };
        var venue = new UsRules { Heartbeat = TimeSpan.FromSeconds(random.Next(5, 30)) };
        var gateway = new UsGateway(seed, random.Next(10, 40), venue, rules, connections: random.Next(8, 20));
        return (gateway, [.. Enumerable.Range(0, 6).Select(_ => gateway.Connect())]);
    }

    private static void Change(UsGateway gateway, UsFollower client, Random random)
    {
        var type = Types[random.Next(Types.Length)];
        var slugs = gateway.Street.Slugs.ToArray();
        random.Shuffle(slugs);
        var some = slugs[..random.Next(1, 1 + (slugs.Length / 3))];
        if (random.Next(2) == 0)
            client.Follow(type, random.Next(8) == 0 ? [.. some, Nowhere] : some);
        else
            client.Unfollow(type, random.Next(3) == 0 ? client.Wanted.Where(one => one.Type == type).Select(static one => one.Slug).ToArray() : some);
    }

    private static void LookForTheDark(UsGateway gateway, List<UsFollower> clients, Dictionary<(UsSubscriptionType Type, string Slug), TimeSpan> wantedSince)
    {
        var now = gateway.Kit.Clock.Elapsed;
        var wanted = clients.SelectMany(static client => client.Wanted).ToHashSet();
        foreach (var gone in wantedSince.Keys.Where(one => !wanted.Contains(one)).ToArray())
            wantedSince.Remove(gone);
        foreach (var one in wanted)
            wantedSince.TryAdd(one, now);
        var subscribed = gateway.Street.Subscribed().Where(static one => one.Request != "witness").Select(static one => (one.Type, one.Slug)).ToHashSet();
        Assert.All(wantedSince.Where(pair => now - pair.Value > Begins), pair => Assert.True(subscribed.Contains((Name(pair.Key.Type), pair.Key.Slug)), $"{pair.Key} is dark at {now}, wanted since {pair.Value}"));
    }

    private static void Disturb(UsGateway gateway, Random random)
    {
        if (random.Next(2) == 0)
            return;
        var topic = random.Next(2) == 0 ? gateway.Street.Slugs[random.Next(gateway.Street.Slugs.Count)] : null;
        gateway.Street.Strike(Kinds[random.Next(Kinds.Length)], 1 + (random.NextDouble() * 20), fault => fault with
        {
            Topic = topic,
            Share = random.NextDouble(),
            Connection = random.Next(2) == 0 ? "all" : "newest",
            Status = random.Next(2) == 0 ? 503 : 429,
            Code = random.Next(2) == 0 ? 1001 : 1006,
        });
    }

    private static string Name(UsSubscriptionType type) => type switch
    {
        UsSubscriptionType.MarketData => "MARKET_DATA",
        UsSubscriptionType.MarketDataLite => "MARKET_DATA_LITE",
        _ => "TRADE",
    };
}
