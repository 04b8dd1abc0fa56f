using Oddswire.Actors.Ports;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Actors.Feeds;

#pragma warning disable CA1032, CA1710 // a name that reads as what happened; thrown here and nowhere else, never without its reason
/// <summary>The one expected exception: the connection is over, its supervisor brings it back - not before the venue allows, or not at all.</summary>
public sealed class ConnectionLost(string reason, TimeSpan? notBefore = null, bool refused = false) : Exception(reason), IExpectedFailure
#pragma warning restore CA1032, CA1710
{
    /// <summary>429 without Retry-After, 503: the venue has asked for a rest without saying how long.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    public TimeSpan? NotBefore { get; } = notBefore;

    /// <summary>Dialling again would change nothing: settings are wrong, or we are not welcome.</summary>
    public bool Refused { get; } = refused;

    /// <summary>The venue was there and said nothing.</summary>
    internal bool WasSilent => Message.StartsWith("silent", StringComparison.Ordinal);

    /// <summary>The close frame's code, if there was one.</summary>
    public int? Code { get; private init; }

    /// <summary>What nobody but the operator can mend is a warning.</summary>
    bool IExpectedFailure.IsExpected => !Refused;

    /// <summary>For who keeps connections: for ever, as fast as the venue allows, until it refuses.</summary>
    internal static SupervisorStrategy Strategy(Backoff backoff) => new(
        Scope.OneForOne,
        static cause => cause is ConnectionLost lost ? lost.Refused ? Directive.Stop : new Decision(Directive.Restart, lost.NotBefore) : Directive.Restart,
        RestartLimit.Unlimited,
        backoff);

    /// <summary>What the venue said, sorted into retry, wait and stop.</summary>
    internal static ConnectionLost Because(Exception cause, Func<int?, string, bool> isRefusal) => cause switch
    {
        UpstreamClosedException refusal when isRefusal(refusal.Code, refusal.Reason) => new($"closed with {refusal.Code} {refusal.Reason}", refused: true) { Code = refusal.Code },
        DialFailedException { Status: 401 or 403 } refused => new($"refused with HTTP {refused.Status}", refused: true),
        DialFailedException { Status: 429 or 503 } busy => new($"HTTP {busy.Status}", busy.RetryAfter ?? Rest),
        DialFailedException { Status: { } status } failed => new($"HTTP {status}", failed.RetryAfter),
        DialFailedException failed => new($"cannot connect: {failed.Message}"),
        UpstreamClosedException { Code: 1008 } closed => new($"closed with 1008 {closed.Reason}", Rest),
        UpstreamClosedException { Code: 1013 } closed => new($"closed with 1013 {closed.Reason}", TimeSpan.FromSeconds(1)) { Code = 1013 },
        UpstreamClosedException { Code: { } code } closed => new($"closed with {code} {closed.Reason}".TrimEnd()),
        UpstreamClosedException { Reason.Length: > 0 } given => new(given.Reason),
        UpstreamClosedException => new("dropped without a close frame"),
        OperationCanceledException => new("timed out"),
        _ => new(cause.Message),
    };
}
