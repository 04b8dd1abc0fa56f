using Oddswire.Messages.Feeds;
using Oddswire.Messages.Tape;
using Oddswire.Runtime;

namespace Oddswire.Actors.Feeds;

/// <summary>Orders go to the tape.</summary>
internal sealed class TapeOutlet(SourceKind kind, ActorRef<TapeMessage> tape) : IOutlet
{
    public void Up(SourceId source, ActorRef<ChainQuestion>? chain) => tape.Tell(new TapeMessage.SourceUp(source, kind, chain));

    public void Down(SourceId source, long since, string reason) => tape.Tell(new TapeMessage.SourceDown(source, since, reason));

    public void Carry(SourceId source, Talk talk)
    {
        if (talk.Observations.Count > 0)
            tape.Tell(new TapeMessage.Observed(source, talk.Observations.DrainToImmutable()));
        if (talk.Swept is { } swept)
            tape.Tell(new TapeMessage.Swept(source, swept.From, swept.Through, swept.Time));
    }
}
