using System.Collections.Immutable;
using Oddswire.Actors.Why;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;
using Oddswire.TestKit;

namespace Oddswire.Actors.Tests.Why;

/// <summary>A question about the fill at offset 41, which wallet 1 made at the clock's first second and which went out half a second later.</summary>
internal static class Asked
{
    internal static readonly long Made0 = ManualClock.Epoch.ToUnixTimeMilliseconds();
    internal static readonly long Out = Made0 + 500;
    internal static readonly SubscriptionId Mine = SubscriptionId.Next(new Random(1));
    internal static readonly OrderFilter One = OrderFilter.Of(Made.Wallet(1));
    internal static readonly OrderFilter Two = OrderFilter.Of(Made.Wallet(2));

    internal static FillStory Story { get; } = new(
        new Position(3, 41), Made.Log(1, 7) with { Market = Made.Market }, Late: false, Removed: false,
        [new(MarkKind.Row, "rtds/1", Made0 + 200), new(MarkKind.Log, "polygon/1", Made0 + 450), new(MarkKind.Numbered, "", Out)]);

    /// <summary>Opened a minute before the fill went out.</summary>
    internal static LifeStep.Opened Opened(OrderFilter? filter = null, long? after = null, long seconds = -60) => new(Out + (seconds * 1_000), filter ?? One, after, "desk", "10.0.0.7");

    internal static SubscriptionLife Socket(params ImmutableArray<LifeStep> steps) => new(Mine, "", "desk", IsDurable: false, steps);

    internal static SubscriptionLife Durable(params ImmutableArray<LifeStep> steps) => new(Mine, "desk-7", "desk", IsDurable: true, steps);

    /// <summary>Written with the fills around it, within the second after it went out.</summary>
    internal static PositionSample Sample(long first = 40, long last = 43, long unread = 0, string session = "17", long after = 0) =>
        new(Mine, session, Out - 300 + after, Out + 700 + after, first, last, unread);

    internal static WhyCase About(SubscriptionLife? life = null, FillStory? fill = null) => new()
    {
        Asked = "transaction 0x1",
        Now = Out + 60_000,
        Asker = "desk",
        Fills = [fill ?? Story],
        Oldest = new(3, 1),
        Newest = new(3, 90),
        Subscription = Mine,
        SampledSince = Made0 - 600_000,
        Lives = life is null ? ImmutableDictionary<long, ImmutableArray<SubscriptionLife>>.Empty : Lives(life),
    };

    internal static WhyCase AboutWallet(WalletId wallet, params ImmutableArray<SubscriptionLife> lives) => About() with { Subscription = null, Wallet = wallet, Lives = Lives(lives) };

    private static ImmutableDictionary<long, ImmutableArray<SubscriptionLife>> Lives(params ImmutableArray<SubscriptionLife> lives) =>
        ImmutableDictionary<long, ImmutableArray<SubscriptionLife>>.Empty.Add(Story.Offset, lives);
}
