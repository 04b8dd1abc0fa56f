using Oddswire.Messages.Sessions;
using Oddswire.Runtime;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Actors.Sessions;

/// <summary>/sessions: one actor per client socket, and the one heartbeat that ticks them all. A session ends at its first failure.</summary>
public sealed class SessionsActor(SessionWiring wiring) : Actor<SessionsMessage>
{
    private sealed record Beat : SessionsMessage;
    private sealed record BeatOn : SessionsMessage;
    private sealed record Ended(ActorRef<SessionMessage> Session) : SessionsMessage;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    // A thousand sessions at once are a millisecond in which nothing else happens. So a beat is spread over the second where it is for many.
    private const int AtOnce = 64;
    private const int Steps = 16;

    private readonly Dictionary<ActorRef<SessionMessage>, bool> _sessions = [];
    private readonly Queue<ActorRef<SessionMessage>> _toBeat = [];
    private ActorRef<bool>? _waits;
    private bool _leaving;
    private long _accepted;
    private int _step;

    protected override SupervisorStrategy Supervision => SupervisorStrategy.StopChildren;

    protected override ValueTask PreStart()
    {
        Timers.Every("beat", new Beat(), Second);
        return default;
    }

    protected override ValueTask Receive(SessionsMessage message)
    {
        switch (message)
        {
            case Accept accept:
                accept.ReplyTo.Tell(Begin(accept.Client));
                break;
            case Ended ended:
                _sessions.Remove(ended.Session);
                TellWhoWaits();
                break;
            case SessionsMessage.Leave leave:
                (_leaving, _waits) = (true, leave.ReplyTo);
                Tell(new SessionMessage.Leave(CloseReason.PlannedStop), extendedOnly: false);
                TellWhoWaits();
                break;
            case Beat:
                BeatAll();
                break;
            case BeatOn:
                BeatSome();
                break;
            case SessionsMessage.Broadcast broadcast:
                Tell(broadcast.Message, broadcast.ExtendedOnly);
                break;
            case SessionsMessage.Count count:
                count.ReplyTo.Tell(_sessions.Count);
                break;
            default:
                Unhandled(message);
                break;
        }
        return default;
    }

    private ActorRef<SessionMessage> Begin(SocketClient client)
    {
        var session = Spawn(Props.Of(() => Speaking(client)), (++_accepted).ToString());
        _sessions.Add(session, client.Extended);
        Watch(session, new Ended(session));
        if (_leaving)
            session.Tell(new SessionMessage.Leave(CloseReason.PlannedStop));
        return session;
    }

    private SocketSession Speaking(SocketClient client) => client.Protocol switch
    {
        SessionProtocol.Dome => new DomeSession(client, wiring),
        SessionProtocol.ClobMarket => new ClobMarketSession(client, wiring),
        SessionProtocol.ClobUser => new ClobUserSession(client, wiring),
        SessionProtocol.Rtds => new RtdsSession(client, wiring),
        SessionProtocol.UsMarkets => new UsMarketsSession(client, wiring),
        SessionProtocol.UsPrivate => new UsPrivateSession(client, wiring),
    };

    private void BeatAll()
    {
        BeatTo(_toBeat.Count);      // whoever is left of the last one; a clock may come late
        foreach (var session in _sessions.Keys)
            _toBeat.Enqueue(session);
        _step = Math.Max(AtOnce, (_toBeat.Count + Steps - 1) / Steps);
        BeatSome();
    }

    private void BeatSome()
    {
        BeatTo(_step);
        if (_toBeat.Count > 0)
            Timers.Once("beat on", new BeatOn(), Second / (Steps + 1));
    }

    private void BeatTo(int most)
    {
        for (; most > 0 && _toBeat.TryDequeue(out var session); most--)
        {
            if (_sessions.ContainsKey(session))
                session.Tell(SessionMessage.Beat.Once);
        }
    }

    private void TellWhoWaits()
    {
        if (_sessions.Count > 0)
            return;
        _waits?.Tell(true);
        _waits = null;
    }

    private void Tell(SessionMessage message, bool extendedOnly)
    {
        foreach (var (session, extended) in _sessions)
        {
            if (extended || !extendedOnly)
                session.Tell(message);
        }
    }
}
