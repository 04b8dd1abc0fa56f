using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Storage.Transfer;

// A line of an export: one JSON object. An entry of the journal is all that its hash is made of, byte by byte.
internal static class StoreLineCodec
{
    public static ReadOnlyMemory<byte> Write(StoreLine line)
    {
        var bytes = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            Write(json, line);
            json.WriteEndObject();
        }
        return bytes.WrittenMemory;
    }

    // Throws InvalidDataException for what is none.
    public static StoreLine Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException)
        {
            throw new InvalidDataException($"no line of an export: {e.Message}", e);
        }
    }

    private static void Write(Utf8JsonWriter json, StoreLine line)
    {
        switch (line)
        {
            case StoreLine.Event { Row: var row }:
                json.WriteNumber("position", row.Position);
                json.WriteString("stream", row.Entry.PersistenceId);
                Write(json, row.Entry);
                json.WriteString("hash", Convert.ToHexStringLower(row.Hash.Span));
                WriteRaw(json, "event", row.Entry.Payload);
                break;
            case StoreLine.Snapshot { Row: var row }:
                json.WriteString("snapshot", row.Entry.PersistenceId);
                Write(json, row.Entry);
                json.WriteString("hash", Convert.ToHexStringLower(row.Hash.Span));
                WriteRaw(json, "state", row.Entry.Payload);
                break;
            case StoreLine.Minute minute:
                json.WriteNumber("minute", minute.Time);
                json.WriteNumber("position", minute.Position);
                json.WriteNumber("bytes", minute.Bytes);
                break;
            case StoreLine.Cut cut:
                json.WriteNumber("cut", cut.Entries);
                json.WriteNumber("bytes", cut.Bytes);
                WriteNumber(json, "until", cut.Until);
                break;
            case StoreLine.Term term:
                json.WriteString("lease", term.Fence.Resource);
                json.WriteNumber("term", term.Fence.Term);
                json.WriteString("node", term.Owner);
                break;
            case StoreLine.Tape { Head: var head }:
                json.WriteNumber("tape", head.Epoch);
                json.WriteNumber("oldest", head.Oldest);
                json.WriteNumber("newest", head.Newest);
                WriteNumber(json, "swept_block", head.SweptBlock);
                WriteNumber(json, "swept_time", head.SweptTime);
                break;
            case StoreLine.Fill { Entry: var entry }:
                json.WriteNumber("offset", entry.Position!.Value.Offset);
                json.WriteNumber("epoch", entry.Position.Value.Epoch);
                json.WriteBoolean("late", entry.Late);
                json.WriteBoolean("removed", entry.Kind == EntryKind.Removed);
                WriteRaw(json, "fill", entry.Data);
                break;
            case StoreLine.End end:
                json.WriteNumber("end", end.Lines);
                json.WriteString("sha256", end.Hash);
                break;
        }
    }

    private static StoreLine Read(JsonElement line)
    {
        if (line.TryGetProperty("stream", out var stream))
            return new StoreLine.Event(new(Number(line, "position"), EntryOf(line, Text(stream), "event"), Convert.FromHexString(Text(line.GetProperty("hash")))));
        if (line.TryGetProperty("snapshot", out var snapshot)) return new StoreLine.Snapshot(new(0, EntryOf(line, Text(snapshot), "state"), Convert.FromHexString(Text(line.GetProperty("hash")))));
        if (line.TryGetProperty("minute", out var minute)) return new StoreLine.Minute(minute.GetInt64(), Number(line, "position"), Number(line, "bytes"));
        if (line.TryGetProperty("cut", out var cut)) return new StoreLine.Cut(cut.GetInt64(), Number(line, "bytes"), Optional(line, "until"));
        if (line.TryGetProperty("lease", out var lease)) return new StoreLine.Term(new(Text(lease), Number(line, "term")), Text(line.GetProperty("node")));
        if (line.TryGetProperty("tape", out var epoch))
            return new StoreLine.Tape(new(epoch.GetInt64(), Number(line, "oldest"), Number(line, "newest"), Optional(line, "swept_block"), Optional(line, "swept_time")));
        if (line.TryGetProperty("offset", out var offset)) return new StoreLine.Fill(FillOf(line, offset.GetInt64()));
        return line.TryGetProperty("end", out var end)
            ? new StoreLine.End(end.GetInt64(), Text(line.GetProperty("sha256")))
            : throw new InvalidDataException("a line that says nothing known: a newer Oddswire may have written it");
    }

    private static TapeEntry FillOf(JsonElement line, long offset)
    {
        var data = BytesOf(line, "fill");
        var fill = DomeDataCodec.Decode(data) ?? throw new InvalidDataException($"the fill at offset {offset} cannot be read");
        return new(line.GetProperty("removed").GetBoolean() ? EntryKind.Removed : EntryKind.Fill, new Position(Number(line, "epoch"), offset), fill, line.GetProperty("late").GetBoolean(), data);
    }

    private static void Write(Utf8JsonWriter json, Entry entry)
    {
        json.WriteNumber("sequence", entry.Sequence);
        json.WriteString("resource", entry.Fence.Resource);
        json.WriteNumber("term", entry.Fence.Term);
        json.WriteString("write_id", entry.WriteId.ToString(CultureInfo.InvariantCulture)); // 64 bits: more than a number of JSON holds for everybody
    }

    private static Entry EntryOf(JsonElement line, string id, string payload) => new(
        id, Number(line, "sequence"), new Fence(Text(line.GetProperty("resource")), Number(line, "term")),
        long.Parse(Text(line.GetProperty("write_id")), CultureInfo.InvariantCulture), BytesOf(line, payload));

    // As it stands in the store, where that is one line of JSON and nothing around it.
    private static void WriteRaw(Utf8JsonWriter json, string name, ReadOnlyMemory<byte> bytes)
    {
        if (!IsOneLineOfJson(bytes))
        {
            json.WriteBase64String(name + "_base64", bytes.Span);
            return;
        }
        json.WritePropertyName(name);
        json.WriteRawValue(bytes.Span, skipInputValidation: true);
    }

    private static byte[] BytesOf(JsonElement line, string name) =>
        line.TryGetProperty(name, out var raw) ? Encoding.UTF8.GetBytes(raw.GetRawText()) : line.GetProperty(name + "_base64").GetBytesFromBase64();

    private static bool IsOneLineOfJson(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty || bytes.Span.ContainsAny((byte)'\n', (byte)'\r') || bytes.Span[0] == ' ' || bytes.Span[^1] == ' ' || !Utf8.IsValid(bytes.Span)) return false;
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return bytes.Span[0] is not (byte)'\t' && bytes.Span[^1] is not (byte)'\t';
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } given) json.WriteNumber(name, given);
        else json.WriteNull(name);
    }

    private static long Number(JsonElement line, string name) => line.GetProperty(name).GetInt64();

    private static long? Optional(JsonElement line, string name) => line.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : null;

    private static string Text(JsonElement text) => text.GetString() ?? throw new InvalidDataException("a text that is null");
}
