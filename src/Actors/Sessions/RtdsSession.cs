using Oddswire.Messages.Hubs;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Sessions;
using Oddswire.Protocols.Rtds;

namespace Oddswire.Actors.Sessions;

/// <summary>
/// One client socket that speaks the activity feed. As at the venue there is one filter per topic and type, the last one wins, and nothing but
/// an empty text says that a subscription was understood.
/// </summary>
internal sealed class RtdsSession(Accept accepted, SessionWiring wiring) : SocketSession
{
    private const string Activity = "activity";
    private const string Protocol = "rtds";
    private const int NameBytes = 13;

    // Types may be made up: beyond so many the request is invalid.
    private const int MostInterests = 128;

    private readonly List<(RtdsInterest Interest, RtdsFilter Filter)> _interests = [];
    private byte[] _head = [];
    private string _name = "";
    private string _ending = "the client is gone";
    private int? _endingCode;       // null: it was not the gateway who closed
    private bool _listens;

    private protected override Accept Client => accepted;

    private protected override SessionWiring Wires => wiring;

    /// <summary>The official client never sends a PONG frame.</summary>
    private protected override bool MustPong => false;

    private protected override (int Code, string Text) CodeOf(CloseReason reason) => ClobCloseCode.Of(reason);

    private protected override void Closed(int code, string text) => (_endingCode, _ending) = (code, text);

    protected override ValueTask PreStart()
    {
        var name = new byte[NameBytes];
        System.Random.NextBytes(name);
        // As in gXseIO-NQWeIKEhJwA==: the alphabet is that of addresses, and the padding stays.
        _name = Convert.ToBase64String(name).Replace('+', '-').Replace('/', '_');
        _head = RtdsRowCodec.Head(_name);
        return base.PreStart();
    }

    protected override async ValueTask PostStop()
    {
        await base.PostStop();
        if (_listens)
            Record(new ClientAct(Deed.Closed, accepted.Key.Name, accepted.Address, Protocol, "", [], Reason: _ending) { Code = _endingCode });
    }

    protected override ValueTask Receive(SessionMessage message)
    {
        switch (message)
        {
            case SessionMessage.Activity activity:
                Tell(activity);
                break;
            case SessionMessage.Prove:
                break;      // it is asked of who holds subscriptions of its key, and who can answer a ping
            case SessionMessage.GapChanged:
                break;      // the protocol has no word for it
            default:
                if (message is SessionMessage.Violated { Reason: CloseReason.RateExceeded })
                    RecordRefused("RATE_EXCEEDED", "more commands a second than may come", "");
                if (!Lives(message))
                    Unhandled(message);
                break;
        }
        return default;
    }

    private protected override void Heard(ReadOnlyMemory<byte> text)
    {
        if (RtdsCommandCodec.IsHeartbeat(text.Span))
        {
            Acknowledge();
            return;
        }
        switch (RtdsCommandCodec.Decode(text.Span))
        {
            case { Action: RtdsAction.Subscribe } subscribe:
                Subscribe(subscribe);
                break;
            case { Action: RtdsAction.Unsubscribe } unsubscribe:
                foreach (var interest in unsubscribe.Interests)
                    Remove(interest);
                Acknowledge();
                break;
            case null:
                Refuse("Invalid request body");
                break;
        }
    }

    private void Tell(SessionMessage.Activity activity)
    {
        foreach (var row in activity.Rows)
        {
            if (row.IsTaker && Wants("orders_matched", row))
                Write(_head, row.Body.Span, RtdsRowCodec.OrdersMatchedTail);
            if (Wants("trades", row))
                Write(_head, row.Body.Span, RtdsRowCodec.TradesTail);
        }
    }

    private bool Wants(string type, ActivityRow row)
    {
        foreach (var (interest, filter) in _interests)
        {
            if ((interest.Type == type || interest.Type == "*") && filter.Matches(row.Market))
                return true;
        }
        return false;
    }

    private void Subscribe(RtdsCommand subscribe)
    {
        if (subscribe.Interests.FirstOrDefault(static interest => interest.Topic != Activity) is { } strange)
            Refuse($"topic '{strange.Topic}' is not served by this gateway: {Activity} is");
        var known = subscribe.Interests.RemoveAll(static interest => interest.Topic != Activity);
        foreach (var interest in known)
        {
            Remove(interest);
            if (_interests.Count >= MostInterests)
            {
                Refuse("Invalid request body");
                return;
            }
            _interests.Add((interest, RtdsFilter.Parse(interest.Filters)));
        }
        if (known.IsEmpty)
            return;
        Acknowledge();
        if (_listens)
            return;
        _listens = true;
        wiring.Activity?.Tell(new HubMessage.Listen(Self));
        Record(new ClientAct(
            Deed.Opened, accepted.Key.Name, accepted.Address, Protocol, "subscribe", [], Detail: string.Join(", ", known.Select(static interest => $"{interest.Topic}/{interest.Type} {interest.Filters}".TrimEnd()))));
    }

    private void Remove(RtdsInterest interest) =>
        _interests.RemoveAll(known => known.Interest.Topic == interest.Topic && known.Interest.Type == interest.Type);

    private void Acknowledge() => Write(default, default, default);

    private void Refuse(string message)
    {
        RecordRefused("INVALID_REQUEST", message, "subscribe");
        _frame.Clear();
        RtdsCommandCodec.EncodeError(message, _name, _frame);
        WriteFrame();
    }

    private void RecordRefused(string reason, string detail, string action) =>
        Record(new ClientAct(Deed.Refused, accepted.Key.Name, accepted.Address, Protocol, action, [], Reason: reason, Detail: detail));

    private void Record(ClientAct act) => wiring.Ledger.Tell(new LedgerMessage.ClientFact(act));
}
