using Oddswire.Messages.PolymarketUs;

namespace Oddswire.Protocols.PolymarketUs;

public enum UsFrameKind : byte
{
    /// <summary>Something that does not exist yet.</summary>
    Other,
    Heartbeat,
    Pong,

    /// <summary>An error without a payload.</summary>
    Error,
    Unsubscribed,
    MarketData,
    MarketDataLite,
    Trade,

    /// <summary>Of the account: <see cref="UsFrame.Account"/> says what.</summary>
    Account,

    /// <summary>Handed on, not read.</summary>
    Rfq,
    Malformed,
}

/// <summary>
/// A server's frame as it was last read: a reader's scratch, filled again and again, so that market data allocates nothing in steady
/// state. What is to be kept is copied.
/// </summary>
public sealed class UsFrame
{
    public UsFrameKind Kind { get; internal set; }

    /// <summary>What is wrong, of a malformed one.</summary>
    public string? Problem { get; internal set; }

    public string? RequestId { get; internal set; }

    public UsSubscriptionType Type { get; internal set; }

    /// <summary>Also beside a payload: a snapshot with an error has failed. An empty one is none.</summary>
    public string? Error { get; internal set; }

    /// <summary>Where the payload stands in its frame: what is handed on is these bytes.</summary>
    public Range Payload { get; internal set; }

    /// <summary>The payload stands there as today's venue writes it. If not - another spelling, an older key - it is written anew before it is handed on.</summary>
    public bool IsToday { get; internal set; }

    public UsBook Book { get; } = new();

    public UsLite Lite { get; internal set; }

    public UsTrade Trade { get; internal set; }

    public UsAccountEvent? Account { get; internal set; }

    internal void Clear()
    {
        (Kind, Problem, RequestId, Type, Error, Payload) = (UsFrameKind.Other, null, null, UsSubscriptionType.Unspecified, null, default);
        (Lite, Trade, Account, IsToday) = (default, default, null, false);
        Book.Clear();
    }
}
