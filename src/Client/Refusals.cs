using System.Net;
using Oddswire.Messages.Values;

namespace Oddswire.Client;

/// <summary>The gateway answered the upgrade with an HTTP status. 401 and 403 will not get better by asking again.</summary>
public sealed class DialRefusedException : Exception
{
    public DialRefusedException() { }
    public DialRefusedException(string message) : base(message) { }
    public DialRefusedException(string message, Exception cause) : base(message, cause) { }

    public DialRefusedException(HttpStatusCode status, TimeSpan? retryAfter, Exception? cause = null)
        : base($"the gateway refused the connection: HTTP {(int)status} {status}", cause) =>
        (Status, RetryAfter) = (status, retryAfter);

    public HttpStatusCode Status { get; }

    public TimeSpan? RetryAfter { get; }

    public bool IsFinal => Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
}

/// <summary>The gateway refused a subscribe or an update; nothing has changed.</summary>
public sealed class CommandRefusedException : Exception
{
    public CommandRefusedException() { }
    public CommandRefusedException(string message) : base(message) { }
    public CommandRefusedException(string message, Exception cause) : base(message, cause) { }

    public CommandRefusedException(string code, string message, Position? oldest) : base($"{code}: {message}") =>
        (Code, Oldest) = (code, oldest);

    /// <summary>One of the published codes, such as SUBSCRIPTION_LIMIT.</summary>
    public string Code { get; } = "";

    /// <summary>With POSITION_TOO_OLD: where the tape begins now.</summary>
    public Position? Oldest { get; }
}
