using System.Collections.Immutable;
using System.Text;
using Oddswire.Actors.Feeds;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Accounts;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Tape;
using Oddswire.Protocols.Clob;
using Oddswire.Runtime;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Actors.Tests.Feeds;

/// <summary>The feed of one account, against a venue whose answers the test gives.</summary>
public sealed class ClobUserFeedTests
{
    private const string Trade = """{"event_type":"trade","id":"28c4d2eb","market":"0x1d8720896546460a48d4f7fd5b3f0705a8d427921222de498d1cd334d4890c52","status":"MATCHED"}""";

    private readonly TestSystem _kit = new();
    private readonly FakeUpstream _venue = new();
    private readonly Probe<TapeMessage> _tape;
    private readonly Probe<LedgerMessage> _ledger;
    private readonly Probe<AccountMessage> _account;
    private readonly ActorRef<FeedMessage> _feed;

    public ClobUserFeedTests()
    {
        (_tape, _ledger, _account) = (_kit.Probe<TapeMessage>(), _kit.Probe<LedgerMessage>(), _kit.Probe<AccountMessage>());
        var settings = new FeedSettings(
            "clob-user-main", SourceKind.Follower, new(new Uri("ws://venue/ws/user"), []),
            static () => new ClobUserConversation(new ClobCredentials("the-key", "the-secret", "the-passphrase"), TimeSpan.FromSeconds(10)))
        {
            Account = "main",
            Silence = TimeSpan.FromSeconds(30),
        };
        _feed = _kit.Spawn(() => new SingleFeedActor(settings, _venue, _tape, _ledger, static () => [], _account), "clob-user-main");
        _kit.Settle();
    }

    private void Deliver(string text, int socket = 0)
    {
        _venue.Sockets[socket].Deliver(text);
        _kit.Settle();
    }

    private void End(int? code, string reason = "", int socket = 0)
    {
        _venue.Sockets[socket].End(new UpstreamClosedException { Code = code, Reason = reason });
        _kit.Settle();
    }

    private async Task<FeedState> State() => (await _kit.Ask<FeedMessage, FeedStatus>(_feed, reply => new FeedMessage.GetStatus(reply))).State;

    [Fact]
    public async Task It_says_who_it_is_first_then_PING_and_is_live_when_the_venue_answers()
    {
        Assert.Equal(
            ["""{"auth":{"apiKey":"the-key","secret":"the-secret","passphrase":"the-passphrase"},"type":"user","markets":[]}""", "PING"],
            _venue.Sockets[0].Sent);
        Assert.Equal(FeedState.Connecting, await State());
        Deliver("PONG");
        Assert.Equal(FeedState.Live, await State());
        _account.Expect(new AccountMessage.SourceUp("main"));
        _tape.ExpectNothing();
    }

    [Fact]
    public void Events_are_handed_on_byte_for_byte()
    {
        Deliver(Trade);
        _account.Expect<AccountMessage.SourceUp>();
        var heard = Assert.Single(_account.Expect<AccountMessage.Heard>().Events);
        Assert.Equal((AccountEventKind.Trade, "28c4d2eb", "MATCHED", Trade), (heard.Kind, heard.Id, heard.Status, Encoding.UTF8.GetString(heard.Bytes.Span)));
        _tape.ExpectNothing();
    }

    [Fact]
    public void Every_ten_seconds_there_is_a_PING_and_without_its_PONG_the_connection_is_dialled_anew()
    {
        Deliver("PONG");
        _kit.Advance(TimeSpan.FromSeconds(25));
        Assert.Equal(3, _venue.Sockets[0].Sent.Count(static text => text == "PING"));
        Deliver("PONG");
        _kit.Advance(TimeSpan.FromSeconds(29));
        Assert.Single(_venue.Sockets);
        _account.Drain();
        _kit.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("silent for 30 s", _account.Expect<AccountMessage.SourceDown>().Reason);
        _kit.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, _venue.Sockets.Count);
        Assert.Equal(2, _venue.Sockets[1].Sent.Count);
    }

    [Fact]
    public async Task Closed_for_a_breach_before_a_word_was_said_it_is_refused_until_somebody_says_retry()
    {
        End(1008, "invalid credentials");
        _kit.Advance(TimeSpan.FromMinutes(10));
        Assert.Single(_venue.Sockets);
        Assert.Equal(FeedState.Refused, await State());
        var facts = _ledger.Drain().OfType<LedgerMessage.FeedFact>().ToList();
        Assert.Equal(["refused"], facts.Select(static fact => fact.Kind));
        _feed.Tell(new FeedMessage.Retry());
        _kit.Settle();
        Assert.Equal(2, _venue.Sockets.Count);
    }

    [Fact]
    public async Task Closed_for_a_breach_later_it_comes_back()
    {
        Deliver("PONG");
        End(1008, "too many");
        _kit.Advance(TimeSpan.FromSeconds(45));
        Assert.Equal(2, _venue.Sockets.Count);
        Assert.NotEqual(FeedState.Refused, await State());
    }

    [Fact]
    public void Its_secrets_are_in_no_log_line_and_in_no_fact()
    {
        Deliver("PONG");
        Deliver("garbage");
        End(1011);
        _kit.Advance(TimeSpan.FromSeconds(70));
        End(1008, "invalid credentials", _venue.Sockets.Count - 1);
        var told = string.Join('\n', _kit.Log.Lines.Select(static line => line.Text + line.Cause).Concat(_ledger.Drain().Select(static fact => fact.ToString())));
        Assert.NotEmpty(told);
        foreach (var secret in ImmutableArray.Create("the-key", "the-secret", "the-passphrase"))
            Assert.DoesNotContain(secret, told);
        Assert.DoesNotContain("the-secret", new ClobCredentials("the-key", "the-secret", "the-passphrase").ToString());
    }
}
