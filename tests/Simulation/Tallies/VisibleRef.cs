using Oddswire.Runtime;
using Oddswire.Runtime.Execution;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Tallies;

/// <summary>A reply address with a tap on it: the moment something is told to it, the world may have seen it.</summary>
internal sealed class VisibleRef(Process process, string resource, Action<TallyReply> then) : ActorRef<TallyReply>
{
    public override string Path => $"a client of {resource}";

    public override void Tell(TallyReply message)
    {
        process.World.Observe(new TallyObservation.Visible(process, resource, message));
        then(message);
    }

    internal override void Signal(Signal signal) { }
}
