namespace Oddswire.Actors.Ports;

/// <summary>
/// The sending side of one client socket. Nothing here waits: frames are gathered until <see cref="Flush"/> and then go out as the client
/// takes them. What the client does, the adapter tells the session as messages.
/// </summary>
public interface IClientConnection
{
    /// <summary>One text frame in up to three pieces, the middle one shared by many clients.</summary>
    void Text(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> tail);

    /// <summary>One send for everything gathered. The bytes that the client has not taken yet, this included.</summary>
    long Flush();

    void Ping();

    /// <summary>A close frame behind what is queued; the socket is dropped when the client does not answer in time.</summary>
    void Close(int code, string reason);

    /// <summary>Drops the socket at once, queue and all.</summary>
    void Abort();
}
