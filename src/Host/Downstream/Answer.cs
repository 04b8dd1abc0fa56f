using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Oddswire.Host.Downstream;

/// <summary>What the HTTP API says to a request: a status and a JSON body. The command line says the same when it works without a gateway.</summary>
internal readonly record struct Answer(int Status, ReadOnlyMemory<byte> Body)
{
    // For programs and terminals: nobody puts it into a page, where a ' would matter.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal bool IsDone => Status is >= 200 and < 300;

    internal static Answer Of(int status, Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body, Plain))
            write(json);
        return new(status, body.WrittenMemory);
    }

    /// <param name="field">Where in the request it is, such as filters.users[3].</param>
    internal static Answer Error(int status, string code, string message, string? field = null) => Of(status, json =>
    {
        json.WriteStartObject();
        json.WriteString("error", code);
        json.WriteString("message", message);
        if (field is not null)
            json.WriteString("field", field);
        json.WriteEndObject();
    });
}
