using Oddswire.Messages.Sessions;

namespace Oddswire.Actors.Sessions;

/// <summary>With what the sockets of Polymarket's own protocols are closed: as the venue closes, where it has a word for it.</summary>
internal static class NativeCloseCode
{
    internal static (int Code, string Text) Of(CloseReason reason) => reason switch
    {
        CloseReason.PlannedStop => (1012, "the gateway restarts, come back"),
        CloseReason.Slow => (1013, "slow consumer: send buffer full"),
        CloseReason.BadOpening => (1008, "invalid subscription payload"),
        CloseReason.BadCredentials => (1008, "invalid credentials"),
        CloseReason.Resolved => (1000, "all subscribed assets resolved"),
        CloseReason.Revoked => (1008, "the key was revoked"),
        CloseReason.RateExceeded => (1008, "too many commands"),
        CloseReason.TooManySockets => (1008, "as many sockets are open as may be"),
        CloseReason.TooLarge => (1009, "the frame is too large"),
        CloseReason.Binary => (1003, "text frames only"),
        CloseReason.NotText => (1007, "a text frame must be UTF-8"),
        CloseReason.ProtocolError => (1002, "this is not the WebSocket protocol"),
        CloseReason.Silent => (1011, "two pings were not answered"),
        CloseReason.AttachedElsewhere or CloseReason.Deleted or CloseReason.Internal => (1011, "internal error"),
    };
}
