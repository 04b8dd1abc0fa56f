using Microsoft.AspNetCore.Http;

namespace Oddswire.Simulator.Shell;

internal static class Bodies
{
    // Null: larger than allowed.
    public static async Task<ReadOnlyMemory<byte>?> Read(HttpContext context, int limit)
    {
        if (context.Request.ContentLength > limit) return null;
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            if (body.Length + read > limit) return null;
            body.Write(buffer, 0, read);
        }
        return body.ToArray();
    }
}
