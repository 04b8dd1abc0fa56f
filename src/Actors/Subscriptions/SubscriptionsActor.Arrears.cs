using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Runtime;

namespace Oddswire.Actors.Subscriptions;

/// <summary>Who is how far behind: now and then each durable subscription is looked at, asleep or not, and told when it has expired.</summary>
public sealed partial class SubscriptionsActor
{
    private sealed record SweepDue() : SubscriptionMessage(default(SubscriptionId));
    private sealed record SweepAt(TapeHead Head) : SubscriptionMessage(default(SubscriptionId));

    // A tape that has to be read for more of them is read for the others with the next sweep.
    private const int MostInOneSweep = 64;

    private ActorRef<LookAtArrears> _arrears = null!;

    private void BeginSweeps()
    {
        if (Stopping.IsCancellationRequested)
            return;         // asked to stop while its journal was read
        _arrears = Spawn(Props.Of(() => new ArrearsActor(wiring.Store, wiring.Rules, Self)), "arrears");
        Timers.Every("sweep", new SweepDue(), wiring.Rules.SweepEvery);
    }

    private bool SweepAnswered(SubscriptionMessage message)
    {
        switch (message)
        {
            case SweepDue when _durable.Any:
                wiring.Tape.Tell(new TapeMessage.GetHead(Adapt<TapeHead>(static head => new SweepAt(head))));
                return true;
            case SweepDue:
                return true;
            case SweepAt { Head.IsBehind: false } sweep:
                foreach (var (id, state, arrears) in _durable.Due(sweep.Head, wiring.Rules, System.Time.GetUtcNow(), MostInOneSweep))
                    _arrears.Tell(new LookAtArrears(id, state, arrears, sweep.Head));
                return true;
            case SweepAt:
                return true;
            case ArrearsSeen seen:
                Seen(seen);
                return true;
            default:
                return false;
        }
    }

    private void Seen(ArrearsSeen seen)
    {
        var now = System.Time.GetUtcNow();
        if (_durable.Seen(seen, wiring.Rules, now) is not { } entry)
            return;
        if (!entry.Attached && seen.Arrears.IsTooMuch(wiring.Rules, now, seen.Head.Oldest))
            ActorOf(seen.Id).Tell(new Overdue(seen.Id, seen.Acknowledged, seen.Arrears, new Position(seen.Head.Epoch, seen.Head.Oldest)));
        else if (seen.Arrears.IsNothing && seen.Arrears.Through > seen.Acknowledged.Offset)
            ActorOf(seen.Id).Tell(new NothingMissed(seen.Id, seen.Acknowledged, seen.Arrears, new Position(seen.Head.Epoch, seen.Arrears.Through)));
    }
}
