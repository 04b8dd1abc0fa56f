using System.Collections.Immutable;
using System.Globalization;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Why;

namespace Oddswire.Actors.Why;

/// <summary>From what is on record to the answer. Pure: the same record has the same answer.</summary>
public static class WhyJudge
{
    private const int MostLivesTold = 3;

    // Of several the one that says most: what arrived, then what was in the way, then what did not concern anybody.
    private static readonly ImmutableArray<WhyVerdict> Order =
    [
        WhyVerdict.Delivered, WhyVerdict.Removed, WhyVerdict.Slow, WhyVerdict.Paused, WhyVerdict.Gap, WhyVerdict.Limit, WhyVerdict.NotWritten,
        WhyVerdict.BeforeStart, WhyVerdict.NotMatched, WhyVerdict.NotSubscribed, WhyVerdict.UnknownFill,
    ];

    private sealed record Opinion(FillStory Fill, WhyVerdict Verdict, ImmutableArray<string> Sentences, ImmutableArray<SubscriptionLife> About);

    public static WhyAnswer Answer(WhyCase asked)
    {
        if (asked.Fills.IsEmpty)
            return UnknownFill.Answer(asked);
        var opinion = asked.Fills
            .Select(fill => asked.Subscription is not null ? ForSubscription(asked, fill) : ForWallet(asked, fill))
            .OrderBy(static opinion => Order.IndexOf(opinion.Verdict)).ThenByDescending(static opinion => opinion.Fill.Offset)
            .First();
        return new WhyAnswer(
            opinion.Verdict,
            [.. FillWords.Several(asked, opinion.Fill), .. FillWords.Story(opinion.Fill), .. FillWords.Gaps(asked, opinion.Fill), .. opinion.Sentences],
            WhyFacts.Of(asked, opinion.Fill, opinion.About));
    }

    private static Opinion ForSubscription(WhyCase asked, FillStory fill)
    {
        if (asked.Lives.GetValueOrDefault(fill.Offset, []) is [var life, ..])
        {
            var judge = new LifeJudge(fill, life, asked);
            var verdict = judge.Judge();
            return new(fill, verdict, [.. judge.Sentences], [life]);
        }
        var whose = asked.Asker is { } key ? $" of the key '{key}'" : "";
        return new(fill, WhyVerdict.NotSubscribed, [$"No subscription {asked.Subscription}{whose} is on record: look at its id, and ask with the key that opened it, or with one that has the scope operate or admin."], []);
    }

    private static Opinion ForWallet(WhyCase asked, FillStory fill)
    {
        var wallet = asked.Wallet!.Value;
        if (fill.Fill.User != wallet)
        {
            return new(fill, WhyVerdict.NotMatched, [fill.Fill.Taker == wallet
                ? $"The fill is of {fill.Fill.User}; {wallet} is only its other side. Each side's order is a fill of its own: ask for that one."
                : $"The fill is of {fill.Fill.User}, not of {wallet}."], []);
        }
        var judged = asked.Lives.GetValueOrDefault(fill.Offset, [])
            .Where(life => life.Concerns(wallet, fill.Fill))
            .Select(life => (Life: life, Judge: new LifeJudge(fill, life, asked)))
            .Select(static one => (one.Life, Verdict: one.Judge.Judge(), one.Judge.Sentences))
            .OrderBy(static one => Order.IndexOf(one.Verdict)).ThenBy(static one => one.Life.Id.ToString(), StringComparer.Ordinal)
            .ToList();
        if (judged.Count == 0)
            return Unfollowed(asked, fill);
        var sentences = judged.Take(MostLivesTold).SelectMany(static one => one.Sentences).ToList();
        if (judged.Count > MostLivesTold)
            sentences.Add(string.Create(CultureInfo.InvariantCulture, $"{judged.Count - MostLivesTold} more subscriptions have to do with this wallet: ask for one with subscription."));
        return new(fill, judged[0].Verdict, [.. sentences], [.. judged.Take(MostLivesTold).Select(static one => one.Life)]);
    }

    private static Opinion Unfollowed(WhyCase asked, FillStory fill)
    {
        var whose = asked.Asker is { } key ? $" of the key '{key}'" : "";
        var nobody = $"No subscription{whose} that is on record follows {asked.Wallet}, or did then.";
        return asked.Refused.LastOrDefault(refused => refused.Time <= fill.WentOutAt) is { } refused
            ? new(fill, WhyVerdict.Limit, [nobody, $"One was asked for at {Words.Time(refused.Time)} and refused: {refused.Reason}, {Words.Clean(refused.Detail)}."], [])
            : new(fill, WhyVerdict.NotSubscribed, [nobody, "Subscribe to it, or make a durable subscription: POST /api/v1/subscriptions."], []);
    }
}
