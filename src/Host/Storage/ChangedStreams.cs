using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Ledger;

namespace Oddswire.Host.Storage;

// The ends of the streams that were written since somebody last looked. The journal notes them after each commit; the ledger takes them.
internal sealed class ChangedStreams : IChangedStreams
{
    private readonly Lock _gate = new();
    private Dictionary<string, StreamHead> _heads = [];

    public void Note(IEnumerable<StreamHead> heads)
    {
        lock (_gate)
        {
            foreach (var head in heads)
            {
                if (!_heads.TryGetValue(head.Stream, out var noted) || noted.Sequence < head.Sequence) _heads[head.Stream] = head;
            }
        }
    }

    public ImmutableArray<StreamHead> Take()
    {
        lock (_gate)
        {
            ImmutableArray<StreamHead> taken = [.. _heads.Values.OrderBy(static head => head.Stream, StringComparer.Ordinal)];
            _heads = [];
            return taken;
        }
    }
}
