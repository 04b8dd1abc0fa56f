using System.Text.Unicode;
using Oddswire.Messages.Sessions;

namespace Oddswire.Host.Downstream;

/// <summary>What the bytes of a client amount to.</summary>
internal interface IFrameSink
{
    void Text(ReadOnlyMemory<byte> message);
    void Ping(ReadOnlySpan<byte> payload);
    void Pong();
    void Close(int? code);
    void Violated(CloseReason reason);
}

/// <summary>Makes messages of a client's bytes, however they are cut: fragments put together, control frames in between, text checked.</summary>
internal sealed class FrameAssembler(int largestMessage, IFrameSink sink)
{
    private byte[] _bytes = new byte[512];
    private int _have;
    private readonly List<byte> _fragments = [];
    private bool _inFragments;

    /// <summary>Nothing after this counts: the client closed, or broke the protocol.</summary>
    internal bool Ended { get; private set; }

    /// <summary>Where the next bytes go.</summary>
    internal Memory<byte> Room
    {
        get
        {
            if (_have == _bytes.Length)
                Array.Resize(ref _bytes, _bytes.Length * 2);
            return _bytes.AsMemory(_have);
        }
    }

    internal void Received(int count)
    {
        _have += count;
        var at = 0;
        while (!Ended && WebSocketFrames.TryReadHeader(_bytes.AsSpan(at, _have - at), out var header))
        {
            if (!header.IsLegal)
            {
                Break(CloseReason.ProtocolError);
                return;
            }
            if (header.Length + _fragments.Count > largestMessage)
            {
                Break(CloseReason.TooLarge);
                return;
            }
            var size = header.Size + (int)header.Length;
            if (_have - at < size)
            {
                if (_bytes.Length - at < size && at == 0)
                    Array.Resize(ref _bytes, size);
                break;
            }
            var payload = _bytes.AsSpan(at + header.Size, (int)header.Length);
            WebSocketFrames.Unmask(payload, header.Mask);
            Frame(header, payload);
            at += size;
        }
        _bytes.AsSpan(at, _have - at).CopyTo(_bytes);
        _have -= at;
    }

    private void Frame(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        switch (header.Opcode)
        {
            case Opcode.Ping:
                sink.Ping(payload);
                break;
            case Opcode.Pong:
                sink.Pong();
                break;
            case Opcode.Close:
                Ended = true;
                sink.Close(payload.Length >= 2 ? (payload[0] << 8) | payload[1] : null);
                break;
            case Opcode.Binary:
                Break(CloseReason.Binary);
                break;
            case Opcode.Text when _inFragments:
            case Opcode.Continuation when !_inFragments:
                Break(CloseReason.ProtocolError);
                break;
            case Opcode.Text when header.Final:
                Message(payload.ToArray());
                break;
            default:
                _fragments.AddRange(payload);
                _inFragments = !header.Final;
                if (header.Final)
                {
                    var message = _fragments.ToArray();
                    _fragments.Clear();
                    Message(message);
                }
                break;
        }
    }

    private void Message(byte[] message)
    {
        if (Utf8.IsValid(message))
            sink.Text(message);
        else
            Break(CloseReason.ProtocolError);
    }

    private void Break(CloseReason reason)
    {
        Ended = true;
        sink.Violated(reason);
    }
}
