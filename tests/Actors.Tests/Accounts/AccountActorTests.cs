using System.Text;
using Oddswire.Actors.Accounts;
using Oddswire.Messages.Accounts;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.Runtime;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Actors.Tests.Accounts;

public sealed class AccountActorTests
{
    private readonly TestSystem _kit = new();
    private readonly Probe<LedgerMessage> _ledger;
    private readonly ActorRef<AccountMessage> _accounts;

    public AccountActorTests()
    {
        _ledger = _kit.Probe<LedgerMessage>();
        _accounts = _kit.Spawn(() => new AccountsActor<AccountMessage>(["main", "other"], name => AccountActor.Instances(name, _ledger)), "accounts");
    }

    private static AccountEvent Trade(string id, string status) =>
        new(AccountEventKind.Trade, id, status, Made.Condition(1), Encoding.UTF8.GetBytes($"{id} {status}"));

    private static string Text(AccountEvent one) => Encoding.UTF8.GetString(one.Bytes.Span);

    private void Hear(params ReadOnlySpan<AccountEvent> events) => _accounts.Tell(new AccountMessage.Heard("main", [.. events]));

    private Probe<SessionMessage> Join(string account = "main")
    {
        var session = _kit.Probe<SessionMessage>();
        _accounts.Tell(new AccountMessage.Join(account, session));
        return session;
    }

    [Fact]
    public void Each_state_is_told_once_as_it_came_to_everybody_who_has_joined()
    {
        Probe<SessionMessage>[] sessions = [Join(), Join()];
        foreach (var session in sessions)
            Assert.Empty(session.Expect<SessionMessage.AccountJoined>().Last);
        var stranger = Join("other");
        stranger.Expect<SessionMessage.AccountJoined>();
        Hear(Trade("1", "MATCHED"), Trade("1", "MATCHED"), Trade("2", "MATCHED"));
        Hear(Trade("1", "MINED"), Trade("2", "MATCHED"), Trade("1", "MATCHED"));
        foreach (var session in sessions)
        {
            Assert.Equal(["1 MATCHED", "2 MATCHED"], session.Expect<SessionMessage.AccountTold>().Events.Select(Text));
            Assert.Equal(["1 MINED"], session.Expect<SessionMessage.AccountTold>().Events.Select(Text));
            session.ExpectNothing();
        }
        stranger.ExpectNothing();
    }

    [Fact]
    public void Who_comes_late_gets_the_last_state_of_each_and_what_is_newer_afterwards()
    {
        Hear(Trade("1", "MATCHED"), Trade("2", "MATCHED"), Trade("1", "MINED"));
        _accounts.Tell(new AccountMessage.SourceUp("main"));
        var late = Join();
        var joined = late.Expect<SessionMessage.AccountJoined>();
        Assert.Equal(["2 MATCHED", "1 MINED"], joined.Last.Select(Text));
        Assert.True(joined.IsLive);
        Hear(Trade("2", "MINED"));
        Assert.Equal(["2 MINED"], late.Expect<SessionMessage.AccountTold>().Events.Select(Text));
    }

    [Fact]
    public void A_thousand_are_kept_and_the_oldest_go()
    {
        for (var n = 0; n < 1_005; n++)
            Hear(Trade($"{n}", "MATCHED"));
        var last = Join().Expect<SessionMessage.AccountJoined>().Last;
        Assert.Equal((1_000, "5 MATCHED", "1004 MATCHED"), (last.Length, Text(last[0]), Text(last[^1])));
    }

    [Fact]
    public void What_is_kept_is_bounded_in_bytes_too()
    {
        for (var n = 0; n < 20; n++)
            Hear(Trade($"{n}", "MATCHED") with { Bytes = new byte[1 << 20] });
        Assert.Equal(["12", "13", "14", "15", "16", "17", "18", "19"], Join().Expect<SessionMessage.AccountJoined>().Last.Select(static one => one.Id));
    }

    [Fact]
    public void A_reconnect_is_a_gap_told_when_it_opens_and_when_it_is_over_and_on_record()
    {
        var session = Join();
        session.Expect<SessionMessage.AccountJoined>();
        _accounts.Tell(new AccountMessage.SourceDown("main", 500, "cannot connect"));      // it never was live
        session.ExpectNothing();
        _accounts.Tell(new AccountMessage.SourceUp("main"));
        _kit.Advance(TimeSpan.FromSeconds(10));
        var since = _kit.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        _accounts.Tell(new AccountMessage.SourceDown("main", since, "dropped"));
        _accounts.Tell(new AccountMessage.SourceDown("main", since + 5, "cannot connect"));
        session.Expect(new SessionMessage.AccountGapTold(new AccountGap("main", since, null, "dropped")));
        var late = Join();
        Assert.False(late.Expect<SessionMessage.AccountJoined>().IsLive);
        Assert.Null(late.Expect<SessionMessage.AccountGapTold>().Gap.To);
        _kit.Advance(TimeSpan.FromSeconds(2.5));
        _accounts.Tell(new AccountMessage.SourceUp("main"));
        session.Expect(new SessionMessage.AccountGapTold(new AccountGap("main", since, since + 2_500, "dropped")));
        session.ExpectNothing();
        var recorded = Recorded();
        Assert.Equal(2, recorded.Count);
        Assert.Equal(new Gap(recorded[0].Id, "clob-user-main", since, null, "dropped", GapState.Open), recorded[0]);
        Assert.Equal(recorded[0] with { To = since + 2_500, State = GapState.Lost }, recorded[1]);
    }

    [Fact]
    public void The_time_without_a_gateway_is_a_gap_of_every_account_that_was_listened_to()
    {
        var session = Join();
        session.Expect<SessionMessage.AccountJoined>();
        _kit.Advance(TimeSpan.FromSeconds(60));
        var heard = _kit.Clock.GetUtcNow().ToUnixTimeMilliseconds() - 30_000;
        TellOfFormerRun("clob-user-main", heard);
        TellOfFormerRun("clob-user-other", null);
        session.Expect(new SessionMessage.AccountGapTold(new AccountGap("main", heard, null, "the gateway was not running")));
        _accounts.Tell(new AccountMessage.SourceDown("main", heard + 29_000, "cannot connect"));
        _accounts.Tell(new AccountMessage.SourceUp("main"));
        _accounts.Tell(new AccountMessage.SourceUp("other"));
        session.Expect(new SessionMessage.AccountGapTold(new AccountGap("main", heard, heard + 30_000, "the gateway was not running")));
        Assert.Equal([GapState.Open, GapState.Lost], Recorded().Select(static gap => gap.State));
    }

    [Fact]
    public void A_gap_that_an_earlier_run_left_open_goes_on_until_the_account_is_live()
    {
        var left = new Gap(GapId.Next(new Random(5)), "clob-user-main", 500, null, "dropped", GapState.Open);
        _kit.Advance(TimeSpan.FromSeconds(60));
        TellOfFormerRun("clob-user-main", 800, left);
        Assert.Equal(new AccountGap("main", 500, null, "dropped"), Joined(Join()));
        _accounts.Tell(new AccountMessage.SourceUp("main"));
        Assert.Equal([left, left with { To = _kit.Clock.GetUtcNow().ToUnixTimeMilliseconds(), State = GapState.Lost }], Recorded());

        static AccountGap Joined(Probe<SessionMessage> session)
        {
            session.Expect<SessionMessage.AccountJoined>();
            return session.Expect<SessionMessage.AccountGapTold>().Gap;
        }
    }

    [Fact]
    public void A_record_that_is_read_when_the_account_is_live_already_tells_of_the_same_gap()
    {
        _kit.Advance(TimeSpan.FromSeconds(60));
        var now = _kit.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        _accounts.Tell(new AccountMessage.SourceUp("main"));
        _kit.Advance(TimeSpan.FromSeconds(10));
        TellOfFormerRun("clob-user-main", now - 5_000);
        var gap = Assert.Single(Recorded());
        Assert.Equal((now - 5_000, now, GapState.Lost), (gap.From, gap.To, gap.State));
        Assert.True(Join().Expect<SessionMessage.AccountJoined>().IsLive);
    }

    /// <summary>Its connection does not know of it, and says nothing again.</summary>
    [Fact]
    public void An_account_that_fails_remembers_whether_it_is_listened_to()
    {
        var session = Join();
        _accounts.Tell(new AccountMessage.SourceUp("main"));
        _accounts.Tell(new AccountMessage.SourceDown("main", 500, "dropped"));
        _accounts.Tell(new AccountMessage.Heard("main", default));      // no array at all: it fails
        _kit.Advance(TimeSpan.FromSeconds(10));
        Assert.Contains(session.Drain(), static message => message is SessionMessage.Leave);
        var late = Join();
        Assert.False(late.Expect<SessionMessage.AccountJoined>().IsLive);
        Assert.Equal(500, late.Expect<SessionMessage.AccountGapTold>().Gap.From);
        _accounts.Tell(new AccountMessage.SourceUp("main"));
        Assert.NotNull(late.Expect<SessionMessage.AccountGapTold>().Gap.To);
        Assert.Single(Recorded().Select(static gap => gap.Id).Distinct());
    }

    private readonly List<LedgerMessage> _told = [];

    private List<Gap> Recorded()
    {
        _told.AddRange(_ledger.Drain());
        return [.. _told.OfType<LedgerMessage.GapFact>().Select(static fact => fact.Gap)];
    }

    private void TellOfFormerRun(string feed, long? heard, Gap? open = null)
    {
        _told.AddRange(_ledger.Drain());
        Assert.Single(_told.OfType<LedgerMessage.GetFormerRun>(), asked => asked.Feed == feed).ReplyTo.Tell(new FormerRun(feed, heard, open));
        _kit.Settle();
    }

    [Fact]
    public void Nobody_joins_an_account_that_is_not_there() => Join("nobody").Expect(new SessionMessage.NoAccount("nobody"));
}
