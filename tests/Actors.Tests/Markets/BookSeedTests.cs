using Oddswire.Simulator.Faults;
using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Actors.Tests.Markets;

/// <summary>
/// Books under a seed: clients come, go and are slow, the venue does whatever it can do wrong. No whole book is told that the venue never had; and
/// within the ladder's time after it is well again, every client's every book is the venue's.
/// </summary>
public sealed class BookSeedTests
{
    private static readonly FaultKind[] Kinds =
    [
        FaultKind.Drop, FaultKind.Close, FaultKind.Freeze, FaultKind.FreezeKeepPongs, FaultKind.Mute, FaultKind.Lose, FaultKind.Duplicate, FaultKind.Reorder,
        FaultKind.Delay, FaultKind.Garbage, FaultKind.Text, FaultKind.HalfFrame, FaultKind.Status, FaultKind.AcceptThenClose, FaultKind.Hang,
        FaultKind.SkipChange, FaultKind.Crossed, FaultKind.StaleSnapshot,
    ];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 25)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void After_any_faults_every_served_book_is_the_venues_and_none_was_told_that_it_never_had(int seed)
    {
        var random = new Random(seed);
        var gateway = new BookGateway(seed, new WorldSettings { Window = TimeSpan.FromMinutes(2), BookRate = 4 }, feed: feed => feed with { TokensPerConnection = random.Next(2, 30) });
        var clients = new List<BookClient>();
        for (var moment = 0; moment < 25; moment++)
        {
            if (clients.Count < 6)
                clients.Add(gateway.Connect(extended: random.Next(2) == 0).Follow(Some(gateway, random)));
            Disturb(gateway, random);
            var one = clients[random.Next(clients.Count)];
            one.Socket.Unread = random.Next(3) == 0 ? 3_000_000 : 0;
            if (one.Socket.IsOpen && random.Next(3) == 0)
                one.Subscribe(Some(gateway, random).Select(static token => token.Id));
            gateway.Run(random.NextDouble() * 8);
        }
        gateway.Street.Heal();
        foreach (var client in clients)
            client.Socket.Unread = 0;
        gateway.Run(150);
        foreach (var client in clients)
        {
            Assert.All(client.Read().Whole, told => Assert.True(gateway.Street.Had(told.Token, told.Book), $"the venue never had this book of {told.Token}: {told.Book}"));
            if (client.Socket.IsOpen)
                Assert.All(gateway.Street.Open.SelectMany(static market => market.Tokens), token => Assert.Equal(client.BookOf(token) is null ? null : BookStreet.BookOf(token), client.BookOf(token)));
        }
        Assert.All(clients.Where(static client => client.Socket.IsOpen), client => Assert.DoesNotContain(client.Stale, token => gateway.Street.Open.Any(market => market.Tokens.Any(one => one.Id == token))));
    }

    private static OutcomeToken[] Some(BookGateway gateway, Random random)
    {
        var tokens = gateway.Street.Open.SelectMany(static market => market.Tokens).ToArray();
        random.Shuffle(tokens);
        return tokens[..random.Next(1, tokens.Length)];
    }

    private static void Disturb(BookGateway gateway, Random random)
    {
        if (random.Next(2) == 0)
            return;
        var tokens = gateway.Street.Open.SelectMany(static market => market.Tokens).ToArray();
        var topic = random.Next(2) == 0 ? tokens[random.Next(tokens.Length)].Id : null;
        gateway.Street.Strike(Kinds[random.Next(Kinds.Length)], 1 + (random.NextDouble() * 20), fault => fault with
        {
            Topic = topic,
            Share = random.NextDouble(),
            Connection = random.Next(2) == 0 ? "all" : "newest",
            Status = random.Next(2) == 0 ? 503 : 429,
            Code = random.Next(2) == 0 ? 1011 : 1013,
        });
    }
}
