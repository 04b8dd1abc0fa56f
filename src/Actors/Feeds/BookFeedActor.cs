using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Books;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Values;
using Oddswire.Runtime;
using Oddswire.Runtime.Supervision;

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
/// connections by what these turn out to carry; one that the venue cuts off as too slow is split, for as it was it would be cut off again. Those that have
/// become sparse are put together.
/// </summary>
public sealed class BookFeedActor(BookFeedSettings settings, IUpstream upstream, ActorRef<BooksMessage> books, ActorRef<LedgerMessage> ledger) : Actor<FeedMessage>
{
    private sealed record Heard(ConnectionNews News) : FeedMessage;
    private sealed record Ended(int Connection) : FeedMessage;
    private sealed record LeaveOld(int Connection) : FeedMessage;

    /// <summary>What moved is followed twice for so long: the new connection stands before the old one is told.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(5);

    /// <summary>Two connections are one again when both have carried so little for so long: longer each time that one of those has to be split after all.</summary>
    private const int Little = 8;
    private static readonly TimeSpan LongestSparse = TimeSpan.FromHours(2);

    private readonly BooksOutlet _outlet = new(books);
    private readonly Shards _shards = new(settings.TokensPerConnection, settings.Connections);
    private readonly Lines _lines = new(settings.Feed.Name, FeedState.Live, ledger);

    /// <summary>By the connection that it moved to: what moved, and is still followed where it was.</summary>
    private readonly Dictionary<int, List<(int Connection, ImmutableArray<TokenId> Tokens)>> _leaves = [];

    private ActorRef<ConnectionNews>? _news;
    private int _dials;
    private bool _saidFull;
    private TimeSpan _sparseFor = TimeSpan.FromMinutes(5);

    protected override SupervisorStrategy Supervision { get; } = ConnectionLost.Strategy(settings.Feed.Backoff);

    protected override ValueTask PreStart()
    {
        _news = Adapt<ConnectionNews>(static news => new Heard(news));
        _lines.Become(FeedState.Live, Now);
        books.Tell(new BooksMessage.Serve(Self, Adapt<InterestChange>(static change => new FeedMessage.Want(change))));
        return default;
    }

    protected override ValueTask Receive(FeedMessage message)
    {
        switch (message)
        {
            case FeedMessage.Want want:
                Forget(Tokens(want.Change.Ended));
                Follow(Tokens(want.Change.Began));
                break;
            case FeedMessage.AskAgain again:
                AskAgain(again.Tokens);
                break;
            case FeedMessage.MoveAway away:
                Move([.. away.Tokens.Where(token => _shards.Find(token) is not null)]);
                break;
            case Heard heard:
                Hear(heard.News);
                break;
            case LeaveOld { Connection: var moved } when _lines.Find(moved) is { State: FeedState.Live }:
                LeaveBehind(moved);
                break;
            case LeaveOld:
                break;      // it was lost meanwhile: when it is back it is waited for anew
            case Ended ended:
                if (_lines.Find(ended.Connection) is { State: not FeedState.Refused })
                    Remove(ended.Connection);
                break;
            case FeedMessage.Retry:
                Retry();
                break;
            case FeedMessage.GetStatus get:
                get.ReplyTo.Tell(_lines.Status());
                break;
            default:
                Unhandled(message);
                break;
        }
        _lines.LookHowItIs(Now);
        return default;
    }

    private void Hear(ConnectionNews news)
    {
        if (_lines.Find(news.Connection) is not { } line)
            return;
        switch (news)
        {
            case ConnectionNews.Live:
                _lines.Live(news.Connection, line);
                if (_leaves.ContainsKey(news.Connection))
                    Timers.Once($"leave-{news.Connection}", new LeaveOld(news.Connection), Overlap);
                break;
            case ConnectionNews.Limited limited:
                _lines.Record("limited", limited.Detail);
                break;
            case ConnectionNews.Loaded loaded:
                Weigh(loaded.Connection, loaded.Load);
                break;
            case ConnectionNews.Over over:
                IsOver(over);
                break;
            case ConnectionNews.Lost lost:
                Lost(line, lost);
                break;
        }
    }

    private void Lost(Line line, ConnectionNews.Lost lost)
    {
        _lines.Lost(line, lost.Why);
        if (lost.Why.Code == 1013)
            Split(lost.Connection, "the venue found it too slow");
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
    private void Join(Shard shard, FeedLoad load)
    {
        var now = Moment.Of(System.Time).Running;
        shard.SparseSince = load.FramesPerSecond < settings.FramesPerSecond / Little ? shard.SparseSince ?? now : null;
        if (!IsSparse(shard, now) || _shards.All.FirstOrDefault(one => one.Number < shard.Number && one.Count + shard.Count <= settings.TokensPerConnection && IsSparse(one, now)) is not { } into)
            return;
        ImmutableArray<TokenId> tokens = [.. Tokens(shard.Wanted)];
        _shards.MoveInto(into, tokens);
        into.HasJoined = true;
        _leaves.Add(into.Number, [(shard.Number, tokens)]);
        _lines.Find(into.Number)!.Actor.Tell(new ConnectionMessage.Want(new InterestChange([.. tokens.Select(Interest.In)], [])));
        Timers.Once($"leave-{into.Number}", new LeaveOld(into.Number), Overlap);
        _lines.Record("redriven", $"connection {shard.Number} carries little: its {tokens.Length} tokens move to connection {into.Number}");
    }

    private bool IsSparse(Shard shard, long now) =>
        now - shard.SparseSince >= _sparseFor.TotalMilliseconds
        && _lines.Find(shard.Number) is { State: FeedState.Live }
        && !_leaves.ContainsKey(shard.Number) && !_leaves.Values.Any(leaves => leaves.Exists(leave => leave.Connection == shard.Number));

    private void Split(int number, string why)
    {
        if (_shards.Find(number) is not { } shard || Shards.HalfOf(shard) is not { IsEmpty: false } half)
            return;
        shard.IsFull = true;
        if (Move(half) is { } made)
        {
            if (shard.HasJoined && _sparseFor < LongestSparse)
                _sparseFor *= 2;
            made.IsFull = true;
            _lines.Record("redriven", $"connection {number} is split: {why}; {half.Length} tokens move to connection {made.Number}");
        }
    }

    /// <summary>Null: there is no room for another connection, and they are asked for again where they are.</summary>
    private Shard? Move(ImmutableArray<TokenId> tokens)
    {
        if (tokens.IsEmpty)
            return null;
        ImmutableArray<(int Connection, ImmutableArray<TokenId> Tokens)> from =
            [.. tokens.GroupBy(token => _shards.Find(token)!.Number).Select(static group => (group.Key, group.ToImmutableArray()))];
        if (_shards.MoveAway(tokens) is not { } shard)
        {
            AskAgain(tokens);
            return null;
        }
        _leaves.Add(shard.Number, [.. from]);
        Dial(shard);
        return shard;
    }

    private void LeaveBehind(int number)
    {
        if (!_leaves.Remove(number, out var leaves))
            return;
        foreach (var (old, tokens) in leaves)
            Unsubscribe(old, [.. tokens.Where(token => _shards.Find(token)?.Number != old)]);
    }

    /// <summary>It is no more. What it was to take over is followed in the old place by nobody's wish.</summary>
    private void Remove(int number)
    {
        _lines.Remove(number);
        LeaveBehind(number);
    }

    private void Follow(IEnumerable<TokenId> tokens)
    {
        foreach (var group in tokens.GroupBy(_shards.Add).Where(static group => group.Key is not null))
        {
            if (_lines.Find(group.Key!.Number) is { } line)
                line.Actor.Tell(new ConnectionMessage.Want(new InterestChange([.. group.Select(Interest.In)], [])));
            else
                Dial(group.Key);
        }
        if (_shards.Left == 0 || _saidFull)
            return;
        _saidFull = true;
        _lines.Record("limited", $"{_shards.Left} tokens do not fit into {settings.Connections} connections of {settings.TokensPerConnection}");
    }

    private void Forget(IEnumerable<TokenId> tokens)
    {
        foreach (var group in tokens.GroupBy(_shards.Remove).Where(static group => group.Key is not null))
            Unsubscribe(group.Key!.Number, [.. group]);
    }

    private void Unsubscribe(int number, ImmutableArray<TokenId> tokens)
    {
        if (_lines.Find(number) is not { } line || tokens.IsEmpty)
            return;
        if (_shards.Find(number) is not null)
            line.Actor.Tell(new ConnectionMessage.Want(new InterestChange([], [.. tokens.Select(Interest.In)])));
        else
            HangUp(number, line);
    }

    private void AskAgain(ImmutableArray<TokenId> tokens)
    {
        foreach (var group in tokens.Where(token => _shards.Find(token) is not null).GroupBy(token => _shards.Find(token)!.Number))
        {
            ImmutableArray<Interest> again = [.. group.Select(Interest.In)];
            if (_lines.Find(group.Key) is { } line)
                line.Actor.Tell(new ConnectionMessage.Want(new InterestChange(again, again)));
        }
        Follow(tokens.Where(token => _shards.Find(token) is null));
    }

    /// <summary>The venue says that nothing it carries trades any more. Whether that is so is looked at by who keeps the books; nobody dials again.</summary>
    private void IsOver(ConnectionNews.Over over)
    {
        ImmutableArray<TokenId> tokens = [.. Tokens(_shards.Find(over.Connection)?.Wanted ?? [])];
        foreach (var token in tokens)
            _shards.Remove(token);
        Remove(over.Connection);
        _lines.Record("retired", $"connection {over.Connection}: {over.Reason}");
        books.Tell(new BooksMessage.Resolved(tokens));
    }

    private void Retry()
    {
        foreach (var (number, _) in _lines.All.Where(static line => line.Value.State == FeedState.Refused).ToArray())
        {
            _lines.Remove(number);
            if (_shards.Find(number) is { } shard)
                Dial(shard);
        }
    }

    private void Dial(Shard shard)
    {
        var number = shard.Number;
        var actor = Spawn(Props.Of(() => new ConnectionActor(settings.Feed, number, upstream, _outlet, _news!, () => shard.Wanted)), $"connection-{number}-{++_dials}");
        _lines.Add(number, actor);
        Watch(actor, new Ended(number));
    }

    private void HangUp(int number, Line line)
    {
        Remove(number);
        Unwatch(line.Actor);
        line.Actor.Tell(new ConnectionMessage.Leave());
    }

    private static IEnumerable<TokenId> Tokens(IEnumerable<Interest> wanted) => wanted.Select(static one => one.Token).OfType<TokenId>();

    private long Now => System.Time.GetUtcNow().ToUnixTimeMilliseconds();
}
