using Oddswire.Actors.Feeds;
using Oddswire.Actors.Ports;
using Oddswire.Runtime;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;
using Oddswire.Simulation.Stage;
using Oddswire.Simulation.Tallies;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Planted;

/// <summary>
/// A defect that a world can be built with, to see that it is found. This one is none; each of the others changes one thing,
/// at a port or in an actor of the workload: the product stays as it is.
/// </summary>
internal class Plant
{
    internal static Plant None { get; } = new();

    internal virtual bool DeletesRowOnRelease => false;
    internal virtual bool KeepsTermOnReclaim => false;
    internal virtual bool IgnoresFence => false;

    internal virtual NodeId Identity(NodeId node) => node;
    internal virtual IJournal Journal(IJournal journal) => journal;
    internal virtual ILeases Leases(ILeases leases, TimeProvider time) => leases;
    internal virtual TallyActor Tally(Process process, Fence fence) => new(process, fence);
    internal virtual Player Player(Role role) => new(role);
    internal virtual ITape Tape(ITape tape) => tape;
    internal virtual IUpstream Upstream(IUpstream upstream) => upstream;
    internal virtual IConversation Conversation(IConversation conversation) => conversation;
    internal virtual IClientConnection Link(IClientConnection link) => link;
}
