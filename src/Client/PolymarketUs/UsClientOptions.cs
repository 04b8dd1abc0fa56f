using Oddswire.Protocols.PolymarketUs;

namespace Oddswire.Client.PolymarketUs;

/// <summary>Opens a connection with the headers of a handshake. Throws as <see cref="Dialer"/> does.</summary>
public delegate ValueTask<IClientSocket> UsDialer(Uri address, UsHeaders headers, CancellationToken cancel);

public sealed record UsClientOptions
{
    /// <summary>The venue, or an Oddswire that serves it, or `oddswire simulate`: http(s) or ws(s), without the path.</summary>
    public Uri Url { get; init; } = new("wss://api.polymarket.us");

    public required string KeyId { get; init; }

    /// <summary>Base64 of the seed of 32 bytes, or of the 64 bytes with the public key.</summary>
    public required string Secret { get; init; }

    /// <summary>Messages that wait for their reader, for each stream. When it is full nothing more is read from the socket.</summary>
    public int Buffer { get; init; } = 4096;

    /// <summary>Nothing heard for so long, not even a heartbeat: the connection is dead.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(75);

    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(10);
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(0.5);
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(30);
    public TimeProvider Time { get; init; } = TimeProvider.System;
    public Random Random { get; init; } = new();
    public UsDialer Dial { get; init; } = WebSockets;

    // The compiler's own would print the secret.
    public override string ToString() => $"{nameof(UsClientOptions)} {{ {Url} }}";

    internal Uri Address(UsSocket socket)
    {
        var scheme = Url.Scheme switch { "http" => "ws", "https" => "wss", var other => other };
        return new UriBuilder(Url) { Scheme = scheme, Path = Url.AbsolutePath.TrimEnd('/') + UsSigning.PathOf(socket), Query = "" }.Uri;
    }

    private static ValueTask<IClientSocket> WebSockets(Uri address, UsHeaders headers, CancellationToken cancel) => WebSocketDialer.Dial(
        address, [(UsHeaders.AccessKeyName, headers.AccessKey), (UsHeaders.TimestampName, headers.Timestamp), (UsHeaders.SignatureName, headers.Signature)], cancel);
}
