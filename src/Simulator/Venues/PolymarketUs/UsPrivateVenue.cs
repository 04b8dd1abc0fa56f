using Oddswire.Simulator.Faults;
using Oddswire.Simulator.World;
using Oddswire.Simulator.World.Us;

namespace Oddswire.Simulator.Venues.PolymarketUs;

// /v1/ws/private: the account's orders, positions and balance. Every key of the venue reads the one account.
internal sealed class UsPrivateVenue(Agenda agenda, VenueFaults faults, IReadOnlyList<UsKey> keys, UsRules rules, Func<UsExchange> exchange)
    : UsVenue("us-private", "/v1/ws/private", faults, agenda, keys)
{
    public override IReadOnlyList<string> Topics { get; } =
        ["orderSubscriptionSnapshot", "orderSubscriptionUpdate", "positionSubscription", "accountBalancesSnapshot", "accountBalancesUpdate"];

    public UsAccount Account => exchange().Account;

    public void OrderChanged(UsExecution execution) => Tell(connection => connection.OrderChanged(execution));

    public void PositionChanged(UsPositionEntry entry) => Tell(connection => connection.PositionChanged(entry));

    public void BalanceChanged(UsBalanceEntry entry) => Tell(connection => connection.BalanceChanged(entry));

    protected override Connection Accept(int id, FaultLine line, Dial dial) => new UsPrivateConnection(id, line, this, Agenda, rules);

    private void Tell(Action<UsPrivateConnection> tell)
    {
        foreach (var connection in Connections.Cast<UsPrivateConnection>()) tell(connection);
    }
}
