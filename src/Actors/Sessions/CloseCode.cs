using Oddswire.Messages.Sessions;

namespace Oddswire.Actors.Sessions;

/// <summary>With what sockets are closed, by what they speak: as the venue closes, where it has a word for it.</summary>
internal static class CloseCode
{
    /// <summary>Never 1000 or 1001: the Python SDK does not come back after those.</summary>
    internal static (int Code, string Text) Dome(CloseReason reason) => reason switch
    {
        CloseReason.Slow => (1013, "too slow: the events you have not read exceed the limit"),
        CloseReason.TooManySockets => (1008, "the key has as many sockets open as it may"),
        CloseReason.AttachedElsewhere => (4009, "attached elsewhere"),
        CloseReason.Deleted => (1008, "the subscription was deleted"),
        _ => Any(reason),
    };

    /// <summary>Of Polymarket's own protocols.</summary>
    internal static (int Code, string Text) Native(CloseReason reason) => reason switch
    {
        CloseReason.BadOpening => (1008, "invalid subscription payload"),
        CloseReason.BadCredentials => (1008, "invalid credentials"),
        CloseReason.Resolved => (1000, "all subscribed assets resolved"),
        _ => Any(reason),
    };

    /// <summary>Polymarket US says 1001 when it restarts.</summary>
    internal static (int Code, string Text) Us(CloseReason reason) =>
        reason == CloseReason.PlannedStop ? (1001, Any(reason).Text) : Native(reason);

    private static (int Code, string Text) Any(CloseReason reason) => reason switch
    {
        CloseReason.PlannedStop => (1012, "the gateway restarts, come back"),
        CloseReason.Slow => (1013, "slow consumer: send buffer full"),
        CloseReason.Revoked => (1008, "the key was revoked"),
        CloseReason.RateExceeded => (1008, "too many commands"),
        CloseReason.TooManySockets => (1008, "as many sockets are open as may be"),
        CloseReason.TooLarge => (1009, "the frame is too large"),
        CloseReason.Binary => (1003, "text frames only"),
        CloseReason.NotText => (1007, "a text frame must be UTF-8"),
        CloseReason.ProtocolError => (1002, "this is not the WebSocket protocol"),
        CloseReason.Silent => (1011, "two pings were not answered"),
        CloseReason.AttachedElsewhere or CloseReason.Deleted or CloseReason.BadOpening or CloseReason.BadCredentials or CloseReason.Resolved or CloseReason.Internal =>
            (1011, "internal error"),
    };
}
