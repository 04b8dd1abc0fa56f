using Oddswire.Simulator.Faults;
using Oddswire.Simulator.World;
using Oddswire.Simulator.World.Us;

namespace Oddswire.Simulator.Venues.PolymarketUs;

// A client of /v1/ws/private. Orders and positions are silent until something happens; what is there is told once to who asks for a snapshot.
internal sealed class UsPrivateConnection(int id, FaultLine line, UsPrivateVenue venue, Agenda agenda, UsRules rules)
    : UsConnection(id, line, agenda, rules, ["ORDER", "ORDER_SNAPSHOT", "POSITION", "ACCOUNT_BALANCE", "RFQ"])
{
    public void OrderChanged(UsExecution execution)
    {
        foreach (var subscription in Wanting("ORDER", execution.Order.Market.Slug))
            Push(subscription, "orderSubscriptionUpdate", slug: null, UsAccountFrames.Execution(execution));
    }

    public void PositionChanged(UsPositionEntry entry)
    {
        foreach (var subscription in Wanting("POSITION", entry.After.Market.Slug))
        {
            if (Rules.LegacyPayloads) Push(subscription, "positionSubscriptionUpdate", slug: null, UsAccountFrames.LegacyPosition(entry));
            else Push(subscription, "positionSubscription", slug: null, UsAccountFrames.Position(entry));
        }
    }

    // Of the whole account: slugs have no part in it.
    public void BalanceChanged(UsBalanceEntry entry)
    {
        foreach (var subscription in Subscriptions.Where(static subscription => subscription is { Live: true, Type: "ACCOUNT_BALANCE" }))
        {
            if (Rules.LegacyPayloads) Push(subscription, "accountBalanceSubscriptionUpdate", slug: null, UsAccountFrames.LegacyBalance(entry.After));
            else Push(subscription, "accountBalancesUpdate", slug: null, UsAccountFrames.Balance(entry));
        }
    }

    protected override void Begin(UsSubscription subscription)
    {
        if (subscription.Type == "ACCOUNT_BALANCE") Push(subscription, "accountBalancesSnapshot", slug: null, UsAccountFrames.Balances(venue.Account.Funds));
        else if (subscription.Type == "ORDER_SNAPSHOT") Snapshot(subscription);
    }

    // In several frames; the last one has the rest, which may be nothing. Then the request is over, and its id and place are free.
    private void Snapshot(UsSubscription subscription)
    {
        var orders = venue.Account.Open.Where(order => subscription.Wants(order.Market.Slug)).ToList();
        var told = 0;
        for (; orders.Count - told >= Rules.SnapshotChunk; told += Rules.SnapshotChunk)
            Push(subscription, "orderSubscriptionSnapshot", slug: null, UsAccountFrames.Orders(orders.Skip(told).Take(Rules.SnapshotChunk), eof: false));
        Push(subscription, "orderSubscriptionSnapshot", slug: null, UsAccountFrames.Orders(orders.Skip(told), eof: true));
        Remove(subscription);
    }

    private IEnumerable<UsSubscription> Wanting(string type, string slug) =>
        Subscriptions.Where(subscription => subscription.Live && subscription.Type == type && subscription.Wants(slug));
}
