using Oddswire.Messages.Keys;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Actors.Sessions;

/// <summary>One client socket that speaks Dome. It is split by subject: its way through messages (here), commands, delivery, replay.</summary>
internal sealed partial class DomeSession(SocketClient client, SessionWiring wiring) : SocketSession
{
    private OftenOne<SubscriptionId, SessionSubscription> _subscriptions;
    private Letterbox? _letterbox;

    private protected override SocketClient Client => client;

    private protected override SessionWiring Wires => wiring;

    private Letterbox To => _letterbox ??= new(Self);

    private protected override KeyMessage.Enter Entry => new(client.Key, Self, _subscriptions.Count, _waitsForPlace);

    protected override ValueTask PreStart()
    {
        var started = base.PreStart();
        _sampledAt = Now;
        Attach();
        return started;
    }

    protected override ValueTask PostStop()
    {
        var stopped = base.PostStop();
        Sample();
        RecordEnd();
        return stopped;
    }

    protected override ValueTask Receive(SessionMessage message)
    {
        switch (message)
        {
            case SessionMessage.Share share:
                Write(share);
                break;
            case SessionMessage.GapChanged gap:
                GapChanged(gap.Gap);
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
            default:
                if (message is SessionMessage.Violated { Reason: CloseReason.RateExceeded })
                    RecordRefused("RATE_EXCEEDED", "more commands a second than the key may give", action: null);
                if (!Lives(message))
                    Answered(message);
                break;
        }
        return default;
    }

    private protected override void BeatCame()
    {
        Sample();
        ContinueReplays();
    }

    private protected override (int Code, string Text) CodeOf(CloseReason reason) => CloseCode.Dome(reason);

    private protected override void Closed(int code, string text) => (_endingCode, _ending) = (code, text);
}
