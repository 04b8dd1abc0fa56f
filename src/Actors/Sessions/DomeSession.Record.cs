using System.Collections.Immutable;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Actors.Sessions;

/// <summary>
/// What becomes of this socket's commands, told to the ledger, which answers nobody. A durable subscription keeps its own record, except
/// of the sockets that come and go.
/// </summary>
internal sealed partial class DomeSession
{
    private const string Protocol = "dome";

    private string _ending = "the client is gone";
    private int? _endingCode;       // null: it was not the gateway who closed

    private void Record(Deed deed, string action, OrderFilter? filter, string? reason, params ImmutableArray<SubscriptionId> subscriptions) =>
        wiring.Ledger.Tell(new LedgerMessage.ClientFact(new ClientAct(deed, client.Key.Name, client.Address, Protocol, action, subscriptions, filter, reason)));

    private void RecordRefused(string reason, string detail, string? action, DomeCommand? command = null)
    {
        var (subscription, filter) = command switch
        {
            DomeCommand.Update update => (update.Subscription, update.Filter),
            DomeCommand.Subscribe subscribe => ((SubscriptionId?)null, subscribe.Filter),
            _ => (null, null),
        };
        wiring.Ledger.Tell(new LedgerMessage.ClientFact(new ClientAct(
            Deed.Refused, client.Key.Name, client.Address, Protocol, action ?? "", subscription is { } id ? [id] : [], filter, reason, detail)));
    }

    /// <summary>One entry for all that end with the socket, and one for those that only lose it.</summary>
    private void RecordEnd()
    {
        var (closed, detached) = (ImmutableArray.CreateBuilder<SubscriptionId>(), ImmutableArray.CreateBuilder<SubscriptionId>());
        foreach (var subscription in _subscriptions)
        {
            if (subscription.IsDurable)
                detached.Add(subscription.Id);
            else if (subscription != _opening)
                closed.Add(subscription.Id);
        }
        RecordEnd(Deed.Closed, closed.DrainToImmutable());
        RecordEnd(Deed.Detached, detached.DrainToImmutable());
    }

    private void RecordEnd(Deed deed, ImmutableArray<SubscriptionId> ended)
    {
        if (!ended.IsEmpty)
            wiring.Ledger.Tell(new LedgerMessage.ClientFact(new ClientAct(deed, client.Key.Name, client.Address, Protocol, "", ended, null, _ending) { Code = _endingCode }));
    }
}
