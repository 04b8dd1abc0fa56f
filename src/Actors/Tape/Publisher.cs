using System.Collections.Immutable;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Tape;
using Oddswire.Runtime;

namespace Oddswire.Actors.Tape;

/// <summary>
/// One batch at a time: the next one leaves when every directory has said that all its hubs passed their share on. Then the sessions
/// that got some of it are told to write, and each has its part of the batch whole. That is how a subscription gets tape order.
/// </summary>
internal sealed class Publisher(ImmutableArray<ActorRef<HubMessage>> directories)
{
    // Beyond this a batch only delays its first fill.
    private const int MostInBatch = 512;

    private readonly Queue<TapeEntry> _waiting = [];
    private readonly HashSet<ActorRef<SessionMessage>> _touched = [];
    private long _batch;
    private int _directoriesOpen;

    internal int Waiting => _waiting.Count;

    internal void Add(TapeEntry entry) => _waiting.Enqueue(entry);

    internal void Publish(ActorRef<TapeMessage> self)
    {
        if (_directoriesOpen > 0 || _waiting.Count == 0)
            return;
        var entries = ImmutableArray.CreateBuilder<TapeEntry>(Math.Min(_waiting.Count, MostInBatch));
        while (entries.Count < entries.Capacity)
            entries.Add(_waiting.Dequeue());
        _directoriesOpen = directories.Length;
        var publish = new HubMessage.Publish(new Batch(++_batch, entries.MoveToImmutable()), self);
        foreach (var directory in directories)
            directory.Tell(publish);
    }

    internal void Passed(TapeMessage.Passed passed)
    {
        if (passed.Batch != _batch || _directoriesOpen == 0)
            return;
        foreach (var session in passed.Touched)
            _touched.Add(session);
        if (--_directoriesOpen > 0)
            return;
        var flush = new SessionMessage.Flush(_batch);
        foreach (var session in _touched)
            session.Tell(flush);
        _touched.Clear();
    }
}
