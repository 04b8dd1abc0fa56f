using System.Collections.Immutable;
using Oddswire.Actors.Feeds;
using Oddswire.Actors.Markets;
using Oddswire.Actors.Sessions;
using Oddswire.Actors.Tape;
using Oddswire.Actors.Tests.Sessions;
using Oddswire.Messages.Books;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Runtime;
using Oddswire.Runtime.Supervision;
using Oddswire.Simulator.World;
using Oddswire.TestKit;

namespace Oddswire.Actors.Tests.Markets;

/// <summary>Order books from the venue to the clients' sockets, of real actors, in virtual time.</summary>
internal sealed class BookGateway
{
    internal BookGateway(int seed = 1, WorldSettings? world = null, SessionRules? sessions = null, Func<BookFeedSettings, BookFeedSettings>? feed = null, BookRules? rules = null, bool hasRest = true)
    {
        Kit = new TestSystem(seed);
        Street = new BookStreet(Kit, (world ?? new WorldSettings { Window = TimeSpan.FromHours(1), BookRate = 4 }) with { Seed = seed, Rate = 6 });
        Ledger = Kit.Probe<LedgerMessage>();
        Books = Kit.Spawn(() => new BooksActor(rules ?? new BookRules(), hasRest ? Street : null, Ledger), "books");
        var wiring = new SessionWiring(
            (sessions ?? new SessionRules()) with { PingEvery = TimeSpan.FromHours(1) }, new MemoryTape(10), Kit.Probe<TapeMessage>(), Kit.Probe<SubscriptionMessage>(), Kit.Probe<KeyMessage>(), Ledger)
        { Books = Books };
        Sessions = Kit.Spawn(() => new SessionsActor(wiring), "sessions");
        var conversation = new ClobMarketRules(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(25), 500);
        var settings = new BookFeedSettings(new FeedSettings("clob-market", SourceKind.Follower, new(new Uri("ws://clob-market/"), []), () => new ClobMarketConversation(conversation))
        {
            Silence = null,
            Backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4), Jitter.Full),
        });
        Feed = Kit.Spawn(() => new BookFeedActor(feed?.Invoke(settings) ?? settings, Street, Books, Ledger), "clob-market");
        Kit.Settle();
    }

    internal TestSystem Kit { get; }
    internal BookStreet Street { get; }
    internal Probe<LedgerMessage> Ledger { get; }
    internal ActorRef<BooksMessage> Books { get; }
    internal ActorRef<SessionsMessage> Sessions { get; }
    internal ActorRef<FeedMessage> Feed { get; }

    internal BookClient Connect(bool extended = false)
    {
        var client = new FakeClient(Kit);
        var door = Kit.Probe<ActorRef<SessionMessage>>();
        Sessions.Tell(new Accept(new SocketClient(Made.Key(), "127.0.0.1", extended, client) { Protocol = SessionProtocol.ClobMarket }, door));
        client.Session = door.Expect<ActorRef<SessionMessage>>();
        return new BookClient(client);
    }

    internal BookGateway Run(double seconds)
    {
        Kit.Advance(TimeSpan.FromSeconds(seconds));
        return this;
    }

    internal async Task<BookGlance> Glance(OutcomeToken token) =>
        await Kit.Ask<BooksMessage, BookGlance>(Books, to => new BooksMessage.GetBook(WireText.Parse<TokenId>(token.Id), to));

    internal async Task<FeedStatus> Status() => await Kit.Ask<FeedMessage, FeedStatus>(Feed, static to => new FeedMessage.GetStatus(to));

    internal List<LedgerMessage.FeedFact> Facts() => [.. Ledger.Drain().OfType<LedgerMessage.FeedFact>()];
}
