using System.Text;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Gateways.Clients;

/// <summary>What a program gets from its socket, in the order in which the gateway wrote it.</summary>
internal abstract record Arrival
{
    internal sealed record Frame(ReadOnlyMemory<byte> Text, TimeSpan WrittenAt) : Arrival;
    internal sealed record Ping : Arrival;
    internal sealed record Closed(int Code) : Arrival;
    internal sealed record Dropped : Arrival;
}

/// <summary>
/// The socket of one client, both ends of it. What the gateway has written is on its way until the client reads it; a client that does not
/// read leaves it there, and the gateway sees how much that is.
/// </summary>
internal sealed class SimLink(Process process, Random random, Action<Arrival> read) : IClientConnection
{
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(3);

    private readonly World _world = process.World;
    private readonly List<ReadOnlyMemory<byte>> _gathered = [];
    private readonly Queue<Arrival> _unread = [];
    private readonly Queue<Action> _arriving = [];
    private TimeSpan _lastIn;
    private TimeSpan _lastOut;
    private bool _reads = true;
    private bool _isOver;
    private bool _isClosing;

    internal Process Process => process;
    internal ActorRef<SessionMessage>? Session { get; set; }

    /// <summary>Whoever wants to see what the gateway writes, when it does.</summary>
    internal Action<ReadOnlyMemory<byte>>? Written { get; set; }

    /// <summary>Bytes that the gateway wrote and the client has not read.</summary>
    internal long Outstanding { get; private set; }

    internal long MostOutstanding { get; private set; }

    /// <summary>The code with which the gateway closed it; 0 when it dropped it.</summary>
    internal int? ClosedWith { get; private set; }
    internal bool LeftByClient { get; private set; }

    /// <summary>It was told that what it replays has left the tape meanwhile.</summary>
    internal bool WasOvertaken { get; set; }

    /// <summary>The client did not read for a while.</summary>
    internal bool HasPaused { get; private set; }

    internal void Read(bool on)
    {
        _reads = on;
        HasPaused |= !on;
        while (_reads && _unread.TryDequeue(out var arrival))
            Hand(arrival);
    }

    internal void Send(ReadOnlyMemory<byte> text) => ToGateway(() => Session?.Tell(new SessionMessage.Heard(text)));

    /// <summary>The client leaves. One that just vanishes tells nobody.</summary>
    internal void Leave(bool vanishes)
    {
        _isOver = LeftByClient = true;
        if (!vanishes)
            ToGateway(() => Session?.Tell(new SessionMessage.Gone()));
    }

    /// <summary>The gateway's process is dead: what is on the wire arrives, then the end.</summary>
    internal void Died() => ToClient(new Arrival.Dropped());

    void IClientConnection.Text(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> tail)
    {
        if (!_isClosing)
            _gathered.Add((byte[])[.. head, .. body, .. tail]);
    }

    long IClientConnection.Flush()
    {
        foreach (var text in _gathered)
        {
            Outstanding += text.Length;
            if (_world.Trace.IsRead)
                _world.Trace.Line(_world.Clock.Elapsed, $"{process}{Session?.Path}  writes {Encoding.UTF8.GetString(text.Span)}");
            Written?.Invoke(text);
            ToClient(new Arrival.Frame(text, _world.Clock.Elapsed));
        }
        _gathered.Clear();
        MostOutstanding = Math.Max(MostOutstanding, Outstanding);
        return Outstanding;
    }

    void IClientConnection.Ping() => ToClient(new Arrival.Ping());

    void IClientConnection.Close(int code, string reason)
    {
        ((IClientConnection)this).Flush();
        _isClosing = true;
        ClosedWith ??= code;
        ToClient(new Arrival.Closed(code));
        _world.After(CloseTime, Abort);
    }

    public void Abort()
    {
        ClosedWith ??= 0;
        _isClosing = true;
        _unread.Clear();
        _reads = true;
        Hand(new Arrival.Dropped());
    }

    private void ToClient(Arrival arrival) => Later(ref _lastIn, () =>
    {
        if (_isOver)
            return;
        if (_reads)
            Hand(arrival);
        else
            _unread.Enqueue(arrival);
    });

    private void Hand(Arrival arrival)
    {
        if (_isOver)
            return;
        switch (arrival)
        {
            case Arrival.Frame frame:
                Outstanding -= frame.Text.Length;
                break;
            case Arrival.Ping:
                ToGateway(() => Session?.Tell(new SessionMessage.Alive()));
                break;
            case Arrival.Closed:
                _isOver = true;
                ToGateway(() => Session?.Tell(new SessionMessage.Gone()));
                break;
            case Arrival.Dropped:
                _isOver = true;
                break;
        }
        read(arrival);
    }

    /// <summary>In the order in which it was sent, also when a gateway that stood still finds all of it at once.</summary>
    private void ToGateway(Action arrives) => Later(ref _lastOut, () =>
    {
        _arriving.Enqueue(arrives);
        process.Post(() => _arriving.Dequeue()());
    });

    private void Later(ref TimeSpan last, Action then)
    {
        var at = _world.Clock.Elapsed + TimeSpan.FromMilliseconds(random.LogUniform(0.2, 60));
        last = at > last ? at : last;
        _world.After(last - _world.Clock.Elapsed, then);
    }
}
