using System.Text;
using Oddswire.Actors.Keys;
using Oddswire.Actors.Sessions;
using Oddswire.Messages.Accounts;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Sessions;
using Oddswire.Protocols.Clob;
using Xunit;

namespace Oddswire.Actors.Tests.Sessions;

public sealed class ClobUserSessionTests
{
    private readonly Gateway _gateway = new();

    private static string Opening(string key = "bot", string secret = "s", string passphrase = "p", string markets = "", string type = "user") =>
        $$"""{"auth":{"apiKey":"{{key}}","secret":"{{secret}}","passphrase":"{{passphrase}}"},"type":"{{type}}","markets":[{{markets}}]}""";

    private static AccountEvent Trade(int id, int market = 1, string status = "MATCHED") =>
        new(AccountEventKind.Trade, $"{id}", status, Made.Condition(market), Encoding.UTF8.GetBytes($"event {id} {status}"));

    private FakeClient Connect(bool extended = false) => _gateway.Connect(extended, Stranger, protocol: SessionProtocol.ClobUser);

    private FakeClient Open(string? opening = null, bool extended = false)
    {
        var client = Connect(extended);
        client.Send(opening ?? Opening());
        return client;
    }

    private static Key Stranger => new("(open)", Tier.Enterprise, ["stream"], KeyLimits.Of(Tier.Enterprise));

    private void Hear(params ReadOnlySpan<AccountEvent> events)
    {
        _gateway.Accounts.Tell(new AccountMessage.Heard("main", [.. events]));
        _gateway.Kit.Settle();
    }

    [Fact]
    public void Whose_key_may_read_the_account_gets_its_events_byte_for_byte_and_no_answer_before()
    {
        var client = Open();
        client.ExpectNothing();
        Hear(Trade(1), Trade(2), Trade(1));
        Assert.Equal(["event 1 MATCHED", "event 2 MATCHED"], client.Drain());
        _gateway.Accounts.Tell(new AccountMessage.Heard("other", [Trade(3)]));
        client.ExpectNothing();
    }

    [Theory]
    [InlineData("nobody", "s", "p")]
    [InlineData("bot", "wrong", "p")]
    [InlineData("bot", "s", "")]
    [InlineData("stranger", "s", "p")]     // known, and may read no account
    [InlineData("gone", "s", "p")]         // known, and its account is not there
    public void Bad_credentials_are_closed_with_1008(string key, string secret, string passphrase)
    {
        var client = Open(Opening(key, secret, passphrase));
        Assert.Equal((1008, "invalid credentials"), (client.ClosedWith, client.CloseReason));
        var refused = _gateway.Ledger.Drain().OfType<LedgerMessage.ClientFact>().Select(static fact => fact.Act).First(static act => act.Deed == Deed.Refused);
        Assert.Equal("clob-user", refused.Protocol);
        Assert.DoesNotContain("wrong", $"{refused}");
    }

    [Theory]
    [InlineData("PING")]
    [InlineData("nonsense")]
    [InlineData("""{"type":"market","assets_ids":[]}""")]
    [InlineData("""{"operation":"unsubscribe","markets":[]}""")]
    public void A_bad_first_frame_is_closed_with_1008(string text)
    {
        var client = Open(text);
        Assert.Equal((1008, "invalid subscription payload"), (client.ClosedWith, client.CloseReason));
    }

    [Fact]
    public void Who_does_not_say_who_he_is_is_closed()
    {
        var client = Connect();
        _gateway.Kit.Advance(TimeSpan.FromSeconds(9));
        Assert.True(client.IsOpen);
        _gateway.Kit.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1008, client.ClosedWith);
    }

    [Fact]
    public void The_case_of_the_type_does_not_matter()
    {
        var client = Open(Opening(type: "USER"));
        Hear(Trade(1));
        Assert.Single(client.Drain());
    }

    [Fact]
    public void Markets_restrict_and_are_changed_by_operations_or_by_the_whole_frame_again()
    {
        var client = Open(Opening(markets: $"\"{Made.Condition(1)}\""));
        Hear(Trade(1), Trade(2, market: 2));
        Assert.Equal(["event 1 MATCHED"], client.Drain());
        client.Send($$"""{"operation":"subscribe","markets":["{{Made.Condition(2)}}"]}""");
        client.Send($$"""{"operation":"unsubscribe","markets":["{{Made.Condition(1)}}"]}""");
        Hear(Trade(3), Trade(4, market: 2));
        Assert.Equal(["event 4 MATCHED"], client.Drain());
        client.Send($$"""{"operation":"unsubscribe","markets":["{{Made.Condition(2)}}"]}""");
        Hear(Trade(5), Trade(6, market: 2));
        client.ExpectNothing();
        client.Send(Opening());
        Hear(Trade(7), Trade(8, market: 2));
        Assert.Equal(2, client.Drain().Count);
    }

    [Theory]
    [InlineData("PING", "PONG")]
    [InlineData("ping", "pong")]
    [InlineData("nonsense", "INVALID MESSAGE")]
    [InlineData("""{"operation":"dance","markets":[]}""", "INVALID OPERATION")]
    [InlineData("""{"type":"user","markets":[]}""", "INVALID OPERATION")]
    public void Later_frames_are_answered_in_words(string text, string answer)
    {
        var client = Open();
        client.Send(text);
        Assert.Equal([answer], client.Drain());
    }

    [Fact]
    public void Another_s_credentials_do_not_change_who_it_is()
    {
        var client = Open();
        client.Send(Opening("stranger"));
        Assert.Equal(["INVALID OPERATION"], client.Drain());
    }

    [Fact]
    public void Who_asked_for_more_gets_the_last_states_first_and_gaps()
    {
        Hear(Trade(1), Trade(2, market: 2), Trade(1, status: "MINED"));
        var native = Open();
        native.ExpectNothing();
        var client = Open(Opening(markets: $"\"{Made.Condition(1)}\""), extended: true);
        Assert.Equal(
            ["""{"type":"gateway.account","event_type":"gateway.account","account":"main","held":1,"state":"connecting"}""", "event 1 MINED"], client.Drain());
        _gateway.Accounts.Tell(new AccountMessage.SourceUp("main"));
        _gateway.Accounts.Tell(new AccountMessage.SourceDown("main", 1, "dropped"));
        Assert.StartsWith("""{"type":"gateway.gap","event_type":"gateway.gap","account":"main","from":"1","to":null""", Assert.Single(client.Drain()));
        native.ExpectNothing();
    }

    [Fact]
    public void A_slow_client_is_closed_with_1013()
    {
        var client = Open();
        client.Unread = 9 << 20;
        Hear(Trade(1));
        Assert.Equal((1013, "slow consumer: send buffer full"), (client.ClosedWith, client.CloseReason));
    }

    [Fact]
    public void It_counts_for_its_key_and_goes_with_it()
    {
        var client = Open();
        var count = _gateway.Kit.Probe<int>();
        _gateway.Keys.Tell(new KeyMessage.CountSessions("bot", count));
        _gateway.Keys.Tell(new KeyMessage.CountSessions("(open)", count));
        Assert.Equal([1, 0], count.Drain());
        _gateway.Keys.Tell(new KeyMessage.CloseSessions("bot"));
        _gateway.Kit.Settle();
        Assert.Equal(1008, client.ClosedWith);
        _gateway.Keys.Tell(new KeyMessage.CountSessions("bot", count));
        Assert.Equal([0], count.Drain());
    }

    [Fact]
    public void No_other_three_texts_have_the_hash_of_a_key()
    {
        Assert.NotEqual(Keyring.Hash(new ClobCredentials("ab", "c", "d")), Keyring.Hash(new ClobCredentials("a", "bc", "d")));
        Assert.Null(_gateway.Keyring.Find("clob 3:bot1:s1:p"));      // the text that is hashed is no key of one text
    }
}
