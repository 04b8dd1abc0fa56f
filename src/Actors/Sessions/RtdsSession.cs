using Oddswire.Messages.Hubs;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Sessions;
using Oddswire.Protocols.Rtds;

namespace Oddswire.Actors.Sessions;

/// <summary>
/// One client of the activity feed. As at the venue there is one filter per topic and type, the last one wins, and nothing but an empty
/// text says that a subscription was understood.
/// </summary>
internal sealed class RtdsSession(Accept accepted, SessionWiring wiring) : TextSession(accepted, wiring)
{
    private const string Activity = "activity";
    private const int NameBytes = 13;

    // Topics and types that somebody may have made up: beyond it the request is invalid.
    private const int MostInterests = 128;

    private readonly List<(RtdsInterest Interest, RtdsFilter Filter)> _interests = [];
    private readonly FrameBuffer _frame = new();
    private byte[] _head = [];
    private string _name = "";
    private bool _listens;

    protected override string Protocol => "rtds";

    /// <summary>The official client never sends a PONG frame.</summary>
    protected override bool MustPong => false;

    protected override void Begin()
    {
        var name = new byte[NameBytes];
        System.Random.NextBytes(name);
        // As in gXseIO-NQWeIKEhJwA==: the alphabet is that of addresses, and the padding stays.
        _name = Convert.ToBase64String(name).Replace('+', '-').Replace('/', '_');
        _head = RtdsRowCodec.Head(_name);
    }

    protected override void End(string ending, int? code)
    {
        if (_listens)
            Wiring.Ledger.Tell(new LedgerMessage.ClientFact(new ClientAct(Deed.Closed, Accepted.Key.Name, Accepted.Address, Protocol, "", [], Reason: ending) { Code = code }));
    }

    protected override void Heard(ReadOnlyMemory<byte> text)
    {
        if (RtdsCommandCodec.IsHeartbeat(text.Span))
        {
            Write(default);
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
                Write(default);
                break;
            case null:
                Refuse("Invalid request body");
                break;
        }
    }

    protected override void Told(SessionMessage message)
    {
        if (message is not SessionMessage.Activity activity)
        {
            if (message is not SessionMessage.GapChanged)
                base.Told(message);
            return;
        }
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
        Write(default);
        if (_listens)
            return;
        _listens = true;
        Wiring.Activity!.Tell(new HubMessage.Listen(Self));
        Wiring.Ledger.Tell(new LedgerMessage.ClientFact(new ClientAct(
            Deed.Opened, Accepted.Key.Name, Accepted.Address, Protocol, "subscribe", [], Detail: string.Join(' ', known.Select(static interest => $"{interest.Topic}/{interest.Type} {interest.Filters}").Distinct()))));
    }

    private void Remove(RtdsInterest interest) =>
        _interests.RemoveAll(known => known.Interest.Topic == interest.Topic && known.Interest.Type == interest.Type);

    private void Refuse(string message)
    {
        RecordRefused("INVALID_REQUEST", message, "subscribe");
        _frame.Clear();
        RtdsCommandCodec.EncodeError(message, _name, _frame);
        Write(_frame.Written);
    }
}
