using System.Text;
using Oddswire.Actors.Sessions;
using Oddswire.Actors.Tape;
using Oddswire.Messages.Books;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Actors.Tests.Sessions;

/// <summary>The market is the test: what it tells may have been on its way when the client asked for something else.</summary>
public sealed class ClobMarketSessionTests
{
    private static readonly TokenId Yes = Made.Token(1), No = Made.Token(2);

    private readonly TestSystem _kit = new();
    private readonly FakeClient _client;

    public ClobMarketSessionTests()
    {
        var wiring = new SessionWiring(
            new SessionRules { PingEvery = TimeSpan.FromHours(1) }, new MemoryTape(10), _kit.Probe<TapeMessage>(), _kit.Probe<SubscriptionMessage>(), _kit.Probe<KeyMessage>(), _kit.Probe<LedgerMessage>())
        { Books = _kit.Probe<BooksMessage>() };
        _client = new FakeClient(_kit);
        _client.Session = _kit.Spawn(() => new ClobMarketSession(new SocketClient(Made.Key(), "127.0.0.1", Extended: true, _client) { Protocol = SessionProtocol.ClobMarket }, wiring), "session");
    }

    [Fact]
    public void What_was_on_its_way_when_a_token_was_left_and_followed_again_does_not_come_behind_its_new_book()
    {
        Begin(Yes);
        Say("unsubscribe", Yes);
        Say("subscribe", Yes);
        Told(BookEventKind.Change, "an old change", Yes, No);
        Told(BookEventKind.Best, "old best prices", Yes);
        Told(BookEventKind.Book, "an old book", Yes);
        Tell(new BookNews.Notice(default, Yes, "stale"u8.ToArray()));
        Told(BookEventKind.Fact, "a trade", Yes);
        Opened(Yes, "book 2");
        Told(BookEventKind.Change, "a new change", Yes, No);
        Assert.Equal(["[book 1]\n", "[book 2]\n", "a trade", "a new change"], _client.Drain());
    }

    [Fact]
    public void What_changed_before_a_token_had_its_book_comes_before_that_book_to_who_follows_the_other()
    {
        Begin(Yes);
        Say("subscribe", No);
        Told(BookEventKind.Change, "before", Yes, No);
        Tell(new BookNews.Notice(default, No, "of what it never saw"u8.ToArray()));
        Opened(No, "book 2");
        Told(BookEventKind.Change, "after", Yes, No);
        Assert.Equal(["[book 1]\n", "before", "[book 2]\n", "after"], _client.Drain());
    }

    [Fact]
    public void What_changed_behind_a_book_waits_until_that_book_is_written()
    {
        Begin(Yes);
        Say("subscribe", No, Made.Token(3));
        Opened(No, "book 2");
        Told(BookEventKind.Change, "after", Yes, No);
        Assert.Equal(["[book 1]\n"], _client.Drain());
        Opened(Made.Token(3), "book 3", Made.Condition(3));
        Assert.Equal(["[book 2,book 3]\n", "after"], _client.Drain());
    }

    private void Begin(TokenId token)
    {
        _client.Send($$"""{"assets_ids":["{{token}}"],"type":"market","custom_feature_enabled":true}""");
        Opened(token, "book 1");
    }

    private void Say(string operation, params TokenId[] tokens) =>
        _client.Send($$"""{"operation":"{{operation}}","assets_ids":[{{string.Join(',', tokens.Select(static token => $"\"{token}\""))}}],"custom_feature_enabled":true}""");

    private void Opened(TokenId token, string book, ConditionId market = default) => Tell(new BookNews.Opening(market, token, Encoding.UTF8.GetBytes(book)));

    private void Told(BookEventKind kind, string text, params TokenId[] tokens) =>
        Tell(new BookNews.Burst([new BookNews.Told(kind, default, [.. tokens], Encoding.UTF8.GetBytes(text))]));

    private void Tell(BookNews news)
    {
        _client.Session.Tell(news);
        _kit.Settle();
    }
}
