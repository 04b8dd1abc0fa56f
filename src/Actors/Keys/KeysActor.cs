using Oddswire.Messages.Keys;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Actors.Keys;

/// <summary>
/// /keys: what each key uses, over all its sockets. Before a subscription is refused, the key's other sockets have to prove that somebody
/// is there: a client that comes back must not be refused because of its own ghost. A new instance knows nobody: it has every session
/// enter again. Below it the stored keys.
/// </summary>
public sealed class KeysActor : Actor<KeyMessage>
{
    private sealed record Decide(string Name) : KeyMessage;
    private sealed record Recounted : KeyMessage;
    private sealed record SessionEnded(string Name, ActorRef<SessionMessage> Session) : KeyMessage;

    // A session closes itself when its ping is not answered within two seconds; the rest is for the news to get here.
    private static readonly TimeSpan ProofTime = TimeSpan.FromSeconds(2.5);

    // Until then every session that lives has had its turn to enter again.
    private static readonly TimeSpan RecountTime = TimeSpan.FromSeconds(1);

    private readonly Keyring _keyring;
    private readonly Fence _fence;
    private readonly ActorRef<SessionsMessage>? _sessions;      // null: the first instance, before there were any
    private readonly Dictionary<string, Use> _keys = [];
    private bool _recounting;
    private ActorRef<KeyMessage.Stored> _ring = null!;

    private KeysActor(Keyring keyring, Fence fence, ActorRef<SessionsMessage>? sessions) => (_keyring, _fence, _sessions) = (keyring, fence, sessions);

    public static Func<Actor<KeyMessage>> Instances(Keyring keyring, Fence fence, Func<ActorRef<SessionsMessage>?> sessions)
    {
        var isFirst = true;
        return () =>
        {
            var instance = new KeysActor(keyring, fence, isFirst ? null : sessions());
            isFirst = false;
            return instance;
        };
    }

    private sealed class Use(Key key)
    {
        internal Key Key { get; set; } = key;
        internal Dictionary<ActorRef<SessionMessage>, int> Sessions { get; } = [];
        internal Queue<ActorRef<SessionMessage>> Waiting { get; } = [];
        internal int Subscriptions => Sessions.Values.Sum();
        internal bool IsFull => Subscriptions >= Key.Limits.Subscriptions;
    }

    // Those who are in stay in, and the ring comes back with the journal.
    protected override SupervisorStrategy Supervision => AboveJournal.Strategy;

    protected override ValueTask PreStart()
    {
        _ring = Spawn(Props.Of(() => new KeyringActor(_keyring, _fence, Self)), "ring");
        if (_sessions is not null)
        {
            _recounting = true;
            _sessions.Tell(new SessionsMessage.Broadcast(new SessionMessage.EnterAgain(), ExtendedOnly: false));
            Timers.Once("recount", new Recounted(), RecountTime);
        }
        return default;
    }

    protected override ValueTask Receive(KeyMessage message)
    {
        switch (message)
        {
            case KeyMessage.Stored stored:
                _ring.Tell(stored);
                break;
            case KeyMessage.Enter enter:
                Enter(enter);
                break;
            case KeyMessage.Leave leave:
                Left(leave.Name, leave.Session);
                Unwatch(leave.Session);
                break;
            case SessionEnded ended:
                Left(ended.Name, ended.Session);
                break;
            case KeyMessage.Reserve reserve:
                Reserve(reserve);
                break;
            case KeyMessage.Release release:
                if (_keys.TryGetValue(release.Name, out var use) && use.Sessions.TryGetValue(release.Session, out var held))
                    use.Sessions[release.Session] = Math.Max(0, held - 1);
                break;
            case KeyMessage.CloseSessions close:
                CloseSessions(close.Name);
                break;
            case KeyMessage.CountSessions count:
                count.ReplyTo.Tell(_keys.TryGetValue(count.Name, out var counted) ? counted.Sessions.Count : 0);
                break;
            case Recounted:
                _recounting = false;
                foreach (var (name, waited) in _keys)
                    ReserveAgain(name, waited);
                break;
            case Decide decide:
                DecideNow(decide.Name);
                break;
            default:
                Unhandled(message);
                break;
        }
        return default;
    }

    private void Enter(KeyMessage.Enter enter)
    {
        if (!_keyring.Holds(enter.Key))
        {
            enter.Session.Tell(new SessionMessage.Leave(CloseReason.Revoked));
            return;
        }
        if (!_keys.TryGetValue(enter.Key.Name, out var use))
            _keys.Add(enter.Key.Name, use = new Use(enter.Key));
        use.Key = enter.Key;
        if (use.Sessions.ContainsKey(enter.Session))
            return;     // it came while the others were asked to enter again
        if (use.Sessions.Count >= enter.Key.Limits.Connections)
        {
            enter.Session.Tell(new SessionMessage.Leave(CloseReason.TooManySockets));
            return;     // the door counts too, but many may pass it in one moment
        }
        use.Sessions.Add(enter.Session, enter.Held);
        Watch(enter.Session, new SessionEnded(enter.Key.Name, enter.Session));
        if (enter.Waits)
            Reserve(new KeyMessage.Reserve(enter.Key.Name, enter.Session));
    }

    private void Left(string name, ActorRef<SessionMessage> session)
    {
        if (!_keys.TryGetValue(name, out var use))
            return;
        use.Sessions.Remove(session);
        if (use.Sessions.Count == 0 && use.Waiting.Count == 0)
            _keys.Remove(name);
    }

    private void Reserve(KeyMessage.Reserve reserve)
    {
        if (!_keys.TryGetValue(reserve.Name, out var use) || !use.Sessions.ContainsKey(reserve.Session))
            return;     // it has left, or has yet to enter again, and asks again then
        if (_recounting)
        {
            use.Waiting.Enqueue(reserve.Session);
            return;
        }
        if (!use.IsFull && use.Waiting.Count == 0)
        {
            Grant(use, reserve.Session);
            return;
        }
        use.Waiting.Enqueue(reserve.Session);
        if (use.Waiting.Count > 1)
            return;
        var others = use.Sessions.Keys.Where(session => session != reserve.Session).ToList();
        foreach (var other in others)
            other.Tell(new SessionMessage.Prove());
        if (others.Count == 0)
            DecideNow(reserve.Name);
        else
            Timers.Once(reserve.Name, new Decide(reserve.Name), ProofTime);
    }

    private void ReserveAgain(string name, Use use)
    {
        var waiting = use.Waiting.ToArray();
        use.Waiting.Clear();
        foreach (var session in waiting)
            Reserve(new KeyMessage.Reserve(name, session));
    }

    private void DecideNow(string name)
    {
        if (!_keys.TryGetValue(name, out var use))
            return;
        while (use.Waiting.TryDequeue(out var session))
        {
            if (!use.Sessions.ContainsKey(session))
                continue;
            if (use.IsFull)
                session.Tell(new SessionMessage.Refused(use.Key.Limits.Subscriptions));
            else
                Grant(use, session);
        }
    }

    private static void Grant(Use use, ActorRef<SessionMessage> session)
    {
        use.Sessions[session]++;
        session.Tell(new SessionMessage.Granted());
    }

    private void CloseSessions(string name)
    {
        if (!_keys.TryGetValue(name, out var use))
            return;
        foreach (var session in use.Sessions.Keys)
            session.Tell(new SessionMessage.Leave(CloseReason.Revoked));
    }
}
