using System.Buffers;

namespace Oddswire.Actors.Sessions;

/// <summary>
/// One small frame at a time, encoded here and copied into the outbox. It keeps its array between frames, unless that has become large: sessions share
/// those of their threads, and an idle one has none.
/// </summary>
internal sealed class FrameBuffer : IBufferWriter<byte>
{
    private const int MostKept = 1 << 20;

    [ThreadStatic] private static FrameBuffer? _ofThread;

    private byte[] _bytes = [];
    private int _length;

    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>For what is encoded and copied on before anything else is encoded.</summary>
    internal static FrameBuffer OfThread => _ofThread ??= new();

    internal void Clear()
    {
        _length = 0;
        if (_bytes.Length > MostKept)
            _bytes = [];
    }

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => Room(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => Room(sizeHint).Span;

    private Memory<byte> Room(int sizeHint)
    {
        var wanted = _length + Math.Max(sizeHint, 64);
        if (wanted > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(wanted, _bytes.Length * 2));
        return _bytes.AsMemory(_length);
    }
}
