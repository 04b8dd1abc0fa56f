using System.Collections.Immutable;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Subscriptions;
using Oddswire.Runtime;

namespace Oddswire.Actors.Subscriptions;

/// <summary>
/// One subscription of one socket: decides who gets what and leaves it as a route with the wallets and markets; deliveries do not pass
/// through here. It ends with its session.
/// </summary>
internal sealed class SubscriptionActor(SubscriptionMessage.Open opened, ImmutableArray<ActorRef<HubMessage>> directories) : Actor<SubscriptionMessage>
{
    private sealed record Followed() : SubscriptionMessage(default(Messages.Values.SubscriptionId));

    private Queue<OrderFilter>? _changes;
    private OrderFilter _filter = opened.Filter;
    private ActorRef<Following>? _following;
    private int _directoriesOpen;
    private bool _isSettling;
    private bool _isOpen;
    private bool _isClosed;

    protected override ValueTask PreStart()
    {
        _following = Adapt<Following>(static _ => new Followed());
        Watch(opened.To.Session, new SubscriptionMessage.Close(opened.Id));
        Follow();
        return default;
    }

    protected override ValueTask PostStop()
    {
        foreach (var directory in directories)
            directory.Tell(new HubMessage.Unfollow(opened.Id));
        if (!_isClosed)
            opened.To.Session.Tell(new SessionMessage.Ended(opened.Id));
        return default;
    }

    protected override ValueTask Receive(SubscriptionMessage message)
    {
        switch (message)
        {
            case SubscriptionMessage.Update update:
                (_changes ??= []).Enqueue(update.Filter);
                ChangeNext();
                break;
            case Followed:
                FollowedOne();
                break;
            case SubscriptionMessage.Close:
                _isClosed = true;
                StopSelf();
                break;
            default:
                Unhandled(message);
                break;
        }
        return default;
    }

    private void Follow()
    {
        _isSettling = false;
        TellAll(new HubMessage.Follow(Route, _following!));
    }

    private void FollowedOne()
    {
        if (--_directoriesOpen > 0)
            return;
        // A change may lead from wallets to markets: only when the new route is there does the old one go, or a fill falls between the two.
        if (_isOpen && !_isSettling)
        {
            _isSettling = true;
            TellAll(new HubMessage.Settle(Route, _following!));
            return;
        }
        opened.To.Session.Tell(_isOpen ? new SessionMessage.Updated(opened.Id) : new SessionMessage.Opened(opened.Id));
        _isOpen = true;
        ChangeNext();
    }

    private Route Route => new(opened.Id, _filter, opened.To) { Mark = opened.Mark };

    private void TellAll(HubMessage message)
    {
        _directoriesOpen = directories.Length;
        foreach (var directory in directories)
            directory.Tell(message);
    }

    private void ChangeNext()
    {
        if (_directoriesOpen > 0 || _changes is null || !_changes.TryDequeue(out var filter))
            return;
        _filter = filter;
        Follow();
    }
}
