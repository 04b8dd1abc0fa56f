using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Tape;
using Oddswire.Runtime;

namespace Oddswire.Actors.Tape;

/// <summary>
/// One batch at a time: the next one leaves when every directory has said what its hubs found of it, and for whom. Then each session is told
/// its share, whole: that is how a subscription gets tape order, and how a session wakes up once for a batch.
/// </summary>
internal sealed class Publisher(ImmutableArray<ActorRef<HubMessage>> directories)
{
    // Beyond this a batch only delays its first fill.
    private const int MostInBatch = 512;

    private readonly Queue<TapeEntry> _waiting = [];
    private readonly List<Letterbox> _collected = [];
    private Batch _batch = new(0, []);
    private int _directoriesOpen;
    private int _touched;

    internal int Waiting => _waiting.Count;

    internal void Add(TapeEntry entry) => _waiting.Enqueue(entry);

    internal void Publish(ActorRef<TapeMessage> self)
    {
        if (_directoriesOpen > 0 || _waiting.Count == 0)
            return;
        var entries = new TapeEntry[Math.Min(_waiting.Count, MostInBatch)];
        for (var i = 0; i < entries.Length; i++)
            entries[i] = _waiting.Dequeue();
        _directoriesOpen = directories.Length;
        _batch = new Batch(_batch.Number + 1, ImmutableCollectionsMarshal.AsImmutableArray(entries));
        var publish = new HubMessage.Publish(_batch, self);
        foreach (var directory in directories)
            directory.Tell(publish);
    }

    internal void Passed(TapeMessage.Passed passed)
    {
        if (passed.Batch != _batch.Number || _directoriesOpen == 0)
            return;
        foreach (var hub in passed.Found)
        {
            foreach (var (route, _) in hub.Span)
                _touched ^= route.To.Touch();
            foreach (var (route, places) in hub.Span)
            {
                if (route.To.Collect(_batch, route, places))
                    _collected.Add(route.To);
            }
        }
        if (--_directoriesOpen > 0)
            return;
        foreach (var letterbox in _collected)
            letterbox.Send();
        _collected.Clear();
    }
}
