using System.Buffers;
using System.Text.Json;
using Oddswire.Protocols.Dome;

namespace Oddswire.Host.Downstream;

/// <summary>Bodies of HTTP answers.</summary>
internal static class Respond
{
    internal static Task DomeError(HttpContext http, int status, DomeError error, string message)
    {
        var body = new ArrayBufferWriter<byte>();
        DomeReplyCodec.EncodeHttpError(error, message, body);
        return Json(http, status, body.WrittenMemory);
    }

    internal static Task Error(HttpContext http, int status, string code, string message) =>
        Write(http, status, json =>
        {
            json.WriteStartObject();
            json.WriteString("error", code);
            json.WriteString("message", message);
            json.WriteEndObject();
        });

    internal static Task Write(HttpContext http, int status, Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
            write(json);
        return Json(http, status, body.WrittenMemory);
    }

    internal static async Task Json(HttpContext http, int status, ReadOnlyMemory<byte> body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    internal static async Task Text(HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync(text, http.RequestAborted);
    }
}
