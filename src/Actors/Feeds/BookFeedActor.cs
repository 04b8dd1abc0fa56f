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
/// connections by what these turn out to carry; one that the venue cuts off as too slow is split, for as it was it would be cut off again.
/// </summary>
public sealed class BookFeedActor(BookFeedSettings settings, IUpstream upstream, ActorRef<BooksMessage> books, ActorRef<LedgerMessage> ledger) : Actor<FeedMessage>
{
    private sealed record Heard(ConnectionNews News) : FeedMessage;
    private sealed record Ended(int Connection) : FeedMessage;
    private sealed record LeaveOld(int Connection) : FeedMessage;

    /// <summary>What moved is followed twice for so long: the new connection stands before the old one is told.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(5);

    private sealed class Line(ActorRef<ConnectionMessage> actor)
    {
        internal ActorRef<ConnectionMessage> Actor { get; } = actor;
        internal FeedState State { get; set; } = FeedState.Connecting;
        internal int Restarts { get; set; }
        internal string? LastError { get; set; }

        /// <summary>What moved here, and is still followed there.</summary>
        internal List<(int Connection, ImmutableArray<TokenId> Tokens)> Leaves { get; } = [];
    }

    private readonly BooksOutlet _outlet = new(books);
    private readonly Shards _shards = new(settings.TokensPerConnection, settings.Connections);
    private readonly SortedDictionary<int, Line> _lines = [];
    private ActorRef<ConnectionNews>? _news;
    private FeedState _state = FeedState.Live;
    private long _since;
    private bool _saidFull;

    private string Name => settings.Feed.Name;

    protected override SupervisorStrategy Supervision { get; } = ConnectionLost.Strategy(settings.Feed.Backoff);

    protected override ValueTask PreStart()
    {
        _news = Adapt<ConnectionNews>(static news => new Heard(news));
        _since = Now;
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
            case LeaveOld leave when _lines.TryGetValue(leave.Connection, out var moved):
                LeaveBehind(moved);
                break;
            case LeaveOld:
                break;      // it was hung up before
            case Ended ended:
                if (_lines.TryGetValue(ended.Connection, out var line) && line.State != FeedState.Refused)
                    Remove(ended.Connection, line);
                break;
            case FeedMessage.Retry:
                Retry();
                break;
            case FeedMessage.GetStatus get:
                get.ReplyTo.Tell(Status());
                break;
            default:
                Unhandled(message);
                break;
        }
        LookHowItIs();
        return default;
    }

    private void Hear(ConnectionNews news)
    {
        if (!_lines.TryGetValue(news.Connection, out var line))
            return;
        switch (news)
        {
            case ConnectionNews.Live:
                line.State = FeedState.Live;
                line.LastError = null;
                Tell("connected", $"connection {news.Connection}");
                if (line.Leaves.Count > 0)
                    Timers.Once($"leave-{news.Connection}", new LeaveOld(news.Connection), Overlap);
                break;
            case ConnectionNews.Limited limited:
                Tell("limited", limited.Detail);
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
        line.Restarts++;
        line.LastError = lost.Why.Message;
        line.State = lost.Why.Refused ? FeedState.Refused : FeedState.Connecting;
        Tell(lost.Why.Refused ? "refused" : lost.Why.Message.StartsWith("silent", StringComparison.Ordinal) ? "silent" : "lost", lost.Why.Message);
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
    }

    private void Split(int number, string why)
    {
        if (_shards.Find(number) is not { } shard || Shards.HalfOf(shard) is not { IsEmpty: false } half)
            return;
        shard.IsFull = true;
        if (Move(half) is { } made)
        {
            made.IsFull = true;
            Tell("redriven", $"connection {number} is split: {why}; {half.Length} tokens move to connection {made.Number}");
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
        Dial(shard).Leaves.AddRange(from);
        return shard;
    }

    private void LeaveBehind(Line line)
    {
        (int Connection, ImmutableArray<TokenId> Tokens)[] leaves = [.. line.Leaves];
        line.Leaves.Clear();
        foreach (var (old, tokens) in leaves)
            Unsubscribe(old, [.. tokens.Where(token => _shards.Find(token)?.Number != old)]);
    }

    /// <summary>It is no more. What it was to take over is followed in the old place by nobody's wish.</summary>
    private void Remove(int number, Line line)
    {
        _lines.Remove(number);
        LeaveBehind(line);
    }

    private void Follow(IEnumerable<TokenId> tokens)
    {
        foreach (var group in tokens.GroupBy(_shards.Add).Where(static group => group.Key is not null))
        {
            if (_lines.TryGetValue(group.Key!.Number, out var line))
                line.Actor.Tell(new ConnectionMessage.Want(new InterestChange([.. group.Select(Interest.In)], [])));
            else
                Dial(group.Key);
        }
        if (_shards.Left == 0 || _saidFull)
            return;
        _saidFull = true;
        Tell("limited", $"{_shards.Left} tokens do not fit into {settings.Connections} connections of {settings.TokensPerConnection}");
    }

    private void Forget(IEnumerable<TokenId> tokens)
    {
        foreach (var group in tokens.GroupBy(_shards.Remove).Where(static group => group.Key is not null))
            Unsubscribe(group.Key!.Number, [.. group]);
    }

    private void Unsubscribe(int number, ImmutableArray<TokenId> tokens)
    {
        if (!_lines.TryGetValue(number, out var line) || tokens.IsEmpty)
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
            if (_lines.TryGetValue(group.Key, out var line))
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
        if (_lines.TryGetValue(over.Connection, out var line))
            Remove(over.Connection, line);
        Tell("retired", $"connection {over.Connection}: {over.Reason}");
        books.Tell(new BooksMessage.Resolved(tokens));
    }

    private void Retry()
    {
        foreach (var (number, line) in _lines.Where(static line => line.Value.State == FeedState.Refused).ToArray())
        {
            _lines.Remove(number);
            if (_shards.Find(number) is { } shard)
                Dial(shard).Leaves.AddRange(line.Leaves);
        }
    }

    private Line Dial(Shard shard)
    {
        var number = shard.Number;
        var actor = Spawn(Props.Of(() => new ConnectionActor(settings.Feed, number, upstream, _outlet, _news!, () => shard.Wanted)), $"connection-{number}-{++_dials}");
        var line = _lines[number] = new Line(actor);
        Watch(actor, new Ended(number));
        return line;
    }

    private int _dials;

    private void HangUp(int number, Line line)
    {
        Remove(number, line);
        Unwatch(line.Actor);
        line.Actor.Tell(new ConnectionMessage.Leave());
    }

    private void LookHowItIs()
    {
        var lines = _lines.Values;
        var state = lines.All(static line => line.State == FeedState.Live) ? FeedState.Live
            : lines.Any(static line => line.State == FeedState.Refused) ? FeedState.Refused : FeedState.Connecting;
        if (state == _state)
            return;
        _state = state;
        _since = Now;
    }

    private FeedStatus Status() => new(Name, _state, _since,
        [.. _lines.Select(static line => new ConnectionStatus(line.Key, line.Value.State, line.Value.Restarts, line.Value.LastError))]);

    private void Tell(string kind, string detail) => ledger.Tell(new LedgerMessage.FeedFact(Name, kind, detail));

    private static IEnumerable<TokenId> Tokens(IEnumerable<Interest> wanted) => wanted.Select(static one => one.Token).OfType<TokenId>();

    private long Now => System.Time.GetUtcNow().ToUnixTimeMilliseconds();
}
