using System.Collections.Immutable;
using System.Text;
using Oddswire.Actors.Ports;

namespace Oddswire.Actors.Tests.Feeds;

/// <summary>A venue whose answers a test gives.</summary>
internal sealed class FakeUpstream : IUpstream
{
    internal List<FakeSocket> Sockets { get; } = [];
    internal int Dials { get; private set; }

    /// <summary>What a dial gets instead of a socket, while there is one.</summary>
    internal Exception? Refusal { get; set; }

    /// <summary>A dial that the venue does not answer.</summary>
    internal TaskCompletionSource<IUpstreamSocket>? Unanswered { get; set; }

    public ValueTask<IUpstreamSocket> Dial(UpstreamAddress address, CancellationToken cancel)
    {
        Dials++;
        if (Unanswered is { } dial)
            return new(dial.Task);
        if (Refusal is { } refusal)
            return ValueTask.FromException<IUpstreamSocket>(refusal);
        var socket = new FakeSocket();
        Sockets.Add(socket);
        return new(socket);
    }
}

internal sealed class FakeSocket : IUpstreamSocket
{
    private readonly TaskCompletionSource<ImmutableArray<ReadOnlyMemory<byte>>> _never = new();
    private readonly Queue<ReadOnlyMemory<byte>> _frames = [];
    private TaskCompletionSource<ImmutableArray<ReadOnlyMemory<byte>>>? _reader;

    internal List<string> Sent { get; } = [];
    internal bool IsDisposed { get; private set; }

    internal void Deliver(string frame)
    {
        _frames.Enqueue(Encoding.UTF8.GetBytes(frame));
        if (_reader is not { } reader)
            return;
        _reader = null;
        reader.SetResult([_frames.Dequeue()]);
    }

    internal void End(Exception cause) => (_reader ?? _never).TrySetException(cause);

    public ValueTask<ImmutableArray<ReadOnlyMemory<byte>>> Receive(CancellationToken cancel)
    {
        if (_frames.TryDequeue(out var frame))
            return new([frame]);
        _reader = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return new(_reader.Task);
    }

    public void Send(ReadOnlyMemory<byte> text) => Sent.Add(Encoding.UTF8.GetString(text.Span));

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return default;
    }
}
