using Oddswire.Runtime.Execution;
using Oddswire.Runtime.Patterns;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Runtime.Leases;

/// <summary>
/// One entity for all nodes: it runs where <paramref name="Resource"/>'s lease is held, with that lease's fence, and nowhere else.
/// Every node that may run it spawns this.
/// </summary>
public sealed record Singleton<TMessage>(string Resource, ILeases Leases, Func<Fence, Props<TMessage>> Entity)
{
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Two renewals may fail before the third would be too late.</summary>
    public TimeSpan Renewal { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The entity is stopped this long before the lease may be somebody else's: time to end, and room for clocks of different speed.</summary>
    public TimeSpan Margin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The store was opened by this process alone: whoever held the lease is dead, and it is taken at once.</summary>
    public bool Exclusive { get; init; }

    /// <summary>Messages kept while it is not known who holds the lease.</summary>
    public int Waiting { get; init; } = 1_000;

    /// <summary>By default the entity is restarted for ever: that its journal is away for an hour must not end the process.</summary>
    public SupervisorStrategy Supervision { get; init; } = SupervisorStrategy.Default with { Limit = RestartLimit.Unlimited };

    /// <summary>
    /// The address of the entity as seen from this node. Messages reach it while it runs here, wait while nobody knows where it runs,
    /// and are dead letters while it runs elsewhere.
    /// </summary>
    public ActorRef<TMessage> Spawn(ActorSystem system, string name)
    {
        if (Margin < TimeSpan.Zero || Renewal <= TimeSpan.Zero || Renewal >= TimeToLive - Margin)
            throw new InvalidOperationException($"'{Resource}': renewed every {Renewal}, the lease of {TimeToLive} less {Margin} would end in between.");
        var props = Props.Of(() => new SingletonActor<TMessage>(this)) with { StashCapacity = Waiting };
        var actor = (ActorCell<SingletonMessage<TMessage>>)system.Spawn(props, name);
        return new Adapter<TMessage, SingletonMessage<TMessage>>(actor, static message => new SingletonMessage<TMessage>.Forward(message));
    }
}
