using System.Buffers;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;

namespace Oddswire.Actors.Sessions;

/// <summary>
/// One client socket, whatever it speaks: that somebody is there, what waits for it to be sent, and how it ends. What the client says and what it
/// is told is its protocol's business. It writes into the connection's outbox during a turn and flushes once at its end.
/// </summary>
internal abstract class SocketSession : Actor<SessionMessage>
{
    private sealed record ProofDue : SessionMessage;
    private sealed record PaceDue : SessionMessage;

    private static readonly TimeSpan PaceLook = TimeSpan.FromMilliseconds(50);

    private protected bool _written;
    private protected bool _closing;
    private long _second;
    private long _heardAt;
    private long _pingedAt;
    private int _pingsUnanswered;
    private bool _mustProve;

    /// <summary>A frame is encoded here and written at once, within a turn.</summary>
    private protected static FrameBuffer Frame => FrameBuffer.OfThread;

    private protected abstract SocketClient Client { get; }

    private protected abstract SessionWiring Wires { get; }

    private protected IClientConnection Connection => Client.Connection;

    /// <summary>A text frame of the client.</summary>
    private protected abstract void Heard(ReadOnlyMemory<byte> text);

    /// <summary>What the protocol says with each reason to end.</summary>
    private protected abstract (int Code, string Text) CodeOf(CloseReason reason);

    /// <summary>Two pings without a pong, and nobody is there. Some clients never send one.</summary>
    private protected virtual bool MustPong => true;

    /// <summary>Once a second, before it is looked whether somebody is there.</summary>
    private protected virtual void BeatCame() { }

    /// <summary>How it has entered, for whoever counts what keys use and has forgotten.</summary>
    private protected virtual KeyMessage.Enter Entry => new(Client.Key, Self);

    /// <summary>What is told to the ledger of a socket without subscriptions that have ids of their own.</summary>
    private protected virtual SocketRecord? Trail => null;

    /// <summary>The gateway closes it, with this.</summary>
    private protected virtual void Closed(int code, string text) => Trail?.Closed(code, text);

    /// <summary>Of a session that spares slow clients what is out of date. None: nothing of what it says may be passed over.</summary>
    private protected virtual ReadingPace? Pace => null;

    /// <summary>It has read what it was sent: what it was spared comes now, as it is now.</summary>
    private protected virtual void CaughtUp() { }

    protected override ValueTask PreStart()
    {
        Wires.Keys.Tell(Entry);
        return default;
    }

    protected override ValueTask PostStop()
    {
        if (!_closing)
            Close(CloseReason.Internal);
        Wires.Keys.Tell(new KeyMessage.Leave(Entry.Key.Name, Self));
        Trail?.Ended();
        return default;
    }

    /// <summary>One send for everything that the turn wrote.</summary>
    protected override ValueTask TurnEnded()
    {
        if (!_written || _closing)
            return default;
        _written = false;
        var unread = Connection.Flush();
        if (Pace is { } pace)
            Follow(pace.Sent(unread, System.Time));
        else if (unread > Wires.Rules.OutboxBytes)
            Leave(CloseReason.Slow);
        return default;
    }

    private void Follow(PaceChange change)
    {
        switch (change)
        {
            case PaceChange.FellBehind:
                Timers.Every("pace", new PaceDue(), PaceLook);
                break;
            case PaceChange.TooSlow:
                Leave(CloseReason.Slow);
                break;
            case PaceChange.CaughtUp:
                Timers.Cancel("pace");
                CaughtUp();
                break;
        }
    }

    /// <summary>False: it is not about the socket's life, but about what its protocol does.</summary>
    private protected bool Lives(SessionMessage message)
    {
        switch (message)
        {
            case SessionMessage.Heard heard:
                SignOfLife();
                Heard(heard.Text);
                break;
            case SessionMessage.Alive:
                SignOfLife();
                break;
            case SessionMessage.Beat:
                Beat();
                break;
            case SessionMessage.Prove:
                _mustProve = true;
                Connection.Ping();
                Timers.Once("proof", new ProofDue(), TimeSpan.FromSeconds(2));
                break;
            case ProofDue:
                if (_mustProve)
                    Drop();
                break;
            case PaceDue:
                if (!_closing && Pace is { IsBehind: true } pace)
                    Follow(pace.Later(Connection.Flush(), System.Time));
                break;
            case SessionMessage.EnterAgain:
                Wires.Keys.Tell(Entry);
                break;
            case SessionMessage.Violated violated:
                Leave(violated.Reason);
                break;
            case SessionMessage.Leave leave:
                Leave(leave.Reason);
                break;
            case SessionMessage.Gone:
                _closing = true;
                StopSelf();
                break;
            default:
                return false;
        }
        return true;
    }

    private void Beat()
    {
        _second++;
        BeatCame();
        if (_second - Math.Max(_heardAt, _pingedAt) < Wires.Rules.PingEvery.TotalSeconds)
            return;
        if (MustPong && _pingsUnanswered == 2)
        {
            Drop();
            return;
        }
        _pingsUnanswered++;
        _pingedAt = _second;
        Connection.Ping();
    }

    private void SignOfLife()
    {
        _heardAt = _second;
        _pingsUnanswered = 0;
        _mustProve = false;
    }

    private protected void Leave(CloseReason reason)
    {
        if (_closing)
            return;
        Close(reason);
        StopSelf();
    }

    private void Close(CloseReason reason)
    {
        _closing = true;
        SessionMetrics.Closed(reason);
        var (code, text) = CodeOf(reason);
        Connection.Close(code, text);
        Closed(code, text);
    }

    /// <summary>Nobody is there to read a close frame.</summary>
    private void Drop()
    {
        _closing = true;
        Connection.Abort();
        StopSelf();
    }

    private protected void Encode<T>(Action<T, IBufferWriter<byte>> encode, T what)
    {
        Frame.Clear();
        encode(what, Frame);
        WriteFrame();
    }

    private protected long Now => System.Time.GetUtcNow().ToUnixTimeMilliseconds();

    private protected void WriteFrame() => Write(Frame.Written, default, default);

    private protected void Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> tail)
    {
        if (_closing)
            return;
        Connection.Text(head, body, tail);
        _written = true;
    }
}
