using System.Collections.Immutable;
using Oddswire.Actors.Ports;

namespace Oddswire.Simulation.Gateways.Venues;

/// <summary>What has come from a venue to a gateway's socket and was not read yet, and how the connection ended.</summary>
internal sealed class Inbox
{
    private readonly List<ReadOnlyMemory<byte>> _arrived = [];
    private TaskCompletionSource<ImmutableArray<ReadOnlyMemory<byte>>>? _reader;
    private UpstreamClosedException? _end;

    internal ValueTask<ImmutableArray<ReadOnlyMemory<byte>>> Receive()
    {
        if (_arrived.Count > 0)
            return new(TakeAll());
        if (_end is { } end)
            return ValueTask.FromException<ImmutableArray<ReadOnlyMemory<byte>>>(end);
        _reader = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return new(_reader.Task);
    }

    internal void Arrive(ReadOnlyMemory<byte> frame)
    {
        _arrived.Add(frame);
        Reader()?.SetResult(TakeAll());
    }

    internal void End(UpstreamClosedException cause)
    {
        _end = cause;
        Reader()?.SetException(cause);
    }

    /// <summary>Who waits, if somebody does; he is told once.</summary>
    private TaskCompletionSource<ImmutableArray<ReadOnlyMemory<byte>>>? Reader()
    {
        var reader = _reader;
        _reader = null;
        return reader;
    }

    private ImmutableArray<ReadOnlyMemory<byte>> TakeAll()
    {
        ImmutableArray<ReadOnlyMemory<byte>> all = [.. _arrived];
        _arrived.Clear();
        return all;
    }
}
