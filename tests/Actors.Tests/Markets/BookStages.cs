using Oddswire.Actors.Feeds;
using Oddswire.Actors.Markets;
using Oddswire.Actors.Ports;
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
using Oddswire.Runtime;
using Oddswire.Runtime.Supervision;
using Oddswire.TestKit;

namespace Oddswire.Actors.Tests.Markets;

/// <summary>The stages of order books, of real actors: the feed, the books, the sessions.</summary>
internal sealed class BookStages
{
    private readonly TestSystem _kit;

    internal BookStages(
        TestSystem kit, IUpstream upstream, IBookSource? source, SessionRules? sessions = null, Func<BookFeedSettings, BookFeedSettings>? feed = null, BookRules? rules = null)
    {
        _kit = kit;
        Ledger = kit.Probe<LedgerMessage>();
        Books = kit.Spawn(() => new BooksActor(rules ?? new BookRules(), source, Ledger), "books");
        var wiring = new SessionWiring(
            (sessions ?? new SessionRules()) with { PingEvery = TimeSpan.FromHours(1) }, new MemoryTape(10), kit.Probe<TapeMessage>(), kit.Probe<SubscriptionMessage>(), kit.Probe<KeyMessage>(), Ledger)
        { Books = Books };
        Sessions = kit.Spawn(() => new SessionsActor(wiring), "sessions");
        var conversation = new ClobMarketRules(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(25), 500);
        var settings = new BookFeedSettings(new FeedSettings("clob-market", SourceKind.Follower, new(new Uri("ws://clob-market/"), []), () => new ClobMarketConversation(conversation))
        {
            Silence = null,
            Backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4), Jitter.Full),
        });
        Feed = kit.Spawn(() => new BookFeedActor(feed?.Invoke(settings) ?? settings, upstream, Books, Ledger), "clob-market");
        kit.Settle();
    }

    internal Probe<LedgerMessage> Ledger { get; }
    internal ActorRef<BooksMessage> Books { get; }
    internal ActorRef<SessionsMessage> Sessions { get; }
    internal ActorRef<FeedMessage> Feed { get; }

    internal BookClient Connect(bool extended = false)
    {
        var client = new FakeClient(_kit);
        var door = _kit.Probe<ActorRef<SessionMessage>>();
        Sessions.Tell(new Accept(new SocketClient(Made.Key(), "127.0.0.1", extended, client) { Protocol = SessionProtocol.ClobMarket }, door));
        client.Session = door.Expect<ActorRef<SessionMessage>>();
        return new BookClient(client);
    }
}
