using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Runtime;

namespace Oddswire.Actors.Feeds;

/// <summary>The feed of the markets of Polymarket US: the venue, what one connection takes, and how many there may be.</summary>
public sealed record UsMarketsFeedSettings(FeedSettings Feed, UsConnectionRules Rules)
{
    public int Connections { get; init; } = 20;
}

/// <summary>
/// The feed of the markets of Polymarket US. It follows what somebody follows and nothing else. Nothing that is followed goes dark because something
/// else is followed too, or not any more: what has to stand elsewhere is asked for there first, and left here when it stands (docs/adr/0020).
/// </summary>
internal sealed class UsMarketsFeedActor(UsMarketsFeedSettings settings, IUpstream upstream, ActorRef<UsMarketsMessage> markets, ActorRef<LedgerMessage> ledger)
    : FeedActor(settings.Feed, upstream, new UsMarketsOutlet(markets), new Lines(settings.Feed.Name, FeedState.Live, ledger))
{
    private sealed record LeaveDue : FeedMessage;

    private const long Never = long.MaxValue;

    /// <summary>A connection that opens asks for all that is wanted then.</summary>
    private const long AtOpening = 0;

    /// <summary>What moved, and is followed where it was until the wish with this ticket stands.</summary>
    private sealed record Move(int From, ImmutableArray<Interest> What, long Ticket)
    {
        /// <summary>By the clock that does not jump.</summary>
        internal long? StandsSince { get; init; }
    }

    private readonly UsShards _shards = new(settings.Rules.Requests, settings.Rules.Slugs, settings.Connections);

    /// <summary>By the connection that it moved to.</summary>
    private readonly Dictionary<int, List<Move>> _moves = [];

    private long _ticket;
    private int _dials;
    private bool _saidFull;
    private bool _saidNoRoom;

    private long Running => Moment.Of(System.Time).Running;

    protected override async ValueTask PreStart()
    {
        await base.PreStart();
        Timers.Every("leave", new LeaveDue(), TimeSpan.FromSeconds(1));
        markets.Tell(new UsMarketsMessage.Serve(Self, Adapt<InterestChange>(static change => new FeedMessage.Want(change))));
    }

    protected override async ValueTask Receive(FeedMessage message)
    {
        switch (message)
        {
            case FeedMessage.Want want:
                Unfollow(want.Change.Ended);
                Follow(want.Change.Began);
                break;
            case FeedMessage.AskElsewhere again:
                AskElsewhere(again.What);
                break;
            case LeaveDue:
                foreach (var number in _moves.Keys.ToArray())
                    LeaveBehind(number, move => move.StandsSince is { } since && Running - since >= Overlap.TotalMilliseconds);
                break;
            default:
                await base.Receive(message);
                break;
        }
        Lines.LookHowItIs(Now);
    }

    protected override void Hear(ConnectionNews news)
    {
        switch (news)
        {
            case ConnectionNews.Stands stands:
                Stands(stands);
                break;
            case ConnectionNews.Elsewhere elsewhere:
                MoveAway(news.Connection, elsewhere.What, elsewhere.Reason);
                break;
            case ConnectionNews.Released released:
                _shards.Find(news.Connection)?.Release(released.What);
                break;
            case ConnectionNews.Lost:
                _shards.Find(news.Connection)?.Forget();
                if (_moves.TryGetValue(news.Connection, out var moves))
                    _moves[news.Connection] = [.. moves.Select(static move => move with { StandsSince = null, Ticket = Math.Min(move.Ticket, AtOpening) })];
                break;
        }
    }

    private void Follow(IEnumerable<Interest> what)
    {
        foreach (var group in what.GroupBy(_shards.Add).Where(static group => group.Key is not null))
            Tell(group.Key!, [.. group], ++_ticket);
        if (_shards.Left.Count == 0 || _saidFull)
            return;
        _saidFull = true;
        Lines.Record("limited", $"{_shards.Left.Count} subscriptions do not fit into {settings.Connections} connections");
    }

    private void Unfollow(IEnumerable<Interest> what)
    {
        foreach (var group in what.GroupBy(_shards.Remove).Where(static group => group.Key is not null))
            Unsubscribe(group.Key!, [.. group]);
        if (_shards.Left.Count > 0)
            Follow([.. _shards.Left]);
        _saidFull &= _shards.Left.Count > 0;
    }

    private void Tell(UsShard shard, ImmutableArray<Interest> began, long ticket)
    {
        if (Lines.Find(shard.Number) is not { } line)
            Dial(shard);
        else if (line.State != FeedState.Refused)
            line.Actor.Tell(new ConnectionMessage.Want(new InterestChange(began, []), ticket));
    }

    private void Unsubscribe(UsShard shard, ImmutableArray<Interest> ended)
    {
        if (_shards.Drop(shard))
        {
            HangUp(shard.Number);
            LeaveBehind(shard.Number, static _ => true);        // nobody waits any more for what moved there
        }
        else if (!ended.IsEmpty && Lines.Find(shard.Number) is { } line && line.State != FeedState.Refused)
            line.Actor.Tell(new ConnectionMessage.Want(new InterestChange([], ended), ++_ticket));
    }

    /// <summary>Who keeps the markets misses these. Where the connection is away, it is known already why.</summary>
    private void AskElsewhere(ImmutableArray<Interest> what)
    {
        foreach (var group in what.GroupBy(_shards.Find).ToArray())
        {
            if (group.Key is { } shard && Lines.Find(shard.Number) is { State: FeedState.Live })
                MoveAway(shard.Number, [.. group], "silent");
        }
    }

    /// <summary>To where there is room, each with what moves with it; what is on its way to here comes along.</summary>
    private void MoveAway(int from, ImmutableArray<Interest> what, string reason)
    {
        ImmutableArray<Interest> here = [.. what.Where(one => _shards.Find(one)?.Number == from)];
        foreach (var group in here.GroupBy(_shards.Move).ToArray())
        {
            ImmutableArray<Interest> moved = [.. group];
            if (group.Key is not { } shard)
            {
                if (!_saidNoRoom)
                    Lines.Record("limited", $"connection {from}: {reason}, and there is no room elsewhere for {moved.Length} subscriptions");
                _saidNoRoom = true;
                Divert(from, moved, from, Never);
                continue;
            }
            _saidNoRoom = false;
            var ticket = Lines.Find(shard.Number) is null ? AtOpening : ++_ticket;
            Divert(from, moved, shard.Number, ticket);
            MovesOf(shard.Number).Add(new Move(from, moved, ticket));
            Lines.Record("redriven", $"connection {from}: {reason}; {moved.Length} subscriptions move to connection {shard.Number}");
            Tell(shard, moved, ticket);
        }
    }

    /// <summary>Who follows these until they stand at <paramref name="from"/> waits for them to stand elsewhere now.</summary>
    private void Divert(int from, ImmutableArray<Interest> what, int to, long ticket)
    {
        if (!_moves.TryGetValue(from, out var moves))
            return;
        foreach (var move in moves.FindAll(move => move.What.Any(what.Contains)))
        {
            moves.Remove(move);
            if (move.What.RemoveRange(what) is { IsEmpty: false } rest)
                moves.Add(move with { What = rest });
            if (move.From != to)
                MovesOf(to).Add(new Move(move.From, [.. move.What.Where(what.Contains)], ticket));
        }
    }

    private List<Move> MovesOf(int number)
    {
        if (!_moves.TryGetValue(number, out var moves))
            _moves.Add(number, moves = []);
        return moves;
    }

    private void Stands(ConnectionNews.Stands stands)
    {
        if (_moves.TryGetValue(stands.Connection, out var moves))
            _moves[stands.Connection] = [.. moves.Select(move => move.Ticket <= stands.Ticket ? move with { StandsSince = move.StandsSince ?? Running } : move)];
    }

    private void LeaveBehind(int number, Func<Move, bool> which)
    {
        if (!_moves.TryGetValue(number, out var moves))
            return;
        var left = moves.Where(which).ToArray();
        moves.RemoveAll(left.Contains);
        if (moves.Count == 0)
            _moves.Remove(number);
        foreach (var move in left)
        {
            if (_shards.Find(move.From) is { } old)
                Unsubscribe(old, _shards.Leave(old, move.What));
        }
    }

    protected override void HasEnded(int number)
    {
        if (Lines.Find(number) is { State: not FeedState.Refused })
            Lines.Remove(number);
    }

    protected override void Retry()
    {
        foreach (var shard in Lines.TakeRefused().Select(_shards.Find).OfType<UsShard>())
            Dial(shard);
    }

    private void Dial(UsShard shard) => Dial(shard.Number, $"connection-{shard.Number}-{++_dials}", () => shard.Asked);
}
