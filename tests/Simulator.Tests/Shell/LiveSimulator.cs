using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Oddswire.Simulator.Shell;
using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Simulator.Tests.Shell;

// A simulator on a free port, and clients over real sockets. Whatever is waited for has to come within five seconds.
public sealed class LiveSimulator : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly List<CancellationTokenSource> _limits = [];

    public SimulatorServer Server { get; private set; } = null!;

    public HttpClient Http { get; } = new();

    // Five seconds from now.
    public CancellationToken Limit
    {
        get
        {
            var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(Patience);
            _limits.Add(limit);
            return limit.Token;
        }
    }

    public static SimulatorSettings Settings { get; } = new() { Port = 0, World = new WorldSettings { Rate = 300 } };

    public async ValueTask InitializeAsync()
    {
        Server = await SimulatorServer.Start(Settings, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        Http.BaseAddress = Server.Url;
        Http.DefaultRequestHeaders.UserAgent.ParseAdd("tests");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
        foreach (var limit in _limits) limit.Dispose();
    }

    public Uri Socket(string path) => new UriBuilder(Server.Url) { Scheme = "ws", Path = path }.Uri;

    public async Task<ClientWebSocket> Connect(string path)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(Socket(path), Limit);
        return socket;
    }

    public async Task Say(ClientWebSocket socket, string text) =>
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Limit);

    // Null: a close frame, whose code the socket has then.
    public async Task<string?> Hear(ClientWebSocket socket)
    {
        using var text = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), Limit);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            text.Write(buffer, 0, part.Count);
            if (part.EndOfMessage) return Encoding.UTF8.GetString(text.ToArray());
        }
    }

    public async Task<JsonElement> Get(string path) => JsonElement.Parse(await Http.GetStringAsync(path, Limit));

    public async Task<HttpResponseMessage> Fault(string json)
    {
        using var body = new StringContent(json);
        return await Http.PostAsync("/sim/faults", body, Limit);
    }

    public async Task<JsonElement> Post(string path, object? body = null)
    {
        using var answer = await Http.PostAsJsonAsync(path, body, Limit);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync(Limit));
    }
}
