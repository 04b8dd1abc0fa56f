namespace Oddswire.Client;

/// <summary>
/// One connection, seen from the client: whole text messages. A broken connection is an <see cref="IOException"/> from
/// either method; a closed one is the end of the messages.
/// </summary>
public interface IClientSocket : IAsyncDisposable
{
    /// <summary>The next message, valid until the next call; null when the other side has closed.</summary>
    ValueTask<ReadOnlyMemory<byte>?> Receive(CancellationToken cancel);

    /// <summary>One at a time.</summary>
    ValueTask Send(ReadOnlyMemory<byte> message, CancellationToken cancel);

    /// <summary>After the end: what the other side gave as its reason.</summary>
    string CloseReason { get; }
}

/// <summary>Opens a connection. Throws <see cref="DialRefusedException"/> for an HTTP answer that is no upgrade, else <see cref="IOException"/>.</summary>
public delegate ValueTask<IClientSocket> Dialer(Uri address, CancellationToken cancel);
