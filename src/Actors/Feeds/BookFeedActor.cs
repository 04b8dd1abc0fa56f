using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Books;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Ledger;
using Oddswire.Runtime;

namespace Oddswire.Actors.Feeds;

/// <summary>The feed of order books: the venue, and how much one connection may carry.</summary>
public sealed record BookFeedSettings(FeedSettings Feed)
{
    public int TokensPerConnection { get; init; } = 200;

    public int Connections { get; init; } = 100;

    /// <summary>A connection with more than this is split, before the venue cuts it off.</summary>
    public double FramesPerSecond { get; init; } = 1_000;

    /// <summary>The same, when its pongs are so late.</summary>
    public TimeSpan Lag { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>
/// The feed of order books. It follows what somebody follows and nothing else: with nobody there, there is no connection. Tokens are spread over
/// connections by what these turn out to carry; one that the venue cuts off as too slow is split, for as it was it would be cut off again. Those that
/// have become sparse are put together.
/// </summary>
internal sealed class BookFeedActor(BookFeedSettings settings, IUpstream upstream, ActorRef<BooksMessage> books, ActorRef<LedgerMessage> ledger)
    : FeedActor(settings.Feed, upstream, new BooksOutlet(books), new Lines(settings.Feed.Name, FeedState.Live, ledger))
{
    private sealed record LeaveOld(int Connection) : FeedMessage;

    /// <summary>Two connections are one again when both have carried so little for so long: longer each time that one of those has to be split after all.</summary>
    private const int Little = 8;
    private static readonly TimeSpan LongestSparse = TimeSpan.FromHours(2);

    private readonly BookShards _shards = new(settings.TokensPerConnection, settings.Connections);

    /// <summary>By the connection that it moved to: what moved, and is still followed where it was.</summary>
    private readonly Dictionary<int, List<(int Connection, ImmutableArray<Interest> What)>> _leaves = [];

    private int _dials;
    private bool _saidFull;
    private TimeSpan _sparseFor = TimeSpan.FromMinutes(5);

    protected override async ValueTask PreStart()
    {
        await base.PreStart();
        books.Tell(new BooksMessage.Serve(Self, Adapt<InterestChange>(static change => new FeedMessage.Want(change))));
    }

    protected override async ValueTask Receive(FeedMessage message)
    {
        switch (message)
        {
            case FeedMessage.Want want:
                Forget(want.Change.Ended);
                Follow(want.Change.Began);
                break;
            case FeedMessage.AskAgain again:
                AskAgain([.. again.Tokens.Select(Interest.In)]);
                break;
            case FeedMessage.MoveAway away:
                Move([.. away.Tokens.Select(Interest.In).Where(one => _shards.Find(one) is not null)]);
                break;
            case LeaveOld { Connection: var moved } when Lines.Find(moved) is { State: FeedState.Live }:
                LeaveBehind(moved);
                break;
            case LeaveOld:
                break;      // it was lost meanwhile: when it is back it is waited for anew
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
            case ConnectionNews.Live when _leaves.ContainsKey(news.Connection):
                Timers.Once($"leave-{news.Connection}", new LeaveOld(news.Connection), Overlap);
                break;
            case ConnectionNews.Loaded loaded:
                Weigh(loaded.Connection, loaded.Load);
                break;
            case ConnectionNews.Over over:
                IsOver(over);
                break;
            case ConnectionNews.Lost { Why.Code: 1013 }:
                Split(news.Connection, "the venue found it too slow");
                break;
        }
    }

    private void Weigh(int number, FeedLoad load)
    {
        if (_shards.Find(number) is not { } shard)
            return;
        shard.Load = load;
        shard.IsFull = load.FramesPerSecond > settings.FramesPerSecond / 2;
        if (load.FramesPerSecond > settings.FramesPerSecond)
            Split(number, $"{load.FramesPerSecond:0} frames a second");
        else if (load.Lag > settings.Lag)
            Split(number, $"its pong is {load.Lag.TotalSeconds:0.0} s late");
        else
            Join(shard, load);
    }

    /// <summary>With one that carries little too, if the two of them have room in one.</summary>
    private void Join(BookShard shard, FeedLoad load)
    {
        var now = Moment.Of(System.Time).Running;
        shard.SparseSince = load.FramesPerSecond < settings.FramesPerSecond / Little ? shard.SparseSince ?? now : null;
        if (!IsSparse(shard, now) || _shards.All.FirstOrDefault(one => one.Number < shard.Number && one.Count + shard.Count <= settings.TokensPerConnection && IsSparse(one, now)) is not { } into)
            return;
        ImmutableArray<Interest> what = [.. shard.Asked];
        _shards.MoveInto(into, what);
        into.HasJoined = true;
        _leaves.Add(into.Number, [(shard.Number, what)]);
        Lines.Find(into.Number)!.Actor.Tell(new ConnectionMessage.Want(new InterestChange([.. what], [])));
        Timers.Once($"leave-{into.Number}", new LeaveOld(into.Number), Overlap);
        Lines.Record("redriven", $"connection {shard.Number} carries little: its {what.Length} tokens move to connection {into.Number}");
    }

    private bool IsSparse(BookShard shard, long now) =>
        now - shard.SparseSince >= _sparseFor.TotalMilliseconds
        && Lines.Find(shard.Number) is { State: FeedState.Live }
        && !_leaves.ContainsKey(shard.Number) && !_leaves.Values.Any(leaves => leaves.Exists(leave => leave.Connection == shard.Number));

    private void Split(int number, string why)
    {
        if (_shards.Find(number) is not { } shard || BookShards.HalfOf(shard) is not { IsEmpty: false } half)
            return;
        shard.IsFull = true;
        if (Move(half) is { } made)
        {
            if (shard.HasJoined && _sparseFor < LongestSparse)
                _sparseFor *= 2;
            made.IsFull = true;
            Lines.Record("redriven", $"connection {number} is split: {why}; {half.Length} tokens move to connection {made.Number}");
        }
    }

    /// <summary>Null: there is no room for another connection, and they are asked for again where they are.</summary>
    private BookShard? Move(ImmutableArray<Interest> what)
    {
        if (what.IsEmpty)
            return null;
        List<(int Connection, ImmutableArray<Interest> What)> from =
            [.. what.GroupBy(one => _shards.Find(one)!.Number).Select(static group => (group.Key, group.ToImmutableArray()))];
        if (_shards.MoveAway(what) is not { } shard)
        {
            AskAgain(what);
            return null;
        }
        _leaves.Add(shard.Number, from);
        Dial(shard);
        return shard;
    }

    private void LeaveBehind(int number)
    {
        if (!_leaves.Remove(number, out var leaves))
            return;
        foreach (var (old, what) in leaves)
            Unsubscribe(old, [.. what.Where(one => _shards.Find(one)?.Number != old)]);
    }

    /// <summary>It is no more. What it was to take over is followed in the old place by nobody's wish.</summary>
    private void Remove(int number)
    {
        Lines.Remove(number);
        LeaveBehind(number);
    }

    private void Follow(IEnumerable<Interest> what)
    {
        foreach (var group in what.GroupBy(_shards.Add).Where(static group => group.Key is not null))
        {
            if (Lines.Find(group.Key!.Number) is { } line)
                line.Actor.Tell(new ConnectionMessage.Want(new InterestChange([.. group], [])));
            else
                Dial(group.Key);
        }
        if (_shards.Left.Count == 0 || _saidFull)
            return;
        _saidFull = true;
        Lines.Record("limited", $"{_shards.Left.Count} tokens do not fit into {settings.Connections} connections of {settings.TokensPerConnection}");
    }

    private void Forget(IEnumerable<Interest> what)
    {
        foreach (var group in what.GroupBy(_shards.Remove).Where(static group => group.Key is not null))
            Unsubscribe(group.Key!.Number, [.. group]);
    }

    private void Unsubscribe(int number, ImmutableArray<Interest> what)
    {
        if (Lines.Find(number) is not { } line || what.IsEmpty)
            return;
        if (_shards.Find(number) is not null)
        {
            line.Actor.Tell(new ConnectionMessage.Want(new InterestChange([], what)));
            return;
        }
        HangUp(number);
        LeaveBehind(number);
    }

    private void AskAgain(ImmutableArray<Interest> what)
    {
        foreach (var group in what.Where(one => _shards.Find(one) is not null).GroupBy(one => _shards.Find(one)!.Number))
        {
            ImmutableArray<Interest> again = [.. group];
            if (Lines.Find(group.Key) is { } line)
                line.Actor.Tell(new ConnectionMessage.Want(new InterestChange(again, again)));
        }
        Follow(what.Where(one => _shards.Find(one) is null));
    }

    /// <summary>The venue says that nothing it carries trades any more. Whether that is so is looked at by who keeps the books; nobody dials again.</summary>
    private void IsOver(ConnectionNews.Over over)
    {
        var what = _shards.Find(over.Connection)?.Asked ?? [];
        foreach (var one in what)
            _shards.Remove(one);
        Remove(over.Connection);
        Lines.Record("retired", $"connection {over.Connection}: {over.Reason}");
        books.Tell(new BooksMessage.Resolved([.. what.Select(static one => one.Token!.Value)]));
    }

    protected override void HasEnded(int number)
    {
        if (Lines.Find(number) is { State: not FeedState.Refused })
            Remove(number);
    }

    protected override void Retry()
    {
        foreach (var shard in Lines.TakeRefused().Select(_shards.Find).OfType<BookShard>())
            Dial(shard);
    }

    private void Dial(BookShard shard) => Dial(shard.Number, $"connection-{shard.Number}-{++_dials}", () => shard.Asked);
}
