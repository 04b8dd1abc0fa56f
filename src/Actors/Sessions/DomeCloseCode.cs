using Oddswire.Messages.Sessions;

namespace Oddswire.Actors.Sessions;

/// <summary>Never 1000 or 1001: the Python SDK does not come back after those.</summary>
internal static class DomeCloseCode
{
    internal static (int Code, string Text) Of(CloseReason reason) => reason switch
    {
        CloseReason.PlannedStop => (1012, "the gateway restarts, come back"),
        CloseReason.Slow => (1013, "too slow: the events you have not read exceed the limit"),
        CloseReason.Revoked => (1008, "the key was revoked"),
        CloseReason.RateExceeded => (1008, "too many commands"),
        CloseReason.TooManySockets => (1008, "the key has as many sockets open as it may"),
        CloseReason.TooLarge => (1009, "the frame is too large"),
        CloseReason.Binary => (1003, "text frames only"),
        CloseReason.NotText => (1007, "a text frame must be UTF-8"),
        CloseReason.AttachedElsewhere => (4009, "attached elsewhere"),
        CloseReason.Deleted => (1008, "the subscription was deleted"),
        CloseReason.ProtocolError => (1002, "this is not the WebSocket protocol"),
        CloseReason.Silent => (1011, "two pings were not answered"),
        CloseReason.BadOpening or CloseReason.BadCredentials or CloseReason.Resolved or CloseReason.Internal => (1011, "internal error"),
    };
}
