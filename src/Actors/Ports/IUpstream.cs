using System.Collections.Immutable;

namespace Oddswire.Actors.Ports;

/// <summary>Dials a venue's WebSocket.</summary>
public interface IUpstream
{
    /// <summary>Completes when the socket is open. Throws <see cref="DialFailedException"/>.</summary>
    ValueTask<IUpstreamSocket> Dial(UpstreamAddress address, CancellationToken cancel);
}

/// <param name="Url">Without secrets where it is logged: a URL may carry a key, so it is never logged whole.</param>
public sealed record UpstreamAddress(Uri Url, ImmutableArray<KeyValuePair<string, string>> Headers)
{
    /// <summary>Ping frames this often, and the socket has ended when one is not answered as long again. Null: pongs prove nothing there.</summary>
    public TimeSpan? Ping { get; init; }

    public override string ToString() => $"{Url.Scheme}://{Url.Authority}/";
}

/// <summary>One open socket. Reading is pulled: the next batch is read when the last one has been handed on.</summary>
public interface IUpstreamSocket : IAsyncDisposable
{
    /// <summary>
    /// At least one text frame, and what else has arrived; each in memory of its own, to which nobody writes any more, for parts of it are handed on.
    /// Throws <see cref="UpstreamClosedException"/> when the socket has ended in whatever way.
    /// </summary>
    ValueTask<ImmutableArray<ReadOnlyMemory<byte>>> Receive(CancellationToken cancel);

    /// <summary>One text frame, queued and sent in order. A venue that takes nothing any more, or a failing send, ends the socket and shows in <see cref="Receive"/>.</summary>
    void Send(ReadOnlyMemory<byte> text);
}

/// <summary>The upgrade did not succeed: the HTTP status if there was an answer, and the venue's Retry-After.</summary>
public sealed class DialFailedException : Exception
{
    public DialFailedException() { }
    public DialFailedException(string message) : base(message) { }
    public DialFailedException(string message, Exception cause) : base(message, cause) { }

    public int? Status { get; init; }
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>The socket has ended: with a close frame's code and reason, or without any.</summary>
public sealed class UpstreamClosedException : Exception
{
    public UpstreamClosedException() { }
    public UpstreamClosedException(string message) : base(message) { }
    public UpstreamClosedException(string message, Exception cause) : base(message, cause) { }

    public int? Code { get; init; }
    public string Reason { get; init; } = "";
}
