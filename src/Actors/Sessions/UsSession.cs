using Oddswire.Messages.Ledger;
using Oddswire.Messages.Sessions;
using Oddswire.Protocols.PolymarketUs;

namespace Oddswire.Actors.Sessions;

/// <summary>
/// One client socket that speaks Polymarket US: what both of its sockets have in common. Requests in either spelling, refused in the venue's
/// words; heartbeats; frames in the spelling that the key has.
/// </summary>
internal abstract class UsSession(SocketClient client, SessionWiring wiring, UsSocket socket, string protocol) : SocketSession
{
    private readonly SocketRecord _record = new(client, wiring, protocol);
    private readonly FrameBuffer _snake = new();
    private bool _opened;
    private long _seconds;

    private protected override SocketClient Client => client;

    private protected override SessionWiring Wires => wiring;

    private protected override SocketRecord Trail => _record;

    private protected UsRules Rules => wiring.Rules.Us;

    private protected UsRequests Requests { get; } = new(wiring.Rules.Us);

    private protected UsSpelling Spelling { get; } = client.Key.Signing is { Snake: true } ? UsSpelling.Snake : UsSpelling.Camel;

    private protected bool IsLegacy { get; } = wiring.Rules.Us.LegacyPayloads || client.Key.Signing is { Legacy: true };

    private protected override (int Code, string Text) CodeOf(CloseReason reason) => CloseCode.Us(reason);

    /// <summary>It is in force: whoever knows is told, and answers.</summary>
    private protected abstract void Begin(UsRequest request);

    /// <summary>It is no more.</summary>
    private protected abstract void End(UsRequest request);

    /// <summary>What the socket does beside what every one does. False: it is unknown here.</summary>
    private protected abstract bool Told(SessionMessage message);

    protected override ValueTask Receive(SessionMessage message)
    {
        switch (message)
        {
            case SessionMessage.Prove or SessionMessage.GapChanged:
                break;      // it holds no subscription of its key; and gaps of orders are none of its business
            default:
                if (message is SessionMessage.Violated { Reason: CloseReason.RateExceeded })
                    _record.Refused(client.Key.Name, ActSubject.Subscription, "", "RATE_EXCEEDED", "more commands a second than may come");
                if (!Told(message) && !Lives(message))
                    Unhandled(message);
                break;
        }
        return default;
    }

    /// <summary>Also to who never says anything back.</summary>
    private protected override void BeatCame()
    {
        if (++_seconds % Math.Max(1, (long)Rules.Heartbeat.TotalSeconds) == 0)
            Write(UsFrameWriter.Heartbeat, default, default);
    }

    private protected override void Heard(ReadOnlyMemory<byte> text)
    {
        if (_closing)
            return;
        if (!UsCommandCodec.TryDecode(text.Span, socket, Rules.Slugs, out var command, out var problem))
        {
            _record.Refused(client.Key.Name, ActSubject.Subscription, "", "INVALID_MESSAGE", problem);
            Refuse(null, UsError.InvalidMessage);
            return;
        }
        switch (command)
        {
            case UsCommand.Subscribe subscribe:
                Subscribe(subscribe);
                break;
            case UsCommand.Unsubscribe(var id):
                if (Remove(id) is { } request)
                    _record.Changed("unsubscribe", Described(request));
                Frame.Clear();
                UsFrameWriter.EncodeUnsubscribed(id, Frame);
                Say();
                break;
            case UsCommand.Ping:
                Write(UsFrameWriter.Pong, default, default);
                break;
        }
    }

    private void Subscribe(UsCommand.Subscribe subscribe)
    {
        if (Requests.Add(subscribe, out var error) is not { } request)
        {
            _record.Refused(client.Key.Name, ActSubject.Subscription, "subscribe", "REFUSED", error);
            Refuse(subscribe, error);
            return;
        }
        if (_opened)
            _record.Changed("subscribe", Described(request));
        else
            _record.Opened(client.Key.Name, Described(request));
        _opened = true;
        Begin(request);
    }

    /// <summary>Null: there is none of that id.</summary>
    private protected UsRequest? Remove(string id)
    {
        if (Requests.Remove(id) is not { } request)
            return null;
        End(request);
        return request;
    }

    private protected void Refuse(UsCommand.Subscribe? subscribe, string error)
    {
        Frame.Clear();
        UsFrameWriter.EncodeError(subscribe?.RequestId, subscribe?.Type, error, Frame);
        Say();
    }

    /// <summary>What stands in a frame before a payload of this key.</summary>
    private protected byte[] HeadOf(UsRequest request, ReadOnlySpan<byte> key)
    {
        Frame.Clear();
        UsFrameWriter.Encode(request.Id, request.Type, key, "{}"u8, Frame);
        return Spelled()[..^"{}}".Length].ToArray();
    }

    private protected void Say() => Write(Spelled(), default, default);

    /// <summary>The frame that is in the buffer, as this client wants it.</summary>
    private ReadOnlySpan<byte> Spelled()
    {
        if (Spelling == UsSpelling.Camel)
            return Frame.Written;
        _snake.Clear();
        UsRespelling.ToSnake(Frame.Written, socket, _snake);
        return _snake.Written;
    }

    private static string Described(UsRequest request) =>
        $"{request.Type}, {(request.Slugs.IsEmpty ? "all markets" : request.Slugs.Length == 1 ? request.Slugs[0] : $"{request.Slugs.Length} markets from {request.Slugs[0]} on")}";
}
