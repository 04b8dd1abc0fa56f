using Oddswire.Actors.Feeds;
using Oddswire.Actors.Markets;
using Oddswire.Actors.Sessions;
using Oddswire.Messages.Books;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.Runtime;
using Oddswire.Simulator.World;
using Oddswire.TestKit;

namespace Oddswire.Actors.Tests.Markets;

/// <summary>Order books from the venue to the clients' sockets, of real actors, in virtual time.</summary>
internal sealed class BookGateway
{
    private readonly BookStages _stages;

    internal BookGateway(int seed = 1, WorldSettings? world = null, SessionRules? sessions = null, Func<BookFeedSettings, BookFeedSettings>? feed = null, BookRules? rules = null, bool hasRest = true)
    {
        Kit = new TestSystem(seed);
        Street = new BookStreet(Kit, (world ?? new WorldSettings { Window = TimeSpan.FromHours(1), BookRate = 4 }) with { Seed = seed, Rate = 6 });
        _stages = new BookStages(Kit, Street, hasRest ? Street : null, sessions, feed, rules);
    }

    internal TestSystem Kit { get; }
    internal BookStreet Street { get; }
    internal Probe<LedgerMessage> Ledger => _stages.Ledger;
    internal ActorRef<BooksMessage> Books => _stages.Books;
    internal ActorRef<SessionsMessage> Sessions => _stages.Sessions;
    internal ActorRef<FeedMessage> Feed => _stages.Feed;

    internal BookClient Connect(bool extended = false) => _stages.Connect(extended);

    internal BookGateway Run(double seconds)
    {
        Kit.Advance(TimeSpan.FromSeconds(seconds));
        return this;
    }

    internal async Task<BookGlance> Glance(OutcomeToken token) =>
        await Kit.Ask<BooksMessage, BookGlance>(Books, to => new BooksMessage.GetBook(WireText.Parse<TokenId>(token.Id), to));

    internal async Task<FeedStatus> Status() => await Kit.Ask<FeedMessage, FeedStatus>(Feed, static to => new FeedMessage.GetStatus(to));

    internal List<LedgerMessage.FeedFact> Facts() => [.. Ledger.Drain().OfType<LedgerMessage.FeedFact>()];

    internal List<Gap> Gaps() => [.. Ledger.Drain().OfType<LedgerMessage.GapFact>().Select(static fact => fact.Gap)];
}
