using Oddswire.Actors.Ports;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;
using Oddswire.Runtime;

namespace Oddswire.Actors.Sessions;

/// <summary>
/// One client socket that speaks Dome. It is split by subject: life (here), commands, delivery, replay.
/// It writes into the connection's outbox during a turn and flushes once at its end.
/// </summary>
internal sealed partial class DomeSession(Accept accepted, SessionWiring wiring) : Actor<SessionMessage>
{
    private readonly IClientConnection _connection = accepted.Connection;
    private readonly Dictionary<SubscriptionId, SessionSubscription> _subscriptions = [];
    private readonly FrameBuffer _frame = new();
    private bool _written;
    private bool _closing;
    private long _second;
    private long _heardAt;
    private int _pingsUnanswered;
    private bool _mustProve;

    protected override ValueTask PreStart()
    {
        wiring.Keys.Tell(new KeyMessage.Enter(accepted.Key, Self));
        _sampledAt = Now;
        Attach();
        return default;
    }

    protected override ValueTask PostStop()
    {
        if (!_closing)
            Close(CloseReason.Internal);
        Sample();
        RecordEnd();
        wiring.Keys.Tell(new KeyMessage.Leave(accepted.Key.Name, Self));
        return default;
    }

    protected override ValueTask Receive(SessionMessage message)
    {
        switch (message)
        {
            case SessionMessage.Share share:
                Gather(share);
                break;
            case SessionMessage.Flush:
                WriteShares();
                break;
            case SessionMessage.Heard heard:
                Heard(heard.Text);
                break;
            case SessionMessage.Alive:
                SignOfLife();
                break;
            case SessionMessage.Beat beat:
                Beat(beat.Second);
                break;
            case SessionMessage.Prove:
                _mustProve = true;
                _connection.Ping();
                Timers.Once("proof", new ProofDue(), TimeSpan.FromSeconds(2));
                break;
            case ProofDue when _mustProve:
                Drop();
                break;
            case SessionMessage.GapChanged gap when accepted.Extended && _subscriptions.Count > 0:
                Encode(DomeReplyCodec.EncodeGap, gap.Gap);
                break;
            case SessionMessage.Attached attached:
                Attached(attached);
                break;
            case AttachDue:
                Leave(CloseReason.Internal);
                break;
            case SessionMessage.NotAttached refused:
                NotAttached(refused);
                break;
            case SessionMessage.GoOn goOn:
                GoOn(goOn);
                break;
            case SessionMessage.Hold hold:
                if (_subscriptions.TryGetValue(hold.Subscription, out var held))
                    held.Hold(held.ReplayedThrough);
                break;
            case SessionMessage.Ended ended:
                if (_subscriptions.ContainsKey(ended.Subscription))
                    Leave(CloseReason.Internal);
                break;
            case SessionMessage.Violated violated:
                if (violated.Reason == CloseReason.RateExceeded)
                    RecordRefused("RATE_EXCEEDED", "more commands a second than the key may give", action: null);
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
                wiring.Keys.Tell(new KeyMessage.Enter(accepted.Key, Self, _subscriptions.Count, _waitsForPlace));
                break;
            case ProofDue or SessionMessage.GapChanged:
                break;
            default:
                Answered(message);
                break;
        }
        return default;
    }

    /// <summary>One send for everything that the turn wrote.</summary>
    protected override ValueTask TurnEnded()
    {
        if (!_written || _closing)
            return default;
        _written = false;
        if (_connection.Flush() > wiring.Rules.OutboxBytes)
            Leave(CloseReason.Slow);
        return default;
    }

    private sealed record ProofDue : SessionMessage;

    private void Beat(long second)
    {
        if (_second == 0)
            _heardAt = second;      // it came a moment ago, however long the heartbeat has been going
        _second = second;
        Sample();
        WriteSharesLeftOver();
        ContinueReplays();
        if (_second - Math.Max(_heardAt, _pingedAt) < wiring.Rules.PingEvery.TotalSeconds)
            return;
        if (_pingsUnanswered == 2)
        {
            Drop();
            return;
        }
        _pingsUnanswered++;
        _pingedAt = _second;
        _connection.Ping();
    }

    private long _pingedAt;

    private void SignOfLife()
    {
        _heardAt = _second;
        _pingsUnanswered = 0;
        _mustProve = false;
    }

    private void Leave(CloseReason reason)
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
        var (code, text) = DomeCloseCode.Of(reason);
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
