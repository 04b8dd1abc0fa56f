using System.Text;
using System.Text.Json;
using Oddswire.Host.Downstream;
using Oddswire.Host.Storage;

namespace Oddswire.Host.CommandLine;

/// <summary>An entry of the journal as a line: all that its hash is made of, byte by byte.</summary>
internal static class JournalLine
{
    internal static string Of(JournalRow row) => Encoding.UTF8.GetString(Answer.Of(200, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("position", row.Position);
        json.WriteString("stream", row.Entry.PersistenceId);
        json.WriteNumber("sequence", row.Entry.Sequence);
        json.WriteString("resource", row.Entry.Fence.Resource);
        json.WriteNumber("term", row.Entry.Fence.Term);
        json.WriteString("write_id", row.Entry.WriteId.ToString(System.Globalization.CultureInfo.InvariantCulture)); // 64 bits: more than a number of JSON holds for everybody
        json.WriteString("hash", Convert.ToHexStringLower(row.Hash.Span));
        if (IsOneLineOfJson(row.Entry.Payload))
        {
            json.WritePropertyName("event");
            json.WriteRawValue(row.Entry.Payload.Span, skipInputValidation: true);
        }
        else
        {
            json.WriteBase64String("event_base64", row.Entry.Payload.Span);
        }
        json.WriteEndObject();
    }).Body.Span);

    private static bool IsOneLineOfJson(ReadOnlyMemory<byte> payload)
    {
        if (payload.Span.ContainsAny((byte)'\n', (byte)'\r')) return false;
        try
        {
            using var document = JsonDocument.Parse(payload);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
