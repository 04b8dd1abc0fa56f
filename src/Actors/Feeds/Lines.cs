using System.Collections.Immutable;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Ledger;
using Oddswire.Runtime;

namespace Oddswire.Actors.Feeds;

/// <summary>One connection as its feed sees it.</summary>
internal sealed class Line(ActorRef<ConnectionMessage> actor)
{
    internal ActorRef<ConnectionMessage> Actor { get; } = actor;
    internal FeedState State { get; set; } = FeedState.Connecting;
    internal int Restarts { get; set; }
    internal string? LastError { get; set; }
}

/// <summary>The connections of one feed and how they are, told to who asks and put on record. What the feed does about them is its own business.</summary>
internal sealed class Lines(string feed, FeedState state, ActorRef<LedgerMessage> ledger)
{
    private readonly SortedDictionary<int, Line> _lines = [];
    private long _since;

    internal FeedState State { get; private set; } = state;

    internal IReadOnlyDictionary<int, Line> All => _lines;

    internal Line? Find(int number) => _lines.GetValueOrDefault(number);

    internal void Add(int number, ActorRef<ConnectionMessage> actor) => _lines[number] = new Line(actor);

    internal void Remove(int number) => _lines.Remove(number);

    internal void Clear() => _lines.Clear();

    /// <summary>Those that the venue refused, and that are no more.</summary>
    internal ImmutableArray<int> TakeRefused()
    {
        ImmutableArray<int> refused = [.. _lines.Where(static line => line.Value.State == FeedState.Refused).Select(static line => line.Key)];
        foreach (var number in refused)
            _lines.Remove(number);
        return refused;
    }

    /// <summary>False: it is of a connection that is no more.</summary>
    internal bool Hear(ConnectionNews news)
    {
        if (Find(news.Connection) is not { } line)
            return false;
        switch (news)
        {
            case ConnectionNews.Live:
                line.State = FeedState.Live;
                line.LastError = null;
                Record("connected", $"connection {news.Connection}");
                break;
            case ConnectionNews.Limited limited:
                Record("limited", limited.Detail);
                break;
            case ConnectionNews.Lost { Why: var why }:
                line.Restarts++;
                line.LastError = why.Message;
                line.State = why.Refused ? FeedState.Refused : FeedState.Connecting;
                Record(why.Refused ? "refused" : why.WasSilent ? "silent" : "lost", why.Message);
                break;
        }
        return true;
    }

    internal void Record(string kind, string detail) => ledger.Tell(new LedgerMessage.FeedFact(feed, kind, detail));

    /// <param name="now">Unix milliseconds.</param>
    internal void Become(FeedState state, long now)
    {
        if (State == state && _since != 0)
            return;
        State = state;
        _since = now;
    }

    /// <summary>For feeds with as many connections as they need: with none they are live, for there is nothing to be told.</summary>
    internal void LookHowItIs(long now) => Become(
        _lines.Values.All(static line => line.State == FeedState.Live) ? FeedState.Live
        : _lines.Values.Any(static line => line.State == FeedState.Refused) ? FeedState.Refused : FeedState.Connecting, now);

    internal FeedStatus Status() => new(feed, State, _since,
        [.. _lines.Select(static line => new ConnectionStatus(line.Key, line.Value.State, line.Value.Restarts, line.Value.LastError))]);
}
