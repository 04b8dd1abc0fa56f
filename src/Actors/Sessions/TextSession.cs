using Oddswire.Actors.Ports;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;

namespace Oddswire.Actors.Sessions;

/// <summary>
/// One client of a protocol of plain text frames: its place with its key, its heartbeat, one send for all that a turn wrote, and its end with
/// the protocol's code. What it hears and says is the derived session's.
/// </summary>
internal abstract class TextSession(Accept accepted, SessionWiring wiring) : Actor<SessionMessage>
{
    private readonly IClientConnection _connection = accepted.Connection;
    private bool _written;
    private bool _closing;
    private long _second;
    private long _heardAt;
    private long _pingedAt;
    private int _pingsUnanswered;
    private string _ending = "the client is gone";
    private int? _endingCode;       // null: it was not the gateway who closed

    protected Accept Accepted => accepted;

    protected SessionWiring Wiring => wiring;

    /// <summary>Its name in the audit trail.</summary>
    protected abstract string Protocol { get; }

    /// <summary>Two pings without a pong, and nobody is there. Some clients never send one.</summary>
    protected virtual bool MustPong => true;

    /// <summary>A text frame of the client.</summary>
    protected abstract void Heard(ReadOnlyMemory<byte> text);

    /// <summary>What the session asked for inside.</summary>
    protected virtual void Told(SessionMessage message) => Unhandled(message);

    protected virtual void Begin()
    {
    }

    /// <summary>The last thing: what was open is on record as closed.</summary>
    protected virtual void End(string ending, int? code)
    {
    }

    protected sealed override ValueTask PreStart()
    {
        wiring.Keys.Tell(new KeyMessage.Enter(accepted.Key, Self));
        Begin();
        return default;
    }

    protected sealed override ValueTask PostStop()
    {
        if (!_closing)
            Close(CloseReason.Internal);
        End(_ending, _endingCode);
        wiring.Keys.Tell(new KeyMessage.Leave(accepted.Key.Name, Self));
        return default;
    }

    protected sealed override ValueTask Receive(SessionMessage message)
    {
        switch (message)
        {
            case SessionMessage.Heard heard:
                SignOfLife();
                if (!_closing)
                    Heard(heard.Text);
                break;
            case SessionMessage.Alive:
                SignOfLife();
                break;
            case SessionMessage.Beat beat:
                Beat(beat.Second);
                break;
            case SessionMessage.Violated violated:
                if (violated.Reason == CloseReason.RateExceeded)
                    RecordRefused("RATE_EXCEEDED", "more commands a second than may come", "");
                Leave(violated.Reason);
                break;
            case SessionMessage.Leave leave:
                Leave(leave.Reason);
                break;
            case SessionMessage.Gone:
                _closing = true;
                StopSelf();
                break;
            case SessionMessage.EnterAgain:
                wiring.Keys.Tell(new KeyMessage.Enter(accepted.Key, Self));
                break;
            case SessionMessage.Prove:
                break;      // it is asked of who holds subscriptions of its key, and none are counted here
            default:
                Told(message);
                break;
        }
        return default;
    }

    /// <summary>One send for everything that the turn wrote.</summary>
    protected sealed override ValueTask TurnEnded()
    {
        if (!_written || _closing)
            return default;
        _written = false;
        if (_connection.Flush() > wiring.Rules.OutboxBytes)
            Leave(CloseReason.Slow);
        return default;
    }

    protected void Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body = default, ReadOnlySpan<byte> tail = default)
    {
        if (_closing)
            return;
        _connection.Text(head, body, tail);
        _written = true;
    }

    protected void Leave(CloseReason reason)
    {
        if (_closing)
            return;
        Close(reason);
        StopSelf();
    }

    /// <summary>An end that only this protocol has.</summary>
    protected void Leave(int code, string reason)
    {
        if (_closing)
            return;
        Close(code, reason);
        StopSelf();
    }

    protected void RecordRefused(string reason, string detail, string action) => wiring.Ledger.Tell(new LedgerMessage.ClientFact(
        new ClientAct(Deed.Refused, accepted.Key.Name, accepted.Address, Protocol, action, [], Reason: reason, Detail: detail)));

    private void Beat(long second)
    {
        if (_second == 0)
            _heardAt = second;      // it came a moment ago, however long the heartbeat has been going
        _second = second;
        if (_second - Math.Max(_heardAt, _pingedAt) < wiring.Rules.PingEvery.TotalSeconds)
            return;
        if (MustPong && _pingsUnanswered == 2)
        {
            Drop();
            return;
        }
        _pingsUnanswered++;
        _pingedAt = _second;
        _connection.Ping();
    }

    private void SignOfLife()
    {
        _heardAt = _second;
        _pingsUnanswered = 0;
    }

    private void Close(CloseReason reason)
    {
        SessionMetrics.Closed(reason);
        var (code, text) = NativeCloseCode.Of(reason);
        Close(code, text);
    }

    private void Close(int code, string text)
    {
        _closing = true;
        _connection.Close(code, text);
        (_endingCode, _ending) = (code, text);
    }

    /// <summary>Nobody is there to read a close frame.</summary>
    private void Drop()
    {
        _closing = true;
        _connection.Abort();
        StopSelf();
    }
}
