using System.Collections.Immutable;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;

namespace Oddswire.Actors.Why;

/// <summary>A question, and everything on record that bears on it.</summary>
public sealed record WhyCase
{
    /// <summary>The fill in the words of the question: `transaction 0x..`.</summary>
    public required string Asked { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long Now { get; init; }

    /// <summary>The name of the key that asks; null: it may ask about everybody's subscriptions.</summary>
    public string? Asker { get; init; }

    /// <summary>Those that were asked for, if any is on the tape: a transaction, an order may have several.</summary>
    public ImmutableArray<FillStory> Fills { get; init; } = [];

    /// <summary>Told of, and not on the tape.</summary>
    public ImmutableArray<PendingFill> Pending { get; init; } = [];

    /// <summary>What became of the newest fills is not written yet: the store is slow, or away.</summary>
    public bool IsBehind { get; init; }

    public ImmutableArray<Gap> Gaps { get; init; } = [];

    /// <summary>What the tape keeps.</summary>
    public Position Oldest { get; init; }
    public Position Newest { get; init; }

    /// <summary>The offset that was asked for, if it was asked by position.</summary>
    public long? Offset { get; init; }

    /// <summary>One of the two is given.</summary>
    public SubscriptionId? Subscription { get; init; }
    public WalletId? Wallet { get; init; }

    /// <summary>By the offset of the fill: what concerns it.</summary>
    public ImmutableDictionary<long, ImmutableArray<SubscriptionLife>> Lives { get; init; } = ImmutableDictionary<long, ImmutableArray<SubscriptionLife>>.Empty;

    /// <summary>Subscribing to the wallet was refused.</summary>
    public ImmutableArray<LifeStep.Refused> Refused { get; init; } = [];

    /// <summary>How far back samples reach; null: there are none.</summary>
    public long? SampledSince { get; init; }
}
