using Oddswire.Messages.Keys;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;

namespace Oddswire.Actors.Keys;

/// <summary>
/// What each key uses, over all its sockets. Before a subscription is refused, the key's other sockets have to prove that somebody is
/// there: a client that comes back must not be refused because of its own ghost.
/// </summary>
public sealed class KeysActor : Actor<KeyMessage>
{
    private sealed record Decide(string Name) : KeyMessage;
    private sealed record SessionEnded(string Name, ActorRef<SessionMessage> Session) : KeyMessage;

    // A session closes itself when its ping is not answered within two seconds; the rest is for the news to get here.
    private static readonly TimeSpan ProofTime = TimeSpan.FromSeconds(2.5);

    private readonly Dictionary<string, Use> _keys = [];

    private sealed class Use(Key key)
    {
        internal Key Key { get; set; } = key;
        internal Dictionary<ActorRef<SessionMessage>, int> Sessions { get; } = [];
        internal Queue<ActorRef<SessionMessage>> Waiting { get; } = [];
        internal int Subscriptions => Sessions.Values.Sum();
        internal bool IsFull => Subscriptions >= Key.Limits.Subscriptions;
    }

    protected override ValueTask Receive(KeyMessage message)
    {
        switch (message)
        {
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
            case KeyMessage.Revoke revoke:
                Revoke(revoke.Name);
                break;
            case KeyMessage.CountSessions count:
                count.ReplyTo.Tell(_keys.TryGetValue(count.Name, out var counted) ? counted.Sessions.Count : 0);
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
        if (!_keys.TryGetValue(enter.Key.Name, out var use))
            _keys.Add(enter.Key.Name, use = new Use(enter.Key));
        use.Key = enter.Key;
        use.Sessions[enter.Session] = 0;
        Watch(enter.Session, new SessionEnded(enter.Key.Name, enter.Session));
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
            return;     // it has left: nobody waits for the answer
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

    private void Revoke(string name)
    {
        if (!_keys.TryGetValue(name, out var use))
            return;
        foreach (var session in use.Sessions.Keys)
            session.Tell(new SessionMessage.Leave(CloseReason.Revoked));
    }
}
