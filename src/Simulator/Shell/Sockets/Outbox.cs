using Oddswire.Simulator.Venues;

namespace Oddswire.Simulator.Shell.Sockets;

// The frames that wait for one socket, limited in bytes: the venues write into it without ever waiting, the socket's
// pump takes all that is there at once. A client that lets it run full is cut off.
internal sealed class Outbox(long limit, Action cutOff) : IWire, IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _ready = new(0, 1);
    private List<ServerFrame> _waiting = [];
    private List<ServerFrame> _taken = [];
    private long _bytes;
    private bool _over;

    public bool Overflowed { get; private set; }

    public void Send(in ServerFrame frame)
    {
        lock (_gate)
        {
            if (_over) return;
            _bytes += frame.Length;
            Overflowed = _bytes > limit;
            _over = Overflowed || frame.Ends;
            if (!Overflowed && frame.Kind != FrameKind.Drop)
            {
                _waiting.Add(frame);
                if (_waiting.Count == 1) _ready.Release();
                return;
            }
        }
        // At once, in front of all that still waits: nobody may be reading any more.
        cutOff();
    }

    // Valid until the next call.
    public async ValueTask<IReadOnlyList<ServerFrame>> Take(CancellationToken cancellation)
    {
        await _ready.WaitAsync(cancellation);
        lock (_gate)
        {
            (_waiting, _taken) = (_taken, _waiting);
            _waiting.Clear();
            _bytes = 0;
        }
        return _taken;
    }

    public void Dispose() => _ready.Dispose();
}
