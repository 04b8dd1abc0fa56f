using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Feeds;
using Oddswire.Runtime;
using Oddswire.Runtime.Patterns;

namespace Oddswire.Actors.Feeds;

/// <summary>To one connection, from its feed.</summary>
internal abstract record ConnectionMessage
{
    internal sealed record Ask(ChainQuestion Question) : ConnectionMessage;
    /// <param name="Ticket">Comes back when this, too, stands; for feeds that move what is followed from one connection to another.</param>
    internal sealed record Want(InterestChange Change, long Ticket = 0) : ConnectionMessage;

    /// <summary>Nobody needs it any more.</summary>
    internal sealed record Leave : ConnectionMessage;
}

/// <summary>From a connection, to its feed.</summary>
internal abstract record ConnectionNews(int Connection)
{
    internal sealed record Live(int Connection) : ConnectionNews(Connection);
    internal sealed record Limited(int Connection, string Detail) : ConnectionNews(Connection);
    internal sealed record Lost(int Connection, ConnectionLost Why) : ConnectionNews(Connection);

    /// <summary>The venue has closed, and nothing is left to be told there.</summary>
    internal sealed record Over(int Connection, string Reason) : ConnectionNews(Connection);

    /// <summary>The venue has taken all that was asked for so far: what was followed elsewhere need not be any more.</summary>
    /// <param name="Ticket">Of the last wish that it knew.</param>
    internal sealed record Stands(int Connection, long Ticket) : ConnectionNews(Connection);

    /// <summary>There is no place for these here, or no good one: to be asked for on another connection.</summary>
    internal sealed record Elsewhere(int Connection, ImmutableArray<Interest> What, string Reason) : ConnectionNews(Connection);

    /// <summary>The venue tells these no longer here: they may be asked for again.</summary>
    internal sealed record Released(int Connection, ImmutableArray<Interest> What) : ConnectionNews(Connection);

    /// <summary>What it carries; for feeds that spread interest by it.</summary>
    internal sealed record Loaded(int Connection, FeedLoad Load) : ConnectionNews(Connection);
}

/// <summary>
/// ONE upstream socket. It fails on any fault, and its supervisor restarts it: starting means dialling and subscribing to what is wanted now.
/// It reads the next frames when the last ones were handed on.
/// </summary>
internal sealed class ConnectionActor(
    FeedSettings feed, int number, IUpstream upstream, IOutlet outlet, ActorRef<ConnectionNews> news, Func<ImmutableSortedSet<Interest>> wanted)
    : Actor<ConnectionMessage>
{
    // These come from tasks, and a task may outlive the instance that started it: whose it was is told by the instance's token source.
    private sealed record Dialled(CancellationTokenSource Of, IUpstreamSocket Socket) : ConnectionMessage;
    private sealed record Received(CancellationTokenSource Of, ImmutableArray<ReadOnlyMemory<byte>> Frames) : ConnectionMessage;
    private sealed record Ended(CancellationTokenSource Of, Exception Cause) : ConnectionMessage;
    private sealed record TickDue : ConnectionMessage;
    private sealed record SilenceDue : ConnectionMessage;
    private sealed record DialDue : ConnectionMessage;

    private readonly SourceId _source = new(feed.Name, number);
    private readonly IConversation _conversation = feed.Converse();
    private readonly Talk _talk = new();
    private IUpstreamSocket? _socket;
    private Pipe<ImmutableArray<ReadOnlyMemory<byte>>, ConnectionMessage>? _frames;
    private CancellationTokenSource? _reading;
    private bool _wasLive;
    private bool _isLeaving;
    private long _dataAt;
    private long _heardAt;
    private long _ticket;

    protected override ValueTask PreStart()
    {
        var mine = _reading = CancellationTokenSource.CreateLinkedTokenSource(Stopping);
        Timers.Once("dial", new DialDue(), feed.DialTimeout);
        var address = feed.Sign is { } sign ? feed.Address with { Headers = sign(System.Time.GetUtcNow()) } : feed.Address;
        PipeToSelf(upstream.Dial(address, mine.Token).AsTask(), socket => new Dialled(mine, socket), e => new Ended(mine, e));
        return default;
    }

    protected override async ValueTask PostStop()
    {
        if (_wasLive)
            outlet.Down(_source, _dataAt, "closed");
        await HangUp();
    }

    protected override async ValueTask Receive(ConnectionMessage message)
    {
        try
        {
            await Handle(message);
        }
        catch (Exception fault)
        {
            if (fault is not ConnectionLost)
                Lose(new ConnectionLost($"failed: {fault.GetType().Name}"));
            await HangUp();     // now: this instance is taken down only when its successor may dial, which may take a minute
            throw;
        }
    }

    /// <summary>What it waited for has come: nothing is on its way to it any more.</summary>
    private void StopIfLeaving()
    {
        if (_isLeaving)
            StopSelf();
    }

    private async ValueTask HangUp()
    {
        if (_reading is { } reading)
        {
            _reading = null;
            await reading.CancelAsync();
            reading.Dispose();
        }
        if (_socket is { } socket)
        {
            _socket = null;
            await socket.DisposeAsync();
        }
    }

    private async ValueTask Handle(ConnectionMessage message)
    {
        switch (message)
        {
            case Dialled dialled when dialled.Of != _reading:
                await dialled.Socket.DisposeAsync();
                StopIfLeaving();
                break;
            case Received received when received.Of != _reading:
            case Ended ended when ended.Of != _reading:
                StopIfLeaving();
                break;
            case ConnectionMessage.Leave:
                (_isLeaving, _wasLive) = (true, false);
                foreach (var timer in (string[])["dial", "tick", "silence"])
                    Timers.Cancel(timer);
                await HangUp();
                break;
            case Dialled dialled:
                Open(dialled.Socket);
                break;
            case Received received:
                var talk = Now();       // they have come at the same time
                foreach (var frame in received.Frames)
                    _conversation.Heard(frame, talk);
                Carry();
                Read();
                break;
            case TickDue:
                _conversation.Tick(Now());
                Carry();
                break;
            case ConnectionMessage.Ask ask when _socket is not null:
                _conversation.Ask(ask.Question, Now());
                Carry();
                break;
            case ConnectionMessage.Want want:
                _ticket = want.Ticket;
                if (_socket is null)
                    break;      // not open yet: an opened connection asks for everything that is wanted then
                _conversation.Want(want.Change, Now());
                Carry();
                break;
            case ConnectionMessage.Ask:
                break;
            case SilenceDue when LeftOf(feed.Silence!.Value) is var left && left > TimeSpan.Zero:
                Timers.Once("silence", new SilenceDue(), left);
                break;
            case SilenceDue:
                throw Lose(new ConnectionLost($"silent for {feed.Silence!.Value.TotalSeconds:0} s"));
            case DialDue:
                throw Lose(new ConnectionLost("the venue did not answer the dial in time"));
            case Ended ended when ended.Cause is UpstreamClosedException closed && _conversation.IsOver(closed.Code, closed.Reason):
                if (_wasLive)
                    outlet.Down(_source, _dataAt, closed.Reason);
                _wasLive = false;
                news.Tell(new ConnectionNews.Over(number, closed.Reason));
                StopSelf();
                break;
            case Ended ended:
                throw Lose(ConnectionLost.Because(ended.Cause, _conversation.IsRefusal));
            default:
                Unhandled(message);
                break;
        }
    }

    private void Open(IUpstreamSocket socket)
    {
        Timers.Cancel("dial");
        var mine = _reading!;
        _socket = socket;
        _frames = Pipe<ImmutableArray<ReadOnlyMemory<byte>>>(frames => new Received(mine, frames), e => new Ended(mine, e));
        Timers.Every("tick", new TickDue(), _conversation.TickEvery);
        ListenForSilence();
        _conversation.Opened(wanted(), Now());
        Carry();
        Read();
    }

    private void Read() => _frames!.Take(_socket!.Receive(_reading!.Token));

    /// <summary>What the conversation answered goes where it belongs.</summary>
    private void Carry()
    {
        if (_talk.Failure is { } failure)
            throw Lose(new ConnectionLost(failure));
        foreach (var frame in _talk.Frames)
            _socket!.Send(frame);
        if (_talk.WasData)
        {
            _dataAt = _talk.Now;
            ListenForSilence();
        }
        if (_talk.IsLive && !_wasLive)
            BecomeLive();
        foreach (var limit in _talk.Notes)
            news.Tell(new ConnectionNews.Limited(number, limit));
        if (_talk.Released.Count > 0)
            news.Tell(new ConnectionNews.Released(number, _talk.Released.DrainToImmutable()));
        foreach (var (what, reason) in _talk.Elsewhere)
            news.Tell(new ConnectionNews.Elsewhere(number, what, reason));
        if (_talk.WhatStands)
            news.Tell(new ConnectionNews.Stands(number, _ticket));
        if (_talk.Load is { } load)
            news.Tell(new ConnectionNews.Loaded(number, load));
        outlet.Carry(_source, _talk);
        _talk.Clear();
    }

    /// <summary>One timer for all that is heard: when it comes it is looked at how long ago the last of it was.</summary>
    private void ListenForSilence()
    {
        _heardAt = Moment.Of(System.Time).Running;
        if (feed.Silence is { } silence && !Timers.IsSet("silence"))
            Timers.Once("silence", new SilenceDue(), silence);
    }

    private TimeSpan LeftOf(TimeSpan silence) => silence - TimeSpan.FromMilliseconds(Moment.Of(System.Time).Running - _heardAt);

    private void BecomeLive()
    {
        _wasLive = true;
        _dataAt = _talk.Now;
        ActorRef<ChainQuestion>? chain = feed.Kind == SourceKind.Chain ? Adapt<ChainQuestion>(static question => new ConnectionMessage.Ask(question)) : null;
        outlet.Up(_source, chain);
        news.Tell(new ConnectionNews.Live(number));
    }

    private ConnectionLost Lose(ConnectionLost why)
    {
        if (_wasLive)
            outlet.Down(_source, _dataAt, why.Message);
        _wasLive = false;
        news.Tell(new ConnectionNews.Lost(number, why));
        return why;
    }

    private Talk Now()
    {
        (_talk.Now, _talk.Running) = Moment.Of(System.Time);
        return _talk;
    }
}
