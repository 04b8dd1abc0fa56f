namespace Oddswire.Host.Downstream.Connections;

/// <summary>A connection that has become a WebSocket, after HTTP has let go of it: its bytes in both directions, and its end.</summary>
internal abstract class Line : IDisposable
{
    /// <summary>Nothing: the client has ended. Where there is no room to read into, waits until there is something to read.</summary>
    internal abstract ValueTask<int> Read(Memory<byte> room, CancellationToken cancel = default);

    /// <summary>How much of it the kernel has taken, without waiting. Whatever is wrong shows in the write that follows.</summary>
    internal abstract int Send(ReadOnlySpan<byte> bytes);

    /// <summary>Is over when the kernel has all of it.</summary>
    internal abstract ValueTask Write(ReadOnlyMemory<byte> bytes);

    /// <summary>At once, whatever is on its way. Who reads or writes fails.</summary>
    internal abstract void Abort();

    public abstract void Dispose();
}
