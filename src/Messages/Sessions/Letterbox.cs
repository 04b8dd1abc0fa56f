using System.Collections.Immutable;
using Oddswire.Messages.Hubs;
using Oddswire.Runtime;

namespace Oddswire.Messages.Sessions;

/// <summary>
/// The way to a session for what is published. The tape collects here what all hubs found of a batch, tells the session once, and gets the
/// sheets back when they are read, to write on them again: so a delivery takes no memory. A session has one, for all its subscriptions.
/// </summary>
public sealed class Letterbox(ActorRef<SessionMessage> session)
{
    // The tape's.
    private SessionMessage.Share? _collected;
    private SessionMessage.Share? _blank;

    // From the session to the tape. A session that is behind has more sheets than come back: those are made anew. Nothing is exchanged
    // interlocked, which would dirty two kilobytes around it for the garbage collector (docs/adr/0032): a sheet that comes back while the
    // tape takes the one before it may be lost, and is made anew too.
    private SessionMessage.Share? _read;

    public ActorRef<SessionMessage> Session { get; } = session;

    /// <summary>Reads and decides nothing by it: the processor fetches many of them from memory at a time, and does not wait for one.</summary>
    public int Touch() => (_blank ?? _read)?.More is null ? 1 : 0;

    /// <summary>The tape's. True: it is the first of this batch, which is to be sent when all is collected.</summary>
    public bool Collect(Batch batch, Route route, ImmutableArray<int> places)
    {
        var isFirst = _collected is null;
        var sheet = Blank();
        sheet.Write(batch, route, places, _collected);
        _collected = sheet;
        return isFirst;
    }

    /// <summary>The tape's.</summary>
    public void Send()
    {
        if (_collected is { } share)
            Session.Tell(share);
        _collected = null;
    }

    /// <summary>The session's, which has done with it and does not look at it again.</summary>
    public void Return(SessionMessage.Share share)
    {
        for (var sheet = share; sheet is not null; sheet = sheet.More)
            sheet.Clear();
        Volatile.Write(ref _read, share);
    }

    private SessionMessage.Share Blank()
    {
        var sheet = _blank ?? TakeRead() ?? new SessionMessage.Share();
        _blank = sheet.More;
        return sheet;
    }

    private SessionMessage.Share? TakeRead()
    {
        var read = Volatile.Read(ref _read);
        if (read is not null)
            _read = null;
        return read;
    }
}
