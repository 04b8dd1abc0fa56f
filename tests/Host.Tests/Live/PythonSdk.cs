using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Oddswire.TestKit;

namespace Oddswire.Host.Tests.Live;

/// <summary>
/// What the Python SDK of Dome does with a server, and nothing that it does not: the first pending subscribe takes the next ack, events are
/// indexed by twelve keys and dropped when one is missing, 1000 and 1001 end it for good, anything else has it come back and subscribe anew,
/// one after the other.
/// </summary>
internal sealed class PythonSdk(Uri gateway, string key) : IAsyncDisposable
{
    private static readonly string[] Indexed =
        ["token_id", "side", "market_slug", "condition_id", "shares", "shares_normalized", "price", "tx_hash", "title", "timestamp", "order_hash", "user"];

    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _filters = [];
    private readonly Queue<TaskCompletionSource<string>> _pending = [];
    private readonly Changes _changes = new();
    private ClientWebSocket _socket = new();
    private Task _running = Task.CompletedTask;

    internal List<string> Ids { get; } = [];
    internal List<string> Users { get; } = [];
    internal List<WebSocketCloseStatus?> Closed { get; } = [];
    internal int Dropped { get; private set; }
    internal int Connections { get; private set; }
    internal Lock State { get; } = new();

    internal Task Until(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") => _changes.Until(
        () =>
        {
            lock (State)
                return condition();
        },
        what);

    internal async Task Connect()
    {
        await Dial();
        _running = Run();
    }

    internal async Task<string> Subscribe(string filters)
    {
        var id = await Ask(filters);
        lock (State)
            _filters.Add(filters);
        return id;
    }

    /// <summary>Sends, and does not wait.</summary>
    internal Task Update(string id, string filters) =>
        Send($$"""{"action":"update","subscription_id":"{{id}}","platform":"polymarket","version":1,"type":"orders","filters":{{filters}}}""");

    internal Task Unsubscribe(string id) => Send($$"""{"action":"unsubscribe","version":1,"subscription_id":"{{id}}"}""");

    private async Task Dial()
    {
        _socket = new ClientWebSocket();
        _socket.Options.SetRequestHeader("x-dome-sdk", "py/0.0.1");
        await _socket.ConnectAsync(new Uri(gateway, key), _stop.Token);
        Connections++;
    }

    private async Task<string> Ask(string filters)
    {
        var acknowledged = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (State)
            _pending.Enqueue(acknowledged);
        await Send($$"""{"action":"subscribe","platform":"polymarket","version":1,"type":"orders","filters":{{filters}}}""");
        return await acknowledged.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, _stop.Token);
    }

    private async Task Send(string text) => await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, _stop.Token);

    private async Task Run()
    {
        var delay = TimeSpan.FromMilliseconds(20);      // its second, in short
        while (true)
        {
            await Listen();
            if (_stop.IsCancellationRequested || Closed[^1] is WebSocketCloseStatus.NormalClosure or WebSocketCloseStatus.EndpointUnavailable)
                return;
            while (true)
            {
                await Task.Delay(delay, TimeProvider.System);
                try
                {
                    await Dial();
                    break;
                }
                catch (WebSocketException)
                {
                    delay = delay < TimeSpan.FromSeconds(1) ? delay * 2 : delay;
                }
            }
            _ = SubscribeAgain();
        }
    }

    private async Task SubscribeAgain()
    {
        string[] wanted;
        lock (State)
            wanted = [.. _filters];
        foreach (var filters in wanted)
            await Ask(filters);
    }

    private async Task Listen()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer, _stop.Token);
                if (part.MessageType == WebSocketMessageType.Close)
                    break;
                if (!part.EndOfMessage)
                    throw new InvalidOperationException("a message in pieces");
                Heard(JsonElement.Parse(buffer.AsSpan(0, part.Count)));
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // A dropped connection: as good as any close code but two.
        }
        lock (State)
            Closed.Add(_socket.CloseStatus);
        _changes.Tell();
        _socket.Dispose();
    }

    private void Heard(JsonElement frame)
    {
        lock (State)
        {
            switch (frame.GetProperty("type").GetString())
            {
                case "ack" when _pending.TryDequeue(out var pending):
                    Ids.Add(frame.GetProperty("subscription_id").GetString()!);
                    pending.SetResult(Ids[^1]);
                    break;
                case "event":
                    var data = frame.GetProperty("data");
                    if (Array.TrueForAll(Indexed, name => data.TryGetProperty(name, out _)) && data.GetProperty("shares").TryGetInt64(out _))
                        Users.Add(data.GetProperty("user").GetString()!);
                    else
                        Dropped++;
                    break;
            }
        }
        _changes.Tell();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _socket.Dispose();
        _stop.Dispose();
    }
}
