using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Oddswire.Benchmarks.Peers.Kestrel;

/// <summary>The plain .NET answer to the same job: Kestrel's WebSockets, a queue per client and a SendAsync per message.</summary>
internal static class KestrelPeer
{
    private static readonly byte[] Everything =
        """{"action":"subscribe","platform":"polymarket","version":1,"type":"orders","filters":{"users":["*"]}}"""u8.ToArray();

    private static readonly ConcurrentDictionary<string, ConcurrentDictionary<KestrelClient, byte>> Followers = [];

    internal static async Task Run(int port, Uri upstream, X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.ListenLocalhost(port, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(certificate);
        }));
        await using var app = builder.Build();
        app.UseWebSockets();
        app.Run(Serve);
        await app.StartAsync();
        await Listen(upstream);
    }

    private static async Task Serve(HttpContext http)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var client = new KestrelClient(socket);
        var followed = new List<string>();
        var sending = client.Send();
        try
        {
            var buffer = new byte[4096];
            while (await Receive(socket, buffer) is { Length: > 0 } text)
            {
                using var command = JsonDocument.Parse(text);
                foreach (var wallet in command.RootElement.GetProperty("filters").GetProperty("users").EnumerateArray())
                {
                    followed.Add(wallet.GetString()!);
                    Followers.GetOrAdd(followed[^1], static _ => []).TryAdd(client, 0);
                }
                client.Tell(Encoding.ASCII.GetBytes($$"""{"type":"ack","subscription_id":"{{client.Id}}"}"""));
            }
        }
        catch (WebSocketException)
        {
            // It is gone, as it wanted or as we did.
        }
        foreach (var wallet in followed)
            Followers[wallet].TryRemove(client, out _);
        client.Leave();
        await sending;
    }

    private static async Task Listen(Uri upstream)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(upstream, CancellationToken.None);
        await socket.SendAsync(Everything, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        var buffer = new byte[64 << 10];
        while (await Receive(socket, buffer) is { Length: > 0 } text)
            Tell(text.Span);
    }

    private static void Tell(ReadOnlySpan<byte> frame)
    {
        var reader = new Utf8JsonReader(frame);
        var (user, data) = ((string?)null, 0..0);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isData = reader.ValueTextEquals("data"u8);
            reader.Read();
            var begins = (int)reader.TokenStartIndex;
            if (isData)
                user = UserOf(ref reader);
            else
                reader.Skip();
            if (isData)
                data = begins..(int)reader.BytesConsumed;
        }
        if (user is null || !Followers.TryGetValue(user, out var followers))
            return;
        foreach (var (client, _) in followers)
            client.Tell([.. client.Prefix, .. frame[data], (byte)'}']);
    }

    private static string? UserOf(ref Utf8JsonReader reader)
    {
        string? user = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isUser = reader.ValueTextEquals("user"u8);
            reader.Read();
            if (isUser)
                user = reader.GetString();
            reader.Skip();
        }
        return user;
    }

    /// <summary>One message; empty when the other side has closed.</summary>
    private static async Task<ReadOnlyMemory<byte>> Receive(WebSocket socket, Memory<byte> buffer)
    {
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer[length..], CancellationToken.None);
            if (part.MessageType == WebSocketMessageType.Close)
                return default;
            length += part.Count;
            if (part.EndOfMessage)
                return buffer[..length];
        }
    }
}
