using Oddswire.Runtime.Execution;

namespace Oddswire.Runtime.Patterns;

/// <summary>An address that turns somebody else's reply into a message of its owner. It lives as long as its owner.</summary>
internal sealed class Adapter<TReply, TMessage>(ActorCell<TMessage> owner, Func<TReply, TMessage> map) : ActorRef<TReply>
{
    public override string Path => owner.Path;

    public override void Tell(TReply message)
    {
        TMessage mapped;
        try
        {
            mapped = map(message);
        }
        catch (Exception e)
        {
            // A send never throws: the fault belongs to who wrote the map.
            owner.System.DeadLetter(owner, message, "failed", e);
            owner.Signal(new Fault(e));
            return;
        }
        owner.Tell(mapped);
    }

    internal override void Signal(Signal signal) => owner.Signal(signal);
}
