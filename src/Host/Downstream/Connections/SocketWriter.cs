using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace Oddswire.Host.Downstream.Connections;

/// <summary>What is written by a line, and is with the kernel when it is flushed. What nobody reads any more is no error, as Kestrel wants to be told.</summary>
internal sealed class SocketWriter(SocketLine line, Action gone) : PipeWriter
{
    private const int Least = 512;

    private byte[] _bytes = [];
    private int _count;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _count;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        var size = Math.Max(sizeHint, 1);
        if (_bytes.Length - _count < size)
            Resize(Math.Max(_count + size, Math.Max(Least, _bytes.Length * 2)));
        return _bytes.AsMemory(_count);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes) => _count += bytes;

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_count == 0)
            return default;
        try
        {
            var sent = line.Send(_bytes.AsSpan(0, _count));
            await line.Write(_bytes.AsMemory(sent, _count - sent));
            return default;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            gone();
            return new FlushResult(isCanceled: false, isCompleted: true);
        }
        finally
        {
            _count = 0;
            Resize(0);
        }
    }

    public override void CancelPendingFlush()
    {
        // Whoever reads too slowly is aborted.
    }

    public override void Complete(Exception? exception = null)
    {
        _count = 0;
        Resize(0);
    }

    private void Resize(int size)
    {
        var other = size == 0 ? [] : ArrayPool<byte>.Shared.Rent(size);
        _bytes.AsSpan(0, _count).CopyTo(other);
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = other;
    }
}
