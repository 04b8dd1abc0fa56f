using System.Text.Json;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Clob;

/// <summary>What a frame of the market channel is, before its events are read.</summary>
public enum ClobFrameKind : byte { Events, Pong, NoNewAssets, InvalidOperation, InvalidMessage, Text }

/// <summary>
/// Reads the events of one frame of the market channel: an array of opening books, or one object. Keys come in any order, and
/// the kind of an event often last. Nothing is thrown for what the venue wrote.
/// </summary>
public ref struct ClobMarketReader
{
    private readonly ReadOnlySpan<byte> _frame;
    private Utf8JsonReader _json;
    private bool _ended;

    public ClobMarketReader(ReadOnlySpan<byte> frame)
    {
        var text = frame.Trim(" \t\r\n"u8);
        _frame = frame;
        Kind = text.IsEmpty ? ClobFrameKind.Text
            : text[0] is (byte)'{' or (byte)'[' ? ClobFrameKind.Events
            : text.SequenceEqual("PONG"u8) || text.SequenceEqual("pong"u8) ? ClobFrameKind.Pong
            : text.SequenceEqual("NO NEW ASSETS"u8) ? ClobFrameKind.NoNewAssets
            : text.SequenceEqual("INVALID OPERATION"u8) ? ClobFrameKind.InvalidOperation
            : text.SequenceEqual("INVALID MESSAGE"u8) ? ClobFrameKind.InvalidMessage
            : ClobFrameKind.Text;
        _ended = Kind != ClobFrameKind.Events;
        _json = _ended ? default : new Utf8JsonReader(frame, JsonInput.Options);
    }

    public ClobFrameKind Kind { get; }

    /// <summary>False: the frame has no more events. A frame that stops being JSON ends with one that is malformed.</summary>
    public bool Read(ClobMarketEvent into)
    {
        if (_ended) return false;
        into.Clear();
        if (_json.BytesConsumed == 0)
        {
            if (_ended = ClobChangeScan.TryRead(_frame, into)) return true;
            into.Clear();
        }
        try
        {
            return _json.Read() && Next(into);
        }
        catch (JsonException fault)
        {
            _ended = true;
            into.Kind = ClobEventKind.Malformed;
            into.Json = ..;
            into.Problem = "the frame is " + JsonInput.Describe(fault);
            return true;
        }
    }

    private bool Next(ClobMarketEvent into)
    {
        if (_json.CurrentDepth == 0 && _json.TokenType == JsonTokenType.StartArray) _json.Read();
        if (_json.TokenType == JsonTokenType.EndArray)
        {
            End();
            return false;
        }
        var start = (int)_json.TokenStartIndex;
        if (_json.TokenType == JsonTokenType.StartObject)
        {
            ClobEventDraft.Read(ref _json, into);
        }
        else
        {
            into.Kind = ClobEventKind.Malformed;
            into.Problem = "an event is no object";
            _json.Skip();
        }
        into.Json = start..(int)_json.BytesConsumed;
        if (_json.CurrentDepth == 0) End();
        return true;
    }

    private void End()
    {
        _ended = true;
        _json.Read(); // throws if something follows
    }

    /// <summary>
    /// The market of an event that begins with it, as nearly all do: enough to know whose it is, without reading it. False: it has to be read.
    /// </summary>
    public static bool TryPeekMarket(ReadOnlySpan<byte> frame, out ConditionId market)
    {
        market = default;
        if (!frame.StartsWith("{\"market\":\""u8)) return false;
        var rest = frame["{\"market\":\""u8.Length..];
        return rest.Length > ConditionId.MaxLength && rest[ConditionId.MaxLength] == '"' && ConditionId.TryParse(rest[..ConditionId.MaxLength], out market);
    }

    public readonly ReadOnlySpan<byte> JsonOf(ClobMarketEvent read) => _frame[read.Json];
}
