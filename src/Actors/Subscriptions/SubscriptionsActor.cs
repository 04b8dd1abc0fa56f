using System.Collections.Immutable;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Values;
using Oddswire.Runtime;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Actors.Subscriptions;

/// <summary>
/// /subscriptions: one actor per subscription. What a socket's subscription knows is nowhere else, so a failing one is not begun anew:
/// it is stopped and quarantined, and its session is told. It takes nobody else with it.
/// </summary>
public sealed class SubscriptionsActor(ImmutableArray<ActorRef<HubMessage>> directories) : Actor<SubscriptionMessage>
{
    private sealed record Stopped(SubscriptionId Id) : SubscriptionMessage(Id);

    private readonly Dictionary<SubscriptionId, ActorRef<SubscriptionMessage>> _subscriptions = [];

    protected override SupervisorStrategy Supervision { get; } = SupervisorStrategy.Default with
    {
        Limit = new RestartLimit(0, TimeSpan.FromMinutes(1), Exceeded: Directive.Stop),
    };

    protected override ValueTask Receive(SubscriptionMessage message)
    {
        switch (message)
        {
            case SubscriptionMessage.Open open:
                var subscription = Spawn(Props.Of(() => new SubscriptionActor(open, directories)), open.Id.ToString());
                _subscriptions.Add(open.Id, subscription);
                Watch(subscription, new Stopped(open.Id));
                break;
            case Stopped stopped:
                _subscriptions.Remove(stopped.Id);
                break;
            default:
                if (_subscriptions.TryGetValue(message.Id, out var known))
                    known.Tell(message);
                break;
        }
        return default;
    }
}
