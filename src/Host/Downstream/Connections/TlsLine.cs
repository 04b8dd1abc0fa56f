using Microsoft.AspNetCore.Connections;

namespace Oddswire.Host.Downstream.Connections;

/// <summary>One whose TLS is Kestrel's, so it stays Kestrel's: it ends when whoever serves it returns.</summary>
internal sealed class TlsLine(ConnectionContext connection) : Line
{
    private readonly Stream _input = connection.Transport.Input.AsStream();
    private readonly Stream _output = connection.Transport.Output.AsStream();

    internal override ValueTask<int> Read(Memory<byte> room, CancellationToken cancel = default) => _input.ReadAsync(room, cancel);

    internal override int Send(ReadOnlySpan<byte> bytes) => 0;

    internal override ValueTask Write(ReadOnlyMemory<byte> bytes) => _output.WriteAsync(bytes);

    internal override void Abort() => connection.Abort();

    public override void Dispose()
    {
        // Kestrel's to do.
    }
}
