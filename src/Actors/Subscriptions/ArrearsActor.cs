using Oddswire.Actors.Ports;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Runtime;

namespace Oddswire.Actors.Subscriptions;

/// <summary>To the one that looks.</summary>
internal sealed record LookAtArrears(SubscriptionId Id, DurableState State, Arrears Arrears, TapeHead Head);

/// <summary>What it saw, to /subscriptions.</summary>
internal sealed record ArrearsSeen(SubscriptionId Id, Position Acknowledged, Arrears Arrears, TapeHead Head) : SubscriptionMessage(Id);

/// <summary>To a durable subscription before somebody attaches: what was seen last, so that it reads on from there.</summary>
internal sealed record ArrearsKnown(SubscriptionId Id, Arrears Arrears) : SubscriptionMessage(Id);

/// <summary>To a durable subscription: it is too far behind, if it is where it was then and wants what it wanted.</summary>
internal sealed record Overdue(SubscriptionId Id, Position Acknowledged, Arrears Seen, Position Oldest) : SubscriptionMessage(Id);

/// <summary>To a durable subscription: nothing for it was between the two, if it is where it was then and wants what it wanted.</summary>
internal sealed record NothingMissed(SubscriptionId Id, Position Acknowledged, Arrears Seen, Position Through) : SubscriptionMessage(Id);

/// <summary>/subscriptions/arrears: reads the tape for subscriptions that sleep, one after the other, so that nobody waits for it.</summary>
internal sealed class ArrearsActor(ITape tape, DurableRules rules, ActorRef<SubscriptionMessage> parent) : Actor<LookAtArrears>
{
    protected override async ValueTask Receive(LookAtArrears look)
    {
        try
        {
            var seen = await look.Arrears.Look(tape, look.State.Filters, look.Head, rules, System.Time.GetUtcNow());
            parent.Tell(new ArrearsSeen(look.Id, look.State.Acknowledged, seen, look.Head));
        }
        catch (TapeUnavailableException)
        {
            // It is looked at again when its time has come.
        }
    }
}
