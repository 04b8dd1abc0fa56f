using Oddswire.Runtime.Supervision;

namespace Oddswire.Runtime.Leases;

internal abstract record SingletonMessage<TMessage>
{
    internal sealed record Forward(TMessage Message) : SingletonMessage<TMessage>;
    internal sealed record Renew : SingletonMessage<TMessage>;

    /// <summary>Nothing else: the store says that the lease is not mine.</summary>
    internal sealed record Answered(int Call, long AskedAt, Lease? Lease) : SingletonMessage<TMessage>;
    internal sealed record Unanswered(int Call, Exception Cause) : SingletonMessage<TMessage>;
    internal sealed record Expired : SingletonMessage<TMessage>;
    internal sealed record EntityEnded : SingletonMessage<TMessage>;
}

/// <summary>
/// Keeps one lease and, while it is held, the entity below. It never awaits the store, so that a store that hangs cannot keep it
/// from stopping the entity in time. One call is open at a time; one that got no answer for a whole time-to-live is given up.
/// </summary>
internal sealed class SingletonActor<TMessage>(Singleton<TMessage> singleton) : Actor<SingletonMessage<TMessage>>
{
    private Lease? _lease;
    private ActorRef<TMessage>? _entity;    // also while it is stopping
    private bool _elsewhere;                // the last answer was that the lease is not mine
    private int _waiting;
    private int _call;
    private long _askedAt;
    private Task<Lease?>? _answer;          // of the open call

    protected internal override ValueTask PreStart()
    {
        Timers.Every("renew", new SingletonMessage<TMessage>.Renew(), singleton.Renewal);
        Claim();
        return default;
    }

    protected internal override ValueTask Receive(SingletonMessage<TMessage> message)
    {
        switch (message)
        {
            case SingletonMessage<TMessage>.Forward forward:
                Deliver(forward.Message);
                break;
            case SingletonMessage<TMessage>.Renew:
                Claim();
                break;
            case SingletonMessage<TMessage>.Answered answered when answered.Call == _call:
                _answer = null;
                Learn(answered.Lease, answered.AskedAt);
                break;
            case SingletonMessage<TMessage>.Unanswered unanswered when unanswered.Call == _call:
                _answer = null;
                Log.LeasesUnavailable(singleton.Resource, unanswered.Cause);
                break;
            case SingletonMessage<TMessage>.Expired:
                Lose("it could not be renewed in time");
                break;
            case SingletonMessage<TMessage>.EntityEnded:
                Ended();
                break;
        }
        return default;
    }

    private void Deliver(TMessage message)
    {
        if (_lease is not null)
        {
            _entity!.Tell(message);
        }
        else if (!_elsewhere && _waiting < singleton.Waiting)
        {
            _waiting++;
            Stash();
        }
        else
        {
            System.DeadLetter(Self, message, _elsewhere ? "runs on another node" : "too many wait");
        }
    }

    private void Claim()
    {
        // While an entity of mine is still ending, others may have the lease: I could do nothing with it.
        if (_entity is not null && _lease is null)
            return;
        if (singleton.Exclusive && _lease is null)
            Call(async () => await singleton.Leases.Seize(singleton.Resource, System.Node, singleton.TimeToLive));
        else
            Call(async () => await singleton.Leases.Hold(singleton.Resource, System.Node, singleton.TimeToLive));
    }

    private void Call(Func<Task<Lease?>> store)
    {
        var now = System.Time.GetTimestamp();
        if (_answer is not null && System.Time.GetElapsedTime(_askedAt, now) < singleton.TimeToLive)
            return;
        var call = ++_call;
        _askedAt = now;
        _answer = store();
        PipeToSelf(_answer,
            lease => new SingletonMessage<TMessage>.Answered(call, now, lease),
            cause => new SingletonMessage<TMessage>.Unanswered(call, cause));
    }

    private void Learn(Lease? answer, long askedAt)
    {
        _elsewhere = answer is null;
        if (answer is { } lease)
        {
            // From before the question, on my own clock: how long the answer was under way, nobody knows.
            var left = lease.ValidFor - singleton.Margin - System.Time.GetElapsedTime(askedAt);
            if (left <= TimeSpan.Zero)
                return;
            if (_lease is null && _entity is null)
                Take(lease);
            if (_lease?.Fence == lease.Fence)
                Timers.Once("expired", new SingletonMessage<TMessage>.Expired(), left);
            else
                Lose("the store has given it a new term");
        }
        else
        {
            Lose("another node holds it");
            TellWaiting();
        }
    }

    private void Take(Lease lease)
    {
        Log.LeaseTaken(singleton.Resource, lease.Fence.Term);
        _lease = lease;
        _entity = Spawn(singleton.Entity(lease.Fence), "entity");
        Watch(_entity, new SingletonMessage<TMessage>.EntityEnded());
        TellWaiting();
    }

    private void Lose(string reason)
    {
        if (_lease is not { } lease)
            return;
        Log.LeaseLost(singleton.Resource, lease.Fence.Term, reason);
        _lease = null;
        Timers.Cancel("expired");
        Stop(_entity!);
    }

    private void Ended()
    {
        _entity = null;
        if (_lease is not { } lease)
        {
            Claim();
            return;
        }
        // It ended by itself: fenced, or its journal cannot be read. Others may try; so may I, when the next renewal is due.
        Log.LeaseLost(singleton.Resource, lease.Fence.Term, "its entity has ended");
        _lease = null;
        Timers.Cancel("expired");
        Call(async () =>
        {
            await singleton.Leases.Release(lease);
            return null;
        });
    }

    private void TellWaiting()
    {
        _waiting = 0;
        UnstashAll();
    }

    protected internal override SupervisorStrategy Supervision => singleton.Supervision;

    /// <summary>The entity has ended by now. A release that overtook a claim under way would leave a lease that nobody serves.</summary>
    protected internal override async ValueTask PostStop()
    {
        try
        {
            var last = _answer is null ? null : await _answer;
            if ((last ?? _lease) is { } lease)
                await singleton.Leases.Release(lease);
        }
        catch (Exception e)
        {
            Log.LeasesUnavailable(singleton.Resource, e);      // it expires
        }
    }
}
