using System.Buffers;
using System.Text;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;
using Oddswire.Runtime;
using Oddswire.TestKit;

namespace Oddswire.Actors.Tests.Sessions;

/// <summary>A client and its socket: what it sends, and the frames it got, once they were flushed.</summary>
internal sealed class FakeClient(TestSystem kit) : IClientConnection
{
    private readonly List<string> _written = [];
    private readonly Queue<string> _frames = [];

    internal ActorRef<SessionMessage> Session { get; set; } = null!;

    /// <summary>What the client leaves unread, as the outbox counts it.</summary>
    internal long Unread { get; set; }

    /// <summary>Bytes that one flush has sent at most.</summary>
    internal int MostAtOnce { get; private set; }

    internal int Pings { get; private set; }
    internal int? ClosedWith { get; private set; }
    internal string? CloseReason { get; private set; }
    internal bool Aborted { get; private set; }
    internal bool IsOpen => ClosedWith is null && !Aborted;

    internal void Send(string text)
    {
        Session.Tell(new SessionMessage.Heard(Encoding.UTF8.GetBytes(text)));
        kit.Settle();
    }

    internal void Send(params ReadOnlySpan<DomeCommand> commands)
    {
        foreach (var command in commands)
        {
            var frame = new ArrayBufferWriter<byte>();
            DomeCommandCodec.Encode(command, frame);
            Session.Tell(new SessionMessage.Heard(frame.WrittenSpan.ToArray()));
        }
        kit.Settle();
    }

    internal SubscriptionId Subscribe(OrderFilter filter, Position? resume = null)
    {
        Send(new DomeCommand.Subscribe(filter, resume));
        return Acknowledged();
    }

    internal SubscriptionId Acknowledged() => WireText.Parse<SubscriptionId>(Expect<DomeServerFrame.Ack>().SubscriptionId);

    internal T Expect<T>() where T : DomeServerFrame
    {
        kit.Settle();
        if (!_frames.TryDequeue(out var text))
            throw new ProbeException($"The client expected {typeof(T).Name} and got nothing.");
        return DomeServerFrameCodec.Decode(Encoding.UTF8.GetBytes(text)) as T ?? throw new ProbeException($"The client expected {typeof(T).Name} and got {text}");
    }

    internal void ExpectNothing()
    {
        kit.Settle();
        if (_frames.TryPeek(out var text))
            throw new ProbeException($"The client expected nothing and got {text}");
    }

    internal List<string> Drain()
    {
        kit.Settle();
        List<string> all = [.. _frames];
        _frames.Clear();
        return all;
    }

    public void Text(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> tail) =>
        _written.Add(Encoding.UTF8.GetString([.. head, .. body, .. tail]));

    public long Flush()
    {
        MostAtOnce = Math.Max(MostAtOnce, _written.Sum(Encoding.UTF8.GetByteCount));
        foreach (var frame in _written)
            _frames.Enqueue(frame);
        _written.Clear();
        return Unread;
    }

    public void Ping() => Pings++;

    public void Close(int code, string reason)
    {
        Flush();
        (ClosedWith, CloseReason) = (code, reason);
    }

    public void Abort() => Aborted = true;
}
