using Oddswire.Runtime.Diagnostics;
using Oddswire.Runtime.Patterns;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Runtime.Leases;

internal abstract record SingletonMessage<TMessage>
{
    internal sealed record Forward(TMessage Message) : SingletonMessage<TMessage>;
    internal sealed record Renew : SingletonMessage<TMessage>;

    /// <summary>Nothing else: the store says that the lease is not mine.</summary>
    internal sealed record Answered(Task Call, long AskedAt, Lease? Lease) : SingletonMessage<TMessage>;
    internal sealed record Unanswered(Task Call, Exception Cause) : SingletonMessage<TMessage>;
    internal sealed record Expired : SingletonMessage<TMessage>;
    internal sealed record EntityEnded(ActorRef Entity) : SingletonMessage<TMessage>;
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
    private long _askedAt;
    private Task<Lease?>? _call;            // the open one

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
                _call = null;
                Learn(answered.Lease, answered.AskedAt);
                break;
            case SingletonMessage<TMessage>.Unanswered unanswered when unanswered.Call == _call:
                _call = null;
                Log.LeasesUnavailable(singleton.Resource, unanswered.Cause);
                break;
            case SingletonMessage<TMessage>.Expired:
                Lose("it could not be renewed in time");
                break;
            case SingletonMessage<TMessage>.EntityEnded ended when ended.Entity == _entity:
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
        var now = System.Time.GetTimestamp();
        if (_call is not null && System.Time.GetElapsedTime(_askedAt, now) < singleton.TimeToLive)
            return;
        _askedAt = now;
        _call = Ask();
        var call = _call;
        PipeToSelf(call,
            lease => new SingletonMessage<TMessage>.Answered(call, now, lease),
            cause => new SingletonMessage<TMessage>.Unanswered(call, cause));
    }

    private async Task<Lease?> Ask() => singleton.Exclusive && _lease is null
        ? await singleton.Leases.Seize(singleton.Resource, System.Node, singleton.TimeToLive)
        : await singleton.Leases.Hold(singleton.Resource, System.Node, singleton.TimeToLive);

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
        Watch(_entity, new SingletonMessage<TMessage>.EntityEnded(_entity));
        TellWaiting();
    }

    private void Lose(string reason)
    {
        if (_lease is null)
            return;
        Forget(reason);
        Stop(_entity!);
    }

    private void Ended()
    {
        _entity = null;
        if (_lease is null)
            Claim();
        else
            Forget("its entity has ended");     // fenced, or its journal cannot be read: asked again when the next renewal is due
    }

    private void Forget(string reason)
    {
        Log.LeaseLost(singleton.Resource, _lease!.Value.Fence.Term, reason);
        _lease = null;
        Timers.Cancel("expired");
    }

    private void TellWaiting()
    {
        _waiting = 0;
        UnstashAll();
    }

    protected internal override SupervisorStrategy Supervision => singleton.Supervision;

    /// <summary>A restart is no handover: the lease stays, and the next instance asks for it again.</summary>
    protected internal override ValueTask PreRestart(Exception cause) => default;

    /// <summary>The entity has ended by now. A release that overtook a claim under way would leave a lease that nobody serves.</summary>
    protected internal override async ValueTask PostStop()
    {
        try
        {
            if (_call is not null && await _call is { } last)
                _lease = last;
        }
        finally
        {
            if (_lease is { } lease)
                await singleton.Leases.Release(lease);      // what throws here is logged, and the lease expires
        }
    }
}
