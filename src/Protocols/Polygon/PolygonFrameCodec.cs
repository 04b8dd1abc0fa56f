using System.Text.Json;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Polygon;

/// <summary>Reads answers and pushes of a Polygon node, in any order of keys; nothing is thrown for what it wrote.</summary>
public static class PolygonFrameCodec
{
    public static PolygonFrame Decode(ReadOnlySpan<byte> frame)
    {
        try
        {
            var draft = default(Draft);
            return draft.Read(frame) ? draft.Finish() : new PolygonFrame.Malformed("the frame is no JSON object");
        }
        catch (JsonException fault)
        {
            return new PolygonFrame.Malformed("the frame is " + JsonInput.Describe(fault));
        }
    }

    private enum Result
    {
        None,
        Null,
        Text,
        Flag,
        Logs,
        Receipt,
        Header,
        Unknown,
    }

    private struct Draft
    {
        private const int LongestText = 128;
        private const int LongestMessage = 1024;
        private long? _id;
        private Result _result;
        private string? _text;
        private bool _flag;
        private bool _failed;
        private long? _block;
        private long? _timestamp;
        private LogCollector? _logs;
        private string? _subscription;
        private bool _hasError;
        private long _code;
        private string? _message;

        public bool Read(ReadOnlySpan<byte> frame)
        {
            var reader = new Utf8JsonReader(frame, JsonInput.Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = JsonInput.Name(ref reader);
                reader.Read();
                if (name.SequenceEqual("result"u8)) Answer(ref reader);
                else if (name.SequenceEqual("params"u8)) Push(ref reader);
                else if (name.SequenceEqual("id"u8)) _id = JsonInput.TryGetLong(ref reader, out var id) ? id : null;
                else if (name.SequenceEqual("error"u8)) Refusal(ref reader);
                reader.Skip();
            }
            reader.Read(); // throws if something follows the object
            return true;
        }

        public readonly PolygonFrame Finish()
        {
            if (_subscription is not null) return _logs is null ? new PolygonFrame.Malformed("params.result is no log") : new PolygonFrame.Pushed(_subscription, _logs.Batch);
            if (_hasError) return new PolygonFrame.Error(_id, _code, _message ?? "");
            if (_id is not { } id) return new PolygonFrame.Malformed("id is missing");
            return _result switch
            {
                Result.Null => new PolygonFrame.Nothing(id),
                Result.Text when _text is not null => new PolygonFrame.Text(id, _text),
                Result.Flag => new PolygonFrame.Flag(id, _flag),
                Result.Logs => new PolygonFrame.Logs(id, _logs!.Batch),
                Result.Receipt => new PolygonFrame.Receipt(id, !_failed, _logs!.Batch),
                Result.Header when _block is { } block && _timestamp is { } timestamp => new PolygonFrame.Header(id, block, timestamp),
                Result.None => new PolygonFrame.Malformed("result is missing"),
                _ => new PolygonFrame.Malformed("result has no shape that was asked for"),
            };
        }

        private void Answer(ref Utf8JsonReader reader)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.Null:
                    _result = Result.Null;
                    break;
                case JsonTokenType.True or JsonTokenType.False:
                    (_result, _flag) = (Result.Flag, reader.TokenType == JsonTokenType.True);
                    break;
                case JsonTokenType.String:
                    (_result, _text) = (Result.Text, JsonInput.TryGetText(ref reader, LongestText, out var text) ? text : null);
                    break;
                case JsonTokenType.StartArray:
                    _result = Result.Logs;
                    Logs(ref reader);
                    break;
                case JsonTokenType.StartObject:
                    _result = Result.Unknown;
                    while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) AnswerField(ref reader);
                    break;
                default:
                    _result = Result.Unknown;
                    break;
            }
        }

        private void AnswerField(ref Utf8JsonReader reader)
        {
            var name = JsonInput.Name(ref reader);
            reader.Read();
            if (name.SequenceEqual("logs"u8) && reader.TokenType == JsonTokenType.StartArray)
            {
                _result = Result.Receipt;
                Logs(ref reader);
            }
            else if (name.SequenceEqual("status"u8))
            {
                _failed = JsonInput.TryGet(ref reader, out HexQuantity status) && status.Value == 0;
            }
            else if (name.SequenceEqual("number"u8))
            {
                _block = JsonInput.TryGet(ref reader, out HexQuantity block) ? block.Value : null;
            }
            else if (name.SequenceEqual("timestamp"u8))
            {
                _result = Result.Header;
                _timestamp = JsonInput.TryGet(ref reader, out HexQuantity timestamp) ? timestamp.Value : null;
            }
            reader.Skip();
        }

        private void Push(ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.StartObject) return;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = JsonInput.Name(ref reader);
                reader.Read();
                if (name.SequenceEqual("subscription"u8)) _subscription = JsonInput.TryGetText(ref reader, LongestText, out var text) ? text : null;
                else if (name.SequenceEqual("result"u8) && reader.TokenType == JsonTokenType.StartObject) LogDraft.Read(ref reader, _logs ??= new());
                reader.Skip();
            }
        }

        private void Logs(ref Utf8JsonReader reader)
        {
            _logs ??= new();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) LogDraft.Read(ref reader, _logs);
        }

        private void Refusal(ref Utf8JsonReader reader)
        {
            _hasError = reader.TokenType != JsonTokenType.Null;
            if (reader.TokenType != JsonTokenType.StartObject) return;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = JsonInput.Name(ref reader);
                reader.Read();
                if (name.SequenceEqual("code"u8)) _code = JsonInput.TryGetLong(ref reader, out var code) ? code : 0;
                else if (name.SequenceEqual("message"u8)) _message = JsonInput.TryGetText(ref reader, LongestMessage, out var message) ? message : null;
                reader.Skip();
            }
        }
    }
}
