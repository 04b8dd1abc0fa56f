using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Simulator.Venues;

namespace Oddswire.Actors.Tests;

/// <summary>A socket to a venue of the stand-in, without a network.</summary>
/// <param name="use">Does something at the stand-in, at the time that it is.</param>
internal sealed class StreetSocket(Action<Action> use) : IUpstreamSocket, IWire
{
    private readonly List<ReadOnlyMemory<byte>> _arrived = [];
    private TaskCompletionSource<ImmutableArray<ReadOnlyMemory<byte>>>? _reader;
    private UpstreamClosedException? _end;

    internal Connection Connection { get; set; } = null!;

    public ValueTask<ImmutableArray<ReadOnlyMemory<byte>>> Receive(CancellationToken cancel)
    {
        if (_arrived.Count > 0)
            return new(TakeAll());
        if (_end is { } end)
            return ValueTask.FromException<ImmutableArray<ReadOnlyMemory<byte>>>(end);
        _reader = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return new(_reader.Task);
    }

    public void Send(ReadOnlyMemory<byte> text)
    {
        var bytes = text.ToArray();
        use(() => Connection.Receive(new ClientFrame(ClientFrameKind.Text, bytes)));
    }

    /// <summary>Who reads is told here: a cancellation would tell him on another thread.</summary>
    public ValueTask DisposeAsync()
    {
        if (_reader is { } reader)
        {
            _reader = null;
            reader.TrySetException(new UpstreamClosedException("hung up"));
        }
        use(Connection.Lost);
        return default;
    }

    void IWire.Send(in ServerFrame frame)
    {
        if (frame.Kind is FrameKind.Text or FrameKind.Binary)
            _arrived.Add(frame.Payload());
        else if (frame.Kind is FrameKind.Close)
            _end = new UpstreamClosedException("closed") { Code = frame.Code, Reason = frame.Reason };
        else if (frame.Ends)
            _end = new UpstreamClosedException("dropped");
        if (_reader is not { } reader || (_arrived.Count == 0 && _end is null))
            return;
        _reader = null;
        if (_arrived.Count > 0)
            reader.TrySetResult(TakeAll());
        else
            reader.TrySetException(_end!);
    }

    private ImmutableArray<ReadOnlyMemory<byte>> TakeAll()
    {
        ImmutableArray<ReadOnlyMemory<byte>> all = [.. _arrived];
        _arrived.Clear();
        return all;
    }
}
