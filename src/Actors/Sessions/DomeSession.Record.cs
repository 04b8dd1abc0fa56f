using System.Collections.Immutable;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Actors.Sessions;

/// <summary>What becomes of this socket's commands, told to the ledger, which answers nobody. A durable subscription keeps its own record.</summary>
internal sealed partial class DomeSession
{
    private const string Protocol = "dome";

    private string _ending = "the client is gone";

    private void Record(Deed deed, string action, OrderFilter? filter, string? reason, params ImmutableArray<SubscriptionId> subscriptions) =>
        wiring.Ledger.Tell(new LedgerMessage.ClientFact(new ClientAct(deed, accepted.Key.Name, accepted.Address, Protocol, action, subscriptions, filter, reason)));

    private void RecordRefused(string reason, string detail, string? action, DomeCommand? command = null)
    {
        var (subscription, filter) = command switch
        {
            DomeCommand.Update update => (update.Subscription, update.Filter),
            DomeCommand.Subscribe subscribe => ((SubscriptionId?)null, subscribe.Filter),
            _ => (null, null),
        };
        wiring.Ledger.Tell(new LedgerMessage.ClientFact(new ClientAct(
            Deed.Refused, accepted.Key.Name, accepted.Address, Protocol, action ?? "", subscription is { } id ? [id] : [], filter, reason, detail)));
    }

    /// <summary>One entry for all that end with the socket.</summary>
    private void RecordEnd()
    {
        var ended = _subscriptions.Values.Where(subscription => !subscription.IsDurable && subscription != _opening).Select(static subscription => subscription.Id).ToImmutableArray();
        if (!ended.IsEmpty)
            Record(Deed.Closed, "", null, _ending, ended);
    }
}
