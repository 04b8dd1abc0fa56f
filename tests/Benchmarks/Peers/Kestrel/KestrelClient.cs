using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;

namespace Oddswire.Benchmarks.Peers.Kestrel;

/// <summary>One client: what waits for it, and the loop that sends it. Who leaves 4 MiB unread is dropped.</summary>
internal sealed class KestrelClient(WebSocket socket)
{
    private const long Outbox = 4 << 20;
    private static int _last;

    private readonly Channel<byte[]> _waiting = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });
    private long _bytes;

    internal string Id { get; } = $"sub_{Interlocked.Increment(ref _last):0000000000}";

    internal byte[] Prefix => field ??= Encoding.ASCII.GetBytes($$"""{"type":"event","subscription_id":"{{Id}}","data":""");

    internal void Tell(byte[] frame)
    {
        if (Interlocked.Add(ref _bytes, frame.Length) > Outbox)
            socket.Abort();
        else
            _waiting.Writer.TryWrite(frame);
    }

    internal void Leave() => _waiting.Writer.TryComplete();

    internal async Task Send()
    {
        try
        {
            await foreach (var frame in _waiting.Reader.ReadAllAsync())
            {
                await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
                Interlocked.Add(ref _bytes, -frame.Length);
            }
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // Aborted as too slow, or gone.
        }
    }
}
