using Oddswire.Messages.Ledger;

namespace Oddswire.Actors.Sessions;

/// <summary>The coming and going of a socket that has no subscriptions with ids of their own, and what it was refused, told to the ledger.</summary>
internal sealed class SocketRecord(SocketClient client, SessionWiring wiring, string protocol)
{
    private string? _key;           // null: nothing was opened that could be closed
    private string _ending = "the client is gone";
    private int? _code;             // null: it was not the gateway who closed

    internal void Opened(string key, string detail)
    {
        _key = key;
        Tell(new ClientAct(Deed.Opened, key, client.Address, protocol, "subscribe", [], Detail: detail));
    }

    internal void Changed(string action, string detail)
    {
        if (_key is not null)
            Tell(new ClientAct(Deed.Changed, _key, client.Address, protocol, action, [], Detail: detail));
    }

    internal void Refused(string key, ActSubject about, string action, string reason, string detail) =>
        Tell(new ClientAct(Deed.Refused, key, client.Address, protocol, action, [], Reason: reason, Detail: detail) { Subject = about });

    /// <summary>The gateway closes it, with this.</summary>
    internal void Closed(int code, string text) => (_code, _ending) = (code, text);

    internal void Ended()
    {
        if (_key is not null)
            Tell(new ClientAct(Deed.Closed, _key, client.Address, protocol, "", [], Reason: _ending) { Code = _code });
    }

    private void Tell(ClientAct act) => wiring.Ledger.Tell(new LedgerMessage.ClientFact(act));
}
