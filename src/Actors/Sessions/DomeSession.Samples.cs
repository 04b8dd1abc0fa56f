using Oddswire.Messages.Values;
using Oddswire.Messages.Why;

namespace Oddswire.Actors.Sessions;

/// <summary>
/// How far this client is, noted with each beat for those subscriptions that have moved: what lies between two samples was written between
/// two seconds. An event costs two numbers; nothing is told until the beat.
/// </summary>
internal sealed partial class DomeSession
{
    // One list for good: a new one each second would be a young thing that something old refers to, in every session (docs/adr/0032).
    private readonly List<SessionSubscription> _moved = [];     // since the last beat
    private List<PositionSample>? _taken;                       // and not told yet
    private long _sampledAt;

    private void NoteWritten(SessionSubscription to, Position? position)
    {
        if (position is not { Offset: var offset })
            return;     // sent before it had one: the trace of the fill says so
        if (to.FirstWritten > 0 && offset <= to.LastWritten)
            TakeSample(to);     // told again, from further back
        if (to.FirstWritten == 0)
        {
            to.FirstWritten = offset;
            _moved.Add(to);
        }
        to.LastWritten = offset;
    }

    private void Sample()
    {
        foreach (var subscription in _moved)
            TakeSample(subscription);
        _moved.Clear();
        if (_taken is not null)
            wiring.Traces?.Tell(new TraceMessage.Sampled([.. _taken]));
        _taken = null;
        _sampledAt = Now;
    }

    private void TakeSample(SessionSubscription of)
    {
        if (of.FirstWritten == 0)
            return;
        (_taken ??= []).Add(new PositionSample(of.Id, Self.Path[(Self.Path.LastIndexOf('/') + 1)..], _sampledAt, Now, of.FirstWritten, of.LastWritten, Connection.Flush()));
        of.FirstWritten = 0;
    }
}
