using System.Collections.Immutable;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Values;
using Oddswire.Runtime;

namespace Oddswire.Actors.Routing;

/// <summary>
/// What is wanted of a directory: what somebody follows now, and what durable subscriptions want also while nobody is attached to them.
/// Changes are told in one message per turn to whoever asked for them: the feeds. It outlives its directory's instances.
/// </summary>
public sealed class InterestReport
{
    private readonly Dictionary<Interest, int> _wanted = [];
    private readonly Dictionary<SubscriptionId, ImmutableArray<Interest>> _kept = [];
    private readonly HashSet<Interest> _began = [];
    private readonly HashSet<Interest> _ended = [];
    private ActorRef<InterestChange>? _to;

    internal void Start(ActorRef<InterestChange> to)
    {
        _began.Clear();
        _ended.Clear();
        _to = to;
        to.Tell(new InterestChange([.. _wanted.Keys], []));
    }

    internal void Began(Interest what)
    {
        var count = _wanted.GetValueOrDefault(what);
        _wanted[what] = count + 1;
        if (count == 0 && _to is not null && !_ended.Remove(what))
            _began.Add(what);
    }

    internal void Ended(Interest what)
    {
        if (--_wanted[what] > 0)
            return;
        _wanted.Remove(what);
        if (_to is not null && !_began.Remove(what))
            _ended.Add(what);
    }

    /// <summary>The durable subscription wants these, in place of what it wanted before.</summary>
    internal void Keep(SubscriptionId subscription, ImmutableArray<Interest> wanted)
    {
        foreach (var interest in wanted)
            Began(interest);
        foreach (var interest in _kept.GetValueOrDefault(subscription, []))
            Ended(interest);
        if (wanted.IsEmpty)
            _kept.Remove(subscription);
        else
            _kept[subscription] = wanted;
    }

    internal void TurnEnded()
    {
        if (_began.Count + _ended.Count == 0)
            return;
        _to!.Tell(new InterestChange([.. _began], [.. _ended]));
        _began.Clear();
        _ended.Clear();
    }
}
