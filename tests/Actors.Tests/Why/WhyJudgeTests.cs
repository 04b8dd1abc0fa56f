using Oddswire.Actors.Why;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;
using Xunit;
using static Oddswire.Actors.Tests.Why.Asked;

namespace Oddswire.Actors.Tests.Why;

/// <summary>Questions whose answers are known.</summary>
public sealed class WhyJudgeTests
{
    private static WhyAnswer Expect(WhyVerdict verdict, WhyCase asked, params string[] said)
    {
        var answer = WhyJudge.Answer(asked);
        var all = string.Join('\n', answer.Sentences);
        Assert.True(answer.Verdict == verdict, $"{answer.Verdict}: {all}");
        Assert.All(said, part => Assert.Contains(part, all, StringComparison.Ordinal));
        Assert.Equal(answer.Facts.Select(static fact => fact.Time).Order(), answer.Facts.Select(static fact => fact.Time));
        return answer;
    }

    private static LifeStep.Attached Attached(long seconds = -30) => new(Out + (seconds * 1_000), "desk", "10.0.0.7");
    private static LifeStep.Detached Detached(long seconds, int? code = null) => new(Out + (seconds * 1_000), code == 1013 ? "too slow" : "the client is gone", code);
    private static LifeStep.Closed Closed(long seconds, int? code = null) => new(Out + (seconds * 1_000), code == 1013 ? "too slow" : "the client is gone", code);

    [Fact]
    public void Delivered_and_acknowledged_it_says_by_whom_between_which_seconds()
    {
        var life = Durable(Opened(after: 12), Attached(), new LifeStep.Acknowledged(Out + 2_000, new(3, 45))) with { Samples = [Sample()] };
        var answer = Expect(WhyVerdict.Delivered, About(life),
            "rtds/1 told of it at 2026-01-01T00:00:00.200Z (a row); polygon/1 told of it at 2026-01-01T00:00:00.450Z (its log).",
            "It was numbered 3-41 at 2026-01-01T00:00:00.500Z.",
            "('desk-7') is a durable subscription of the key 'desk'",
            "in force behind offset 12: " + Made.Wallet(1) + " is one of its users (1).",
            "It was written to connection 17 (key 'desk' from 10.0.0.7) between 2026-01-01T00:00:00.200Z and 2026-01-01T00:00:01.200Z.",
            "The client had acknowledged it by 2026-01-01T00:00:02.500Z, with everything up to 3-45.");
        Assert.Contains(answer.Facts, static fact => fact is { Source: "connection 17", What: var what } && what.Contains("from offset 40 through 43", StringComparison.Ordinal));
    }

    [Fact]
    public void Delivered_to_a_socket_and_delivered_again_before_it_was_acknowledged()
    {
        Expect(WhyVerdict.Delivered, About(Socket(Opened()) with { Samples = [Sample()] }), "subscription of a socket", "connection 17");
        Expect(WhyVerdict.Delivered, About(Durable(Opened(after: 12)) with { Samples = [Sample(), Sample(41, 50, session: "18", after: 5_000)] }), "written 2 times in all", "It is not acknowledged");
        Expect(WhyVerdict.Delivered, About(Durable(Opened(after: 12), new LifeStep.Acknowledged(Out + 900, new(3, 41)))), "no longer on record", "had acknowledged it");
    }

    [Fact]
    public void Another_wallet_or_market_does_not_match()
    {
        Expect(WhyVerdict.NotMatched, About(Socket(Opened(Two))), $"its only user is {Made.Wallet(2)}, not {Made.Wallet(1)}");
        Expect(WhyVerdict.NotMatched, About(Socket(Opened(OrderFilter.Of(Made.Wallet(999))))), "is only the other side: its own order is a fill of its own");
        Expect(WhyVerdict.NotMatched, About(Socket(Opened(One with { Slugs = Wanted.Of("market-2") }))), "its markets do not have market-1");
        Expect(WhyVerdict.NotMatched, About(Socket(Opened(One with { Slugs = Wanted.Of("market-2") })), Story with { Fill = Story.Fill with { Market = MarketText.Unknown } }), "the name of this one was not known then");
    }

    [Fact]
    public void A_filter_that_was_changed_a_second_later_came_too_late()
    {
        Expect(WhyVerdict.NotMatched, About(Durable(Opened(Two, after: 12), new LifeStep.Refiltered(Out + 1_000, One, 44))),
            "A filter that matches holds since 2026-01-01T00:00:01.500Z, for what comes behind offset 44: 1.0 s after the fill went out.");
        Expect(WhyVerdict.NotMatched, About(Socket(Opened(Two), new LifeStep.Refiltered(Out + 1_000, One, null))), "1.0 s after the fill went out");
        Expect(WhyVerdict.NotMatched, About(Durable(Opened(after: 12), new LifeStep.Refiltered(Out - 2_000, Two, 40), new LifeStep.Refiltered(Out - 1_000, OrderFilter.Of(Made.Wallet(3)), 40))),
            "One that matches was replaced at 2025-12-31T23:59:58.500Z, 2.0 s before the fill went out.");
    }

    [Fact]
    public void What_a_limit_refused_was_in_the_way()
    {
        Expect(WhyVerdict.Limit, About(Socket(Opened(Two), new LifeStep.Refused(Out - 1_000, One, "ITEMS_PER_SUB_LIMIT", "free tier allows 5 values"))), "ITEMS_PER_SUB_LIMIT, free tier allows 5 values");
        Expect(WhyVerdict.Limit, AboutWallet(Made.Wallet(1)) with { Refused = [new(Out - 1_000, One, "SUBSCRIPTION_LIMIT", "free tier allows 2 subscriptions")] }, "refused: SUBSCRIPTION_LIMIT");
        Expect(WhyVerdict.Limit, About(Durable(Opened(after: 12), new LifeStep.Expired(Out + 5_000, new(3, 60)))), "expired", "3-60");
    }

    [Fact]
    public void Before_it_began()
    {
        Expect(WhyVerdict.BeforeStart, About(Durable(Opened(after: 41))), "It begins behind offset 41: 3-41 is before that.");
        Expect(WhyVerdict.BeforeStart, About(Socket(Opened(seconds: 2))), "That was 2.0 s after the fill had gone out.");
        Expect(WhyVerdict.Delivered, About(Socket(Opened(seconds: 2)) with { Samples = [Sample(after: 3_000)] }), "connection 17");      // resumed from a position before
    }

    [Fact]
    public void Paused_and_what_became_of_the_pause()
    {
        var paused = new LifeStep.Paused(Out - 5_000);
        Expect(WhyVerdict.Paused, About(Durable(Opened(after: 12), Attached(), paused)), "is paused, since 2025-12-31T23:59:55.500Z");
        Expect(WhyVerdict.Paused, About(Durable(Opened(after: 12), paused, new LifeStep.Resumed(Out + 9_000, new(3, 50)), new LifeStep.Acknowledged(Out + 20_000, new(3, 60)))),
            "It was left out", "resumed with skip, from 3-50 on");
        Expect(WhyVerdict.Delivered, About(Durable(Opened(after: 12), paused, new LifeStep.Resumed(Out + 9_000, null)) with { Samples = [Sample(after: 9_500)] }), "was paused when it went out");
    }

    [Fact]
    public void Nobody_attached_it_waits_and_deleted_it_waits_no_more()
    {
        Expect(WhyVerdict.NotWritten, About(Durable(Opened(after: 12))), "No client is attached. It is kept, and the next attachment gets it.");
        Expect(WhyVerdict.NotWritten, About(Durable(Opened(after: 12), Attached(), Detached(-5))), "the last one left at 2025-12-31T23:59:55.500Z");
        Expect(WhyVerdict.NotWritten, About(Durable(Opened(after: 12), Attached()) with { IsAttached = true }), "being caught up");
        Expect(WhyVerdict.NotWritten, About(Durable(Opened(after: 12), Attached()) with { IsAttached = false }), "No client is attached");
        Expect(WhyVerdict.NotSubscribed, About(Durable(Opened(after: 12), Closed(30))), "Nobody had taken it when the subscription was deleted");
        Expect(WhyVerdict.NotSubscribed, About(Durable(Opened(after: 12), Closed(-30))), "30.0 s before the fill went out");
    }

    [Fact]
    public void A_slow_client_was_closed_before_it_read_it()
    {
        Expect(WhyVerdict.Slow, About(Socket(Opened(), Closed(-3, 1013))), "It ended with 1013");
        Expect(WhyVerdict.Slow, About(Socket(Opened(), Closed(1, 1013)) with { Samples = [Sample(unread: 4_200_000)] }), "4200000 bytes were unread there", "closed with 1013");
        Expect(WhyVerdict.Slow, About(Durable(Opened(after: 12), Attached(), Detached(-3, 1013))), "closed with 1013");
        Expect(WhyVerdict.Delivered, About(Socket(Opened(), Closed(9, 1013)) with { Samples = [Sample(unread: 4_200_000), Sample(44, 50, unread: 0, after: 1_000)] }));
    }

    [Fact]
    public void A_fill_of_a_gap_is_told_late_and_to_whom()
    {
        var gap = new Gap(GapId.Next(new Random(1)), "orders", Made0 - 5_000, Made0 + 90_000, "polygon: closed", GapState.Filled, 12);
        var late = Story with { Late = true, Marks = [new(MarkKind.Log, "polygon/2", Made0 + 99_000), new(MarkKind.Numbered, "", Made0 + 100_000)] };
        var asked = About(Socket(Opened()), late) with { Gaps = [gap], Now = Made0 + 200_000 };
        Expect(WhyVerdict.Gap, asked, "marked late: 100.0 s after it was made", "It was made in a gap: no source covered the time from 2025-12-31T23:59:55.000Z to 2026-01-01T00:01:30.000Z (polygon: closed)", "not sent to clients without ?ext=1");
        var written = Socket(Opened()) with { Samples = [Sample(after: 99_500)] };
        Expect(WhyVerdict.Delivered, About(written, late) with { Gaps = [gap], Now = Made0 + 200_000 }, "It was made in a gap");
    }

    [Fact]
    public void Removed_by_a_reorg_before_or_after_it_was_written()
    {
        var removed = Story with { Removed = true, Marks = [.. Story.Marks, new(MarkKind.Removed, "", Out + 4_000)] };
        Expect(WhyVerdict.Removed, About(Socket(Opened()) with { Samples = [Sample()] }, removed), "The chain took it back at 2026-01-01T00:00:04.500Z.", "connection 17", "has taken it back since");
        Expect(WhyVerdict.Removed, About(Durable(Opened(after: 12)), removed), "it is not sent any more");
        Expect(WhyVerdict.NotMatched, About(Socket(Opened(Two)), removed));
    }

    [Fact]
    public void While_the_tape_could_not_be_written_it_went_out_without_a_position()
    {
        var ahead = Story with { Marks = [new(MarkKind.SentAhead, "", Out), new(MarkKind.Numbered, "", Out + 30_000)] };
        Expect(WhyVerdict.Delivered, About(Socket(Opened()), ahead), "without a position: the tape could not be written then", "Which source told of it when is not on record.");
    }

    [Fact]
    public void Just_now_and_long_ago_are_no_mystery()
    {
        Expect(WhyVerdict.NotWritten, About(Socket(Opened())) with { Now = Out + 800 }, "Ask again in three seconds");
        Expect(WhyVerdict.Delivered, About(Socket(Opened())) with { SampledSince = Out + 5_000 }, "no longer kept (why.keep, why.samples)");
        Expect(WhyVerdict.NotWritten, About(Socket(Opened())), "nothing shows what was in the way");
    }

    [Fact]
    public void A_filter_too_long_for_the_record_is_judged_by_what_was_written()
    {
        var life = Socket(Opened() with { Filter = null });
        Expect(WhyVerdict.Delivered, About(life with { Samples = [Sample(last: 41)] }), "keeps only their hash");
        Expect(WhyVerdict.NotWritten, About(life with { Samples = [Sample()] }), "cannot be told");
    }

    [Fact]
    public void A_wallet_that_nobody_follows_and_one_that_somebody_follows()
    {
        Expect(WhyVerdict.NotSubscribed, AboutWallet(Made.Wallet(1)), $"No subscription of the key 'desk' that is on record follows {Made.Wallet(1)}");
        Expect(WhyVerdict.NotSubscribed, AboutWallet(Made.Wallet(1), Socket(Opened(Two))));
        Expect(WhyVerdict.NotMatched, AboutWallet(Made.Wallet(2), Socket(Opened(Two))), "not of " + Made.Wallet(2));
        Expect(WhyVerdict.NotMatched, AboutWallet(Made.Wallet(999)), "is only its other side");
        Expect(WhyVerdict.Delivered, AboutWallet(Made.Wallet(1), Socket(Opened(seconds: 5)), Socket(Opened()) with { Samples = [Sample()] }), "connection 17");
        Expect(WhyVerdict.NotMatched, AboutWallet(Made.Wallet(1), Socket(Opened(Two), new LifeStep.Refiltered(Out + 1_000, One, null))), "1.0 s after the fill went out");
    }

    [Fact]
    public void A_subscription_that_is_not_on_record_is_not_subscribed() =>
        Expect(WhyVerdict.NotSubscribed, About(), $"No subscription {Mine} of the key 'desk' is on record");

    [Fact]
    public void Of_several_fills_the_one_that_concerns_somebody_is_told()
    {
        var other = Story with { Position = new(3, 42), Fill = Made.Log(1, 9, user: 5) with { Market = Made.Market } };
        var asked = About(Socket(Opened()) with { Samples = [Sample()] });
        Expect(WhyVerdict.Delivered, asked with { Fills = [Story, other], Lives = asked.Lives.Add(42, asked.Lives[41]) }, "has 2 fills on the tape; this is about 3-41, log 7");
    }

    [Fact]
    public void An_unknown_fill_may_be_on_its_way_or_gone_or_of_a_gap_or_never_was()
    {
        var none = About() with { Fills = [] };
        Expect(WhyVerdict.UnknownFill, none, "No fill of transaction 0x1 is on the tape, which has 3-1 to 3-90.", "look at the hash");
        Expect(WhyVerdict.UnknownFill, none with { Pending = [new(Story.Fill, IsDropped: false, [new(MarkKind.Row, "rtds/1", Out)])] }, "rtds/1 told of it", "It waits for its log");
        Expect(WhyVerdict.UnknownFill, none with { Pending = [new(Story.Fill, IsDropped: true, [])] }, "was not sent");
        Expect(WhyVerdict.UnknownFill, none with { IsBehind = true }, "is on the tape", "ask again");
        Expect(WhyVerdict.UnknownFill, none with { Offset = 91, Asked = "offset 91" }, "has not got to offset 91 yet");
        Expect(WhyVerdict.UnknownFill, none with { Offset = 1, Asked = "offset 1", Oldest = new(3, 30) }, "no longer kept", "3-30");
        var gap = new Gap(GapId.Next(new Random(1)), "orders", Made0, null, "rtds: silent", GapState.Open);
        Expect(WhyVerdict.Gap, none with { Gaps = [gap] }, "If it was made in one of these times", "(rtds: silent); it is open still");
        Expect(WhyVerdict.UnknownFill, none with { Gaps = [gap with { State = GapState.Filled, To = Out }] });
    }

    [Fact]
    public void Names_from_outside_move_no_cursor()
    {
        var fill = Story with { Fill = Story.Fill with { Market = new(null, "evil\u001b[2J", "", new string('x', 500)) } };
        var all = string.Concat(WhyJudge.Answer(About(Durable(Opened(after: 12)) with { Name = "a\nb" }, fill)).Sentences);
        Assert.DoesNotContain(all, char.IsControl);
        Assert.DoesNotContain(new string('x', 200), all, StringComparison.Ordinal);
    }
}
