using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Accounts;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Messages.Tape;
using Oddswire.Runtime;

namespace Oddswire.Actors.Feeds;

/// <summary>A feed with one connection: replaced in time by a new one, which is live before the old one closes.</summary>
internal sealed class SingleFeedActor(
    FeedSettings feed, IUpstream upstream, ActorRef<TapeMessage> tape, ActorRef<LedgerMessage> ledger, Func<ImmutableSortedSet<Interest>> wanted,
    ActorRef<AccountMessage>? accounts = null, ActorRef<UsAccountMessage>? usAccounts = null)
    : FeedActor(feed, upstream, OutletOf(feed, tape, accounts, usAccounts), new Lines(feed.Name, FeedState.Connecting, ledger))
{
    private sealed record RedialDue : FeedMessage;
    private sealed record Drained(int Connection) : FeedMessage;

    private int _dialled;

    private static IOutlet OutletOf(FeedSettings feed, ActorRef<TapeMessage> tape, ActorRef<AccountMessage>? accounts, ActorRef<UsAccountMessage>? usAccounts) =>
        feed.Account is { } account ? new AccountOutlet(account, accounts!)
        : feed.UsAccount is { } usAccount ? new UsAccountOutlet(usAccount, usAccounts!)
        : new TapeOutlet(feed.Kind, tape);

    protected override async ValueTask PreStart()
    {
        await base.PreStart();
        Dial();
    }

    protected override ValueTask Receive(FeedMessage message)
    {
        switch (message)
        {
            case RedialDue:
                Redial();
                break;
            case Drained drained:
                if (Lines.Find(drained.Connection) is { } old)
                    Stop(old.Actor);
                break;
            case FeedMessage.Want want:
                foreach (var line in Lines.All.Values.Where(static line => line.State != FeedState.Refused))
                    line.Actor.Tell(new ConnectionMessage.Want(want.Change));
                break;
            default:
                return base.Receive(message);
        }
        return default;
    }

    private void Dial()
    {
        var number = ++_dialled;
        Dial(number, $"connection-{number}", wanted);
    }

    /// <summary>Beside the live connection, unless its successor is on the way already: a venue that lets nobody else in is not dialled ever more.</summary>
    private void Redial()
    {
        PlanRedial();
        if (Lines.All.Count > 1)
            return;
        Lines.Record("redriven", "planned re-dial");
        Dial();
    }

    private void PlanRedial()
    {
        if (Feed.Redial is { } redial)
            Timers.Once("redial", new RedialDue(), redial);
    }

    protected override void Retry()
    {
        if (Lines.State != FeedState.Refused)
            return;
        Lines.Clear();
        Dial();
        Lines.Become(FeedState.Connecting, Now);
    }

    /// <summary>One that was refused stays to be seen, with its reason, until somebody says retry; beside a live one it only failed to replace it.</summary>
    protected override void HasEnded(int number)
    {
        if (Lines.State != FeedState.Refused)
            Lines.Remove(number);
    }

    protected override void Hear(ConnectionNews news)
    {
        if (news is ConnectionNews.Live live)
            BecomeLive(live.Connection);
        else if (news is ConnectionNews.Lost lost)
            Lost(lost.Why);
    }

    private void BecomeLive(int number)
    {
        Lines.Become(FeedState.Live, Now);
        PlanRedial();
        foreach (var (older, old) in Lines.All)
        {
            if (older >= number)
                break;
            old.State = FeedState.Draining;
            Timers.Once($"drain-{older}", new Drained(older), Overlap);
        }
    }

    private void Lost(ConnectionLost why)
    {
        if (Lines.All.Values.Any(static one => one.State == FeedState.Live))
            return;
        if (Lines.All.Values.All(static one => one.State == FeedState.Refused))
            Lines.Become(FeedState.Refused, Now);
        else
            Lines.Become(!why.Refused && why.WasSilent ? FeedState.Silent : FeedState.Connecting, Now);
    }
}
