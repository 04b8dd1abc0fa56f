using System.Collections.Immutable;

namespace Oddswire.Messages.PolymarketUs;

/// <summary>Something that the venue told of an account, for those who follow its type.</summary>
public abstract record UsAccountFact(UsSubscriptionType Type)
{
    /// <summary>The payload of orderSubscriptionUpdate. For ORDER.</summary>
    public sealed record OrderChanged(string Slug, UsPayload Payload) : UsAccountFact(UsSubscriptionType.Order);

    /// <summary>All open orders, anew: after a time in which nobody listened. For ORDER, and for ORDER_SNAPSHOT that waits for them.</summary>
    public sealed record Orders(ImmutableArray<UsHeld> Open) : UsAccountFact(UsSubscriptionType.Order);

    /// <summary>The payload of positionSubscription, and the position in it as it is now (null: it has none). For POSITION.</summary>
    public sealed record PositionChanged(string Slug, UsPayload Payload, UsPayload? After) : UsAccountFact(UsSubscriptionType.Position);

    /// <summary>The payload of accountBalancesUpdate; <paramref name="CurrentBalance"/> and <paramref name="BuyingPower"/> are all that older keys of it have. For ACCOUNT_BALANCE.</summary>
    public sealed record BalanceChanged(UsPayload Payload, decimal CurrentBalance, decimal BuyingPower) : UsAccountFact(UsSubscriptionType.AccountBalance);

    /// <summary>The payload of accountBalancesSnapshot, anew. For ACCOUNT_BALANCE.</summary>
    public sealed record Balances(UsPayload Payload) : UsAccountFact(UsSubscriptionType.AccountBalance);

    /// <summary>The payload of rfqEvent, unread. For RFQ.</summary>
    public sealed record Rfq(UsPayload Payload) : UsAccountFact(UsSubscriptionType.Rfq);
}
