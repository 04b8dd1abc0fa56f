using System.Globalization;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Oddswire.TestKit;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Oddswire.Host.Tests.Live;

/// <summary>
/// What the Python SDK of Polymarket US does with a server, and nothing that it does not: three headers over time, method and path; requests in
/// camelCase, slugs only where there are any; heartbeats and errors hide what stands beside them, then the first key that it knows names the event. It
/// does not come back, answers no heartbeat, takes a mebibyte at most, and anything but an object ends its reader.
/// </summary>
internal sealed class UsPythonSdk : IAsyncDisposable
{
    internal const string DemoSecret = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";

    private const int LargestMessage = 1 << 20;

    private static readonly (string Key, string Event)[] Known =
    [
        ("marketData", "market_data"), ("marketDataLite", "market_data_lite"), ("trade", "trade"),
        ("orderSubscriptionSnapshot", "order_snapshot"), ("ordersSnapshot", "order_snapshot"), ("orderSubscriptionUpdate", "order_update"), ("orderUpdate", "order_update"),
        ("positionSubscriptionSnapshot", "position_snapshot"), ("positionsSnapshot", "position_snapshot"),
        ("positionSubscriptionUpdate", "position_update"), ("positionUpdate", "position_update"),
        ("accountBalancesSnapshot", "account_balance_snapshot"), ("accountBalanceSubscriptionSnapshot", "account_balance_snapshot"),
        ("accountBalanceUpdate", "account_balance_update"), ("accountBalanceSubscriptionUpdate", "account_balance_update"),
    ];

    private readonly CancellationTokenSource _stop = new();
    private readonly ClientWebSocket _socket = new();
    private readonly List<(string Event, JsonElement Message)> _told = [];
    private readonly Lock _state = new();
    private readonly Changes _changes = new();
    private Task _reading = Task.CompletedTask;

    internal Exception? Crashed { get; private set; }

    internal WebSocketCloseStatus? Closed { get; private set; }

    internal Task Until(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") => _changes.Until(condition, what);

    internal async Task Connect(Uri gateway, string socket, string keyId = "demo-us", string secret = DemoSecret)
    {
        var path = $"/v1/ws/{socket}";
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var (message, signature) = (Encoding.UTF8.GetBytes($"{timestamp}GET{path}"), new byte[64]);
        Ed25519.Sign(Convert.FromBase64String(secret)[..32], 0, message, 0, message.Length, signature, 0);
        _socket.Options.SetRequestHeader("X-PM-Access-Key", keyId);
        _socket.Options.SetRequestHeader("X-PM-Timestamp", timestamp);
        _socket.Options.SetRequestHeader("X-PM-Signature", Convert.ToBase64String(signature));
        await _socket.ConnectAsync(new Uri(gateway, path), _stop.Token);
        _reading = Read();
    }

    internal Task Subscribe(string id, string type, params ReadOnlySpan<string> slugs) => Send(
        slugs.Length == 0
            ? JsonSerializer.Serialize(new { subscribe = new { requestId = id, subscriptionType = $"SUBSCRIPTION_TYPE_{type}" } })
            : JsonSerializer.Serialize(new { subscribe = new { requestId = id, subscriptionType = $"SUBSCRIPTION_TYPE_{type}", marketSlugs = slugs.ToArray() } }));

    internal Task Unsubscribe(string id) => Send(JsonSerializer.Serialize(new { unsubscribe = new { requestId = id } }));

    internal List<JsonElement> Told(string name)
    {
        lock (_state)
            return [.. _told.Where(told => told.Event == name).Select(static told => told.Message)];
    }

    internal async Task Send(string text) => await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, _stop.Token);

    private async Task Read()
    {
        var buffer = new byte[LargestMessage];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await _socket.ReceiveAsync(buffer.AsMemory(length), _stop.Token);
                    length += part.Count;
                }
                while (!part.EndOfMessage);
                if (part.MessageType == WebSocketMessageType.Close)
                    break;
                Dispatch(Encoding.UTF8.GetString(buffer, 0, length));
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // Gone, in whatever way.
        }
        catch (InvalidOperationException e)
        {
            Crashed = e;        // 'in' of what is no dictionary: its reader is dead
        }
        Closed = _socket.CloseStatus;
        _changes.Tell();
    }

    private void Dispatch(string text)
    {
        JsonElement message;
        try
        {
            message = JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            Add("error", default);
            return;
        }
        if (message.ValueKind == JsonValueKind.Array)
            return;
        Add("message", message);
        if (message.TryGetProperty("heartbeat", out _))
            Add("heartbeat", message);
        else if (message.TryGetProperty("error", out _))
            Add("error", message);
        else if (Array.Find(Known, known => message.TryGetProperty(known.Key, out _)) is { Event: { } name })
            Add(name, message);
    }

    private void Add(string name, JsonElement message)
    {
        lock (_state)
            _told.Add((name, message));
        _changes.Tell();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _socket.Dispose();
        _stop.Dispose();
    }
}
