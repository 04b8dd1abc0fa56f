using Oddswire.Host.Downstream.Connections;

namespace Oddswire.Benchmarks.Stages;

/// <summary>Takes everything at no cost.</summary>
internal sealed class NoLine : Line
{
    internal override ValueTask<int> Read(Memory<byte> room, CancellationToken cancel = default) => default;

    internal override int Send(ReadOnlySpan<byte> bytes) => bytes.Length;

    internal override ValueTask Write(ReadOnlyMemory<byte> bytes) => default;

    internal override void Abort()
    {
        // Nothing is there.
    }

    public override void Dispose()
    {
        // Nothing is there.
    }
}
