using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Oddswire.Simulator.Shell.Sockets;

// RFC 6455, section 4: what makes a request an upgrade, and the answer to its key. By hand, because a simulator has to
// break frames in the middle, and the ready-made WebSocket would not let it.
internal static class WebSocketHandshake
{
    private const string Salt = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    public static bool IsAskedFor(HttpContext context) =>
        context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
        && context.Request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase)
        && context.Request.Headers.SecWebSocketVersion == "13"
        && context.Request.Headers.SecWebSocketKey.ToString().Length is > 0 and <= 64;

    public static async Task<Stream> Accept(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.Connection = "Upgrade";
        headers.Upgrade = "websocket";
        headers.SecWebSocketAccept = AnswerTo(context.Request.Headers.SecWebSocketKey.ToString());
        return await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
    }

#pragma warning disable CA5350 // SHA-1 is what the RFC asks for; nothing is protected by it.
    public static string AnswerTo(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Salt)));
#pragma warning restore CA5350
}
