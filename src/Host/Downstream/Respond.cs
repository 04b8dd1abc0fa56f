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

    internal static Task Error(HttpContext http, int status, string code, string message) => With(http, Answer.Error(status, code, message));

    internal static Task Write(HttpContext http, int status, Action<Utf8JsonWriter> write) => With(http, Answer.Of(status, write));

    internal static async Task With(HttpContext http, Answer answer)
    {
        if (answer.Status is 429 or 503 && http.Response.Headers.RetryAfter.Count == 0)
            http.Response.Headers.RetryAfter = "1";
        if (answer.Body.IsEmpty)
            http.Response.StatusCode = answer.Status;
        else
            await Json(http, answer.Status, answer.Body);
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
