using Oddswire.Messages.Hubs;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Sessions;
using Oddswire.Protocols.Rtds;

namespace Oddswire.Actors.Sessions;

/// <summary>
/// One client of the activity feed. As at the venue there is one filter per topic and type, the last one wins, and nothing but an empty
/// text says that a subscription was understood.
/// </summary>
internal sealed class RtdsSession(SocketClient client, SessionWiring wiring) : SocketSession
{
    private const string Activity = "activity";
    private const int NameBytes = 13;

    // Topics and types that somebody may have made up: beyond it the request is invalid.
    private const int MostInterests = 128;

    private readonly List<(RtdsInterest Interest, RtdsFilter Filter)> _interests = [];
    private byte[] _head = [];
    private string _name = "";
    private readonly SocketRecord _record = new(client, wiring, "rtds");
    private bool _listens;

    private protected override SocketClient Client => client;

    private protected override SessionWiring Wires => wiring;

    /// <summary>The official client never sends a PONG frame.</summary>
    private protected override bool MustPong => false;

    private protected override (int Code, string Text) CodeOf(CloseReason reason) => CloseCode.Native(reason);

    private protected override SocketRecord Trail => _record;

    protected override ValueTask PreStart()
    {
        var name = new byte[NameBytes];
        System.Random.NextBytes(name);
        // As in gXseIO-NQWeIKEhJwA==: the alphabet is that of addresses, and the padding stays.
        _name = Convert.ToBase64String(name).Replace('+', '-').Replace('/', '_');
        _head = RtdsRowCodec.Head(_name);
        return base.PreStart();
    }

    protected override ValueTask Receive(SessionMessage message)
    {
        switch (message)
        {
            case SessionMessage.Activity activity:
                Deliver(activity);
                break;
            case SessionMessage.GapChanged:
                break;      // this protocol has no word for it
            case SessionMessage.Prove:
                break;      // it is asked of who holds subscriptions of its key, and can answer a ping
            default:
                if (message is SessionMessage.Violated { Reason: CloseReason.RateExceeded })
                    _record.Refused(client.Key.Name, ActSubject.Subscription, "", "RATE_EXCEEDED", "more commands a second than may come");
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
            WriteNothing();
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
                WriteNothing();
                break;
            case null:
                Refuse("Invalid request body");
                break;
        }
    }

    private void Deliver(SessionMessage.Activity activity)
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
        var strange = subscribe.Interests.FirstOrDefault(static interest => interest.Topic != Activity);
        if (strange is not null)
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
        WriteNothing();
        if (_listens)
            return;
        _listens = true;
        wiring.Activity!.Tell(new HubMessage.Listen(Self));
        _record.Opened(client.Key.Name, string.Join(' ', known.Select(static interest => $"{interest.Topic}/{interest.Type} {interest.Filters}").Distinct()));
    }

    private void Remove(RtdsInterest interest) =>
        _interests.RemoveAll(known => known.Interest.Topic == interest.Topic && known.Interest.Type == interest.Type);

    /// <summary>An empty text: it was understood.</summary>
    private void WriteNothing() => Write(default, default, default);

    private void Refuse(string message)
    {
        _record.Refused(client.Key.Name, ActSubject.Subscription, "subscribe", "INVALID_REQUEST", message);
        Frame.Clear();
        RtdsCommandCodec.EncodeError(message, _name, Frame);
        WriteFrame();
    }
}
