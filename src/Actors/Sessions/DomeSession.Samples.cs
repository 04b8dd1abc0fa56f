using Oddswire.Messages.Values;
using Oddswire.Messages.Why;

namespace Oddswire.Actors.Sessions;

/// <summary>
/// How far this client is, noted with each beat for those subscriptions that have moved: what lies between two samples was written between
/// two seconds. An event costs two numbers; nothing is told until the beat.
/// </summary>
internal sealed partial class DomeSession
{
    private List<PositionSample>? _samples;     // of a beat in which something was written
    private long _sampledAt;

    private void NoteWritten(SessionSubscription to, Position? position)
    {
        if (position is not { Offset: var offset })
            return;     // sent before it had one: the trace of the fill says so
        if (to.FirstWritten > 0 && offset <= to.LastWritten)
            TakeSample(to);     // told again, from further back
        if (to.FirstWritten == 0)
            to.FirstWritten = offset;
        to.LastWritten = offset;
    }

    private void Sample()
    {
        foreach (var subscription in _subscriptions)
            TakeSample(subscription);
        if (_samples is not null)
            wiring.Traces?.Tell(new TraceMessage.Sampled([.. _samples]));
        _samples = null;
        _sampledAt = Now;
    }

    private void TakeSample(SessionSubscription of)
    {
        if (of.FirstWritten == 0)
            return;
        (_samples ??= []).Add(new PositionSample(of.Id, Self.Path[(Self.Path.LastIndexOf('/') + 1)..], _sampledAt, Now, of.FirstWritten, of.LastWritten, Connection.Flush()));
        of.FirstWritten = 0;
    }
}
