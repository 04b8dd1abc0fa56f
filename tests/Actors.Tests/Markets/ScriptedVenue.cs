using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Actors.Tests.Feeds;
using Oddswire.Messages.Books;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Values;
using Oddswire.TestKit;

namespace Oddswire.Actors.Tests.Markets;

/// <summary>A venue of one market of two tokens whose every frame a test writes, and the stages of order books behind it.</summary>
internal sealed class ScriptedVenue : IBookSource
{
    internal const string Hash = "0458ea5755c9f73d64a14636fa5c36ed460ec394";

    private readonly TestSystem _kit = new();
    private readonly FakeUpstream _upstream = new();

    internal ScriptedVenue() => Stages = new BookStages(_kit, _upstream, this);

    internal BookStages Stages { get; }

    internal static string Market => Made.Condition(1).ToString();

    internal List<ImmutableArray<TokenId>> Asked { get; } = [];

    /// <summary>What REST has; nothing: it does not answer.</summary>
    internal Func<TokenId, BookSeed?>? Rest { get; set; }

    internal List<string> Sent => _upstream.Sockets[^1].Sent;

    internal List<LedgerMessage.FeedFact> Facts => [.. Stages.Ledger.Drain().OfType<LedgerMessage.FeedFact>()];

    internal async Task<BookGlance> Glance(TokenId token) => await _kit.Ask<BooksMessage, BookGlance>(Stages.Books, to => new BooksMessage.GetBook(token, to));

    internal ScriptedVenue Say(string frame)
    {
        _upstream.Sockets[^1].Deliver(frame);
        _kit.Settle();
        return this;
    }

    /// <summary>PONGs go on, and nothing else.</summary>
    internal ScriptedVenue Run(double seconds)
    {
        for (; seconds > 0; seconds -= 5)
        {
            _kit.Advance(TimeSpan.FromSeconds(Math.Min(seconds, 5)));
            Say("PONG");
        }
        return this;
    }

    /// <summary>A client that follows the first token and begins with this book of it: 0.40 and 0.45 to 0.55 and 0.60.</summary>
    internal BookClient Follow(long timestamp = 1_000, bool extended = true)
    {
        var client = Stages.Connect(extended).Open("1");
        Say("[]\n").Say($"[{Book(timestamp)}]\n");
        client.Read();
        return client;
    }

    internal static string Book(long timestamp, int token = 1, string bids = """{"price":"0.40","size":"10"},{"price":"0.45","size":"5"}""", string asks = """{"price":"0.60","size":"10"},{"price":"0.55","size":"5"}""") =>
        $$"""{"market":"{{Market}}","asset_id":"{{token}}","timestamp":"{{timestamp}}","hash":"{{Hash}}","bids":[{{bids}}],"asks":[{{asks}}],"tick_size":"0.01","event_type":"book","last_trade_price":"0.500"}""";

    internal static string Change(string price, string size, string side, string bid, string ask, int token = 1) =>
        $$"""{"asset_id":"{{token}}","price":"{{price}}","size":"{{size}}","side":"{{side}}","hash":"{{Hash}}","best_bid":"{{bid}}","best_ask":"{{ask}}"}""";

    internal static string Changes(long timestamp, params ReadOnlySpan<string> changes) =>
        $$"""{"market":"{{Market}}","price_changes":[{{string.Join(',', changes)}}],"timestamp":"{{timestamp}}","event_type":"price_change"}""";

    internal static BookSeed Seed(TokenId token, long timestamp, string bid, string ask) => new(
        Made.Condition(1), token, timestamp, null, [Level(bid)], [Level(ask)],
        new BookTerms { MinOrderSize = Number("5"), TickSize = Number("0.01"), NegativeRisk = false });

    public ValueTask<ImmutableArray<BookSeed>> Find(ImmutableArray<TokenId> tokens, CancellationToken cancel)
    {
        Asked.Add(tokens);
        return Rest is { } rest
            ? new([.. tokens.Select(rest).OfType<BookSeed>()])
            : ValueTask.FromException<ImmutableArray<BookSeed>>(new HttpRequestException("HTTP 503"));
    }

    private static BookLevel Level(string price) => new(Number(price), Number("1"));

    private static WrittenDecimal Number(string text) => WireText.Parse<WrittenDecimal>(text);
}
