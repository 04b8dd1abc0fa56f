namespace Oddswire.Simulator.Venues;

// Half and Drop end the connection without a close frame: Half after the first half of its payload.
public enum FrameKind { Text, Binary, Ping, Pong, Close, Half, Drop }

// Faults tell frames apart by it: data can be lost, and a frozen venue may still answer heartbeats.
public enum FrameRole { Data, Reply, Heartbeat }

// One frame on its way to a client. The payload has three parts, so that the big one is encoded once and shared by all
// connections that get it; only the ends differ.
public readonly struct ServerFrame
{
    public FrameKind Kind { get; private init; }

    public FrameRole Role { get; private init; }

    // What faults call the stream that a data frame belongs to, such as activity/trades.
    public string? Topic { get; private init; }

    public ReadOnlyMemory<byte> Head { get; private init; }

    public ReadOnlyMemory<byte> Body { get; private init; }

    public ReadOnlyMemory<byte> Tail { get; private init; }

    // Of a close frame.
    public int Code { get; private init; }

    public string Reason { get; private init; }

    public int Length => Head.Length + Body.Length + Tail.Length;

    public bool Ends => Kind is FrameKind.Close or FrameKind.Half or FrameKind.Drop;

    public static ServerFrame Data(string topic, ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> body, ReadOnlyMemory<byte> tail) =>
        new() { Kind = FrameKind.Text, Topic = topic, Head = head, Body = body, Tail = tail };

    public static ServerFrame Reply(ReadOnlyMemory<byte> text) => new() { Kind = FrameKind.Text, Role = FrameRole.Reply, Body = text };

    public static ServerFrame Heartbeat(ReadOnlyMemory<byte> text) => new() { Kind = FrameKind.Text, Role = FrameRole.Heartbeat, Body = text };

    public static ServerFrame Ping() => new() { Kind = FrameKind.Ping, Role = FrameRole.Heartbeat };

    public static ServerFrame Pong(ReadOnlyMemory<byte> payload) => new() { Kind = FrameKind.Pong, Role = FrameRole.Heartbeat, Body = payload };

    public static ServerFrame Close(int code, string reason) => new() { Kind = FrameKind.Close, Role = FrameRole.Reply, Code = code, Reason = reason };

    public static ServerFrame Drop() => new() { Kind = FrameKind.Drop, Role = FrameRole.Reply };

    public static ServerFrame Noise(ReadOnlyMemory<byte> payload, bool binary) =>
        new() { Kind = binary ? FrameKind.Binary : FrameKind.Text, Role = FrameRole.Reply, Body = payload };

    public ServerFrame CutInHalf() => new() { Kind = FrameKind.Half, Role = Role, Topic = Topic, Head = Head, Body = Body, Tail = Tail };

    public byte[] Payload()
    {
        var bytes = new byte[Length];
        Head.Span.CopyTo(bytes);
        Body.Span.CopyTo(bytes.AsSpan(Head.Length));
        Tail.Span.CopyTo(bytes.AsSpan(Head.Length + Body.Length));
        return bytes;
    }
}
