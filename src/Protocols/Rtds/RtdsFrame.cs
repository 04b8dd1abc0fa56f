using Oddswire.Messages.Orders;

namespace Oddswire.Protocols.Rtds;

/// <summary>What RTDS sends, as far as the gateway cares.</summary>
public abstract record RtdsFrame
{
    private RtdsFrame() { }

    /// <summary>The empty text that stands for an ack and for a pong, or nothing at all.</summary>
    public sealed record KeepAlive : RtdsFrame
    {
        public static KeepAlive Instance { get; } = new();
    }

    /// <summary>
    /// One side of a match, without log index, order hash and block. A taker's row comes on both types, so rows of the two
    /// must not be added up. <paramref name="SentAt"/> is the envelope's time in Unix milliseconds.
    /// </summary>
    public sealed record Activity(RtdsActivity Type, Fill Fill, long SentAt) : RtdsFrame;

    public sealed record Other(string Topic, string Type) : RtdsFrame;

    /// <summary>RTDS did not like a request.</summary>
    public sealed record Refused(string Message) : RtdsFrame;

    public sealed record Malformed(string Reason) : RtdsFrame;
}

public enum RtdsActivity : byte
{
    Trades,
    OrdersMatched,
}
