using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Oddswire.Messages.Sessions;

namespace Oddswire.Host.Downstream;

/// <summary>What the bytes of a client amount to.</summary>
internal interface IFrameSink
{
    /// <summary>False: that is one too many.</summary>
    bool Text(ReadOnlyMemory<byte> message);

    void Ping(ReadOnlySpan<byte> payload);
    void Pong();
    void Close(int? code);
    void Violated(CloseReason reason);
}

/// <summary>Makes messages of a client's bytes, however they are cut: fragments put together, control frames in between, text checked.</summary>
internal sealed class FrameAssembler(int largestMessage, IFrameSink sink) : IDisposable
{
    // Most frames of most clients. A buffer that had to grow for a large one is given up after it, and one that holds nothing at once.
    private const int Usual = 512;

    private byte[] _bytes = [];
    private int _have;
    private ArrayBufferWriter<byte>? _fragments;    // of a message that has begun
    private int _fragmentsChecked;                  // so much of it is text

    /// <summary>Nothing after this counts: the client closed, or broke the protocol.</summary>
    internal bool Ended { get; private set; }

    /// <summary>Text in a binary frame is as good.</summary>
    internal bool TakesBinary { get; init; }

    /// <summary>It broke the protocol.</summary>
    internal bool Violated { get; private set; }

    /// <summary>Where the next bytes go.</summary>
    internal Memory<byte> Room
    {
        get
        {
            if (_have == _bytes.Length)
                Resize(Math.Max(Usual, _bytes.Length * 2));
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
            if (!header.IsControl && header.Length + (_fragments?.WrittenCount ?? 0) > largestMessage)
            {
                Break(CloseReason.TooLarge);
                return;
            }
            var size = header.Size + (int)header.Length;
            if (_have - at < size)
            {
                if (_bytes.Length - at < size && at == 0)
                    Resize(size);
                break;
            }
            var payload = _bytes.AsSpan(at + header.Size, (int)header.Length);
            WebSocketFrames.Unmask(payload, header.Mask);
            Frame(header, payload);
            at += size;
        }
        Keep(at);
    }

    public void Dispose() => Resize(0);

    private void Keep(int from)
    {
        if (from == 0)
            return;
        _bytes.AsSpan(from, _have - from).CopyTo(_bytes);
        _have -= from;
        if (_have == 0)
            Resize(0);
        else if (_bytes.Length > Usual && _have <= Usual)
            Resize(Usual);
    }

    private void Resize(int size)
    {
        var other = size == 0 ? [] : ArrayPool<byte>.Shared.Rent(size);
        _have = Math.Min(_have, size);
        _bytes.AsSpan(0, _have).CopyTo(other);
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = other;
    }

    private void Frame(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        switch (header.Opcode == Opcode.Binary && TakesBinary ? Opcode.Text : header.Opcode)
        {
            case Opcode.Ping:
                sink.Ping(payload);
                break;
            case Opcode.Pong:
                sink.Pong();
                break;
            case Opcode.Close:
                Close(payload);
                break;
            case Opcode.Text when _fragments is not null:
            case Opcode.Continuation when _fragments is null:
                Break(CloseReason.ProtocolError);
                break;
            case Opcode.Binary:
                Break(CloseReason.Binary);
                break;
            case Opcode.Text when header.Final:
                Message(payload.ToArray());
                break;
            default:
                Fragment(payload, header.Final);
                break;
        }
    }

    private void Fragment(ReadOnlySpan<byte> payload, bool final)
    {
        _fragments ??= new ArrayBufferWriter<byte>();
        _fragments.Write(payload);
        if (!final)
        {
            // What is no text ends with the fragment that shows it, however many more would follow.
            var whole = WholeCharacters(_fragments.WrittenSpan);
            if (Utf8.IsValid(_fragments.WrittenSpan[_fragmentsChecked..whole]))
                _fragmentsChecked = whole;
            else
                Break(CloseReason.NotText);
            return;
        }
        var message = _fragments.WrittenMemory;
        (_fragments, _fragmentsChecked) = (null, 0);
        Message(message);
    }

    /// <summary>Its length without a last character that may go on with the next fragment.</summary>
    private static int WholeCharacters(ReadOnlySpan<byte> text)
    {
        for (var last = text.Length - 1; last >= Math.Max(0, text.Length - 3); last--)
        {
            if (Rune.DecodeFromUtf8(text[last..], out _, out _) == OperationStatus.NeedMoreData)
                return last;
        }
        return text.Length;
    }

    private void Close(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
        {
            Ended = true;
            sink.Close(null);
            return;
        }
        var code = payload.Length == 1 ? 0 : (payload[0] << 8) | payload[1];
        // 1004 to 1006 and 1015 are never sent, 1016 to 2999 mean nothing yet.
        if (code is not ((>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999)))
        {
            Break(CloseReason.ProtocolError);
        }
        else if (!Utf8.IsValid(payload[2..]))
        {
            Break(CloseReason.NotText);
        }
        else
        {
            Ended = true;
            sink.Close(code);
        }
    }

    private void Message(ReadOnlyMemory<byte> message)
    {
        if (!Utf8.IsValid(message.Span))
            Break(CloseReason.NotText);
        else if (!sink.Text(message))
            Break(CloseReason.RateExceeded);
    }

    private void Break(CloseReason reason)
    {
        Ended = Violated = true;
        sink.Violated(reason);
    }
}
