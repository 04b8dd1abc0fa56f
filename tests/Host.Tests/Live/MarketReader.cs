using System.Text.Json;

namespace Oddswire.Host.Tests.Live;

/// <summary>A client of /ws/market that reads all the time, and keeps what it was told of trades and when books changed.</summary>
internal sealed class MarketReader : IDisposable
{
    private readonly RawSocket _socket;
    private readonly Lock _lock = new();
    private readonly List<string> _trades = [];
    private readonly List<long> _changes = [];
    private HashSet<string>? _missing;
    private TaskCompletionSource? _complete;

    private MarketReader(RawSocket socket) => _socket = socket;

    internal List<string> Trades { get { lock (_lock) return [.. _trades]; } }

    /// <summary>As the venue dates them.</summary>
    internal List<long> Changes { get { lock (_lock) return [.. _changes]; } }

    internal static async Task<MarketReader> Open(Uri gateway, string opening)
    {
        var reader = new MarketReader(await RawSocket.Open(gateway, "/ws/market"));
        await reader._socket.Text(opening);
        await reader._socket.NextText();
        _ = reader.Read();
        return reader;
    }

    internal async Task Has(IEnumerable<string> trades)
    {
        Task complete;
        lock (_lock)
        {
            _missing = [.. trades.Except(_trades)];
            _complete = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_missing.Count == 0)
                _complete.SetResult();
            complete = _complete.Task;
        }
        await complete.WaitAsync(LiveGateway.Patience, TimeProvider.System);
    }

    private async Task Read()
    {
        try
        {
            while (true)
                Take(JsonElement.Parse(await _socket.NextText()));
        }
        catch (Exception e) when (e is OperationCanceledException or System.Net.Sockets.SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // It is over; who waits for more hears of it.
        }
    }

    private void Take(JsonElement told)
    {
        if (told.ValueKind != JsonValueKind.Object)
            return;
        lock (_lock)
        {
            switch (told.GetProperty("event_type").GetString())
            {
                case "last_trade_price":
                    var tx = told.GetProperty("transaction_hash").GetString()!;
                    _trades.Add(tx);
                    if (_missing?.Remove(tx) == true && _missing.Count == 0)
                        _complete!.TrySetResult();
                    break;
                case "price_change":
                    _changes.Add(long.Parse(told.GetProperty("timestamp").GetString()!, System.Globalization.CultureInfo.InvariantCulture));
                    break;
            }
        }
    }

    public void Dispose() => _socket.Dispose();
}
