using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace Oddswire.Host.Storage.Retention;

// One cut, as an entry of the journal in a stream of its own: written in the transaction that takes the entries away, chained and sealed like
// every other. It keeps what is needed to verify the rest.
// Position: nothing behind it went. Until: everything younger is there. Entries: how many went with this one.
// Forgotten: how many entries were in streams that have ended and are no longer listed.
internal sealed record Checkpoint(long Time, long Position, long Until, long Entries, long Forgotten, ImmutableArray<StreamBase> Bases)
{
    public const string Stream = "checkpoints";
    public const int MostBases = 1_000;

    public byte[] ToBytes()
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes)) Write(json);
        return bytes.WrittenSpan.ToArray();
    }

    // Throws InvalidDataException for what is none.
    public static Checkpoint Of(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            var root = document.RootElement;
            return new(Number(root, "time"), Number(root, "position"), Number(root, "until"), Number(root, "entries"), Number(root, "forgotten"),
                [.. root.GetProperty("bases").EnumerateArray().Select(BaseOf)]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InvalidDataException("a checkpoint of the journal cannot be read", e);
        }
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("time", Time);
        json.WriteNumber("position", Position);
        json.WriteNumber("until", Until);
        json.WriteNumber("entries", Entries);
        json.WriteNumber("forgotten", Forgotten);
        json.WriteStartArray("bases");
        foreach (var at in Bases)
        {
            json.WriteStartObject();
            json.WriteString("stream", at.Stream);
            json.WriteNumber("through", at.Through);
            json.WriteString("hash", Convert.ToHexStringLower(at.Hash.AsSpan()));
            json.WriteNumber("time", at.Time);
            if (at.Ended) json.WriteBoolean("ended", true);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static StreamBase BaseOf(JsonElement at) => new(
        at.GetProperty("stream").GetString() ?? "", Number(at, "through"), [.. Convert.FromHexString(at.GetProperty("hash").GetString() ?? "")], Number(at, "time"),
        at.TryGetProperty("ended", out _));

    private static long Number(JsonElement element, string name) => element.GetProperty(name).GetInt64();
}
