using System.Collections.Immutable;
using Oddswire.Messages.Feeds;
using Oddswire.Runtime;

namespace Oddswire.Actors.Routing;

/// <summary>What began and what ended to be followed in a directory's turn, told in one message to whoever asked for it: the feeds.</summary>
internal sealed class InterestReport
{
    private readonly HashSet<Interest> _began = [];
    private readonly HashSet<Interest> _ended = [];
    private ActorRef<InterestChange>? _to;

    internal void Start(ActorRef<InterestChange> to, IEnumerable<Interest> followed)
    {
        _began.Clear();
        _ended.Clear();
        _to = to;
        to.Tell(new InterestChange([.. followed], []));
    }

    internal void Began(Interest what)
    {
        if (_to is not null && !_ended.Remove(what))
            _began.Add(what);
    }

    internal void Ended(Interest what)
    {
        if (_to is not null && !_began.Remove(what))
            _ended.Add(what);
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
