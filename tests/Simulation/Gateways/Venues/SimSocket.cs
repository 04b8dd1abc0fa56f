using System.Collections.Immutable;
using System.Text;
using Oddswire.Actors.Ports;
using Oddswire.Simulation.Worlds;
using Oddswire.Simulator.Venues;

namespace Oddswire.Simulation.Gateways.Venues;

/// <summary>One socket between a gateway and a venue: frames take their time, and none overtakes another.</summary>
internal sealed class SimSocket(World world, Street street, Func<TimeSpan> latency) : IUpstreamSocket, IWire
{
    private readonly Inbox _inbox = new();
    private Connection? _connection;
    private TimeSpan _lastIn;
    private TimeSpan _lastOut;
    private bool _hungUp;

    internal void Connected(Connection connection) => _connection = connection;

    public ValueTask<ImmutableArray<ReadOnlyMemory<byte>>> Receive(CancellationToken cancel) => _inbox.Receive();

    public void Send(ReadOnlyMemory<byte> text)
    {
        var bytes = text.ToArray();
        Note("asks", bytes);
        Later(ref _lastOut, () => street.Use(_ => _connection!.Receive(new ClientFrame(ClientFrameKind.Text, bytes))));
    }

    public ValueTask DisposeAsync()
    {
        HangUp();
        return default;
    }

    internal void HangUp()
    {
        if (_hungUp)
            return;
        _hungUp = true;
        Later(ref _lastOut, () => street.Use(_ => _connection!.Lost()));
    }

    void IWire.Send(in ServerFrame frame)
    {
        switch (frame.Kind)
        {
            case FrameKind.Text or FrameKind.Binary:
                ReadOnlyMemory<byte> bytes = frame.Payload();
                Later(ref _lastIn, () => Arrive(bytes));
                break;
            case FrameKind.Ping:
                Later(ref _lastIn, Pong);
                break;
            case FrameKind.Close:
                var closed = new UpstreamClosedException("closed") { Code = frame.Code, Reason = frame.Reason };
                Later(ref _lastIn, () => End(closed));
                break;
            case FrameKind.Half or FrameKind.Drop:
                Later(ref _lastIn, () => End(new UpstreamClosedException("dropped")));
                break;
        }
    }

    private void Arrive(ReadOnlyMemory<byte> frame)
    {
        if (_hungUp)
            return;
        Note("hears", frame.Span);
        _inbox.Arrive(frame);
    }

    /// <summary>As every WebSocket does by itself: a venue drops who leaves its pings unanswered.</summary>
    private void Pong()
    {
        if (!_hungUp)
            Later(ref _lastOut, () => street.Use(_ => _connection!.Receive(new ClientFrame(ClientFrameKind.Pong, default))));
    }

    private void End(UpstreamClosedException cause)
    {
        if (!_hungUp)
            _inbox.End(cause);
    }

    private void Note(string what, ReadOnlySpan<byte> frame)
    {
        if (world.Trace.IsRead)
            world.Trace.Line(world.Clock.Elapsed, $"connection {_connection?.Id} {what} {Encoding.UTF8.GetString(frame[..Math.Min(frame.Length, 160)])}");
    }

    private void Later(ref TimeSpan last, Action then)
    {
        var at = world.Clock.Elapsed + latency();
        last = at > last ? at : last;
        world.After(last - world.Clock.Elapsed, then);
    }
}
