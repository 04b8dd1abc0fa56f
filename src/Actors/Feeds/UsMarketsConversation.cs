using System.Buffers;
using System.Collections.Immutable;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Protocols.PolymarketUs;

namespace Oddswire.Actors.Feeds;

/// <summary>How one connection to the markets socket behaves.</summary>
public sealed record UsConnectionRules
{
    /// <summary>More are refused, however few markets they name.</summary>
    public int Requests { get; init; } = 10;

    /// <summary>Markets of one request: documented, and said by some to be kept without a word.</summary>
    public int Slugs { get; init; } = 100;

    /// <summary>So long without a heartbeat is silence; longer where they come more seldom.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>So long after something is not wanted any more, requests that still carry it are put together anew.</summary>
    public TimeSpan Tidy { get; init; } = TimeSpan.FromSeconds(20);
}

/// <summary>
/// The markets socket of Polymarket US. Nothing says that a request was taken but what it delivers, and nothing leaves a request: so whatever has no
/// place here, or should stand in a better one, is asked for on another connection before it goes. What is refused is mended. It is split by subject:
/// what is heard (here), and what is asked.
/// </summary>
public sealed partial class UsMarketsConversation(UsConnectionRules rules) : IConversation
{
    private readonly UsFrame _frame = new();
    private readonly UsPulse _pulse = new(rules.Silence);
    private long _openedAt;

    public TimeSpan TickEvery => TimeSpan.FromMilliseconds(500);

    public void Opened(IReadOnlyCollection<Interest> wanted, Talk talk)
    {
        _openedAt = talk.Running;
        _pulse.Opened(talk.Running);
        Ask(wanted.Where(static one => one.Us is not null), refusals: 0, talk);
    }

    public void Heard(ReadOnlyMemory<byte> frame, Talk talk)
    {
        _pulse.Frame(talk.Running);
        UsFrameReader.Read(frame.Span, UsSocket.Markets, _frame);
        switch (_frame.Kind)
        {
            case UsFrameKind.Malformed:
                talk.NotUnderstood();
                return;
            case UsFrameKind.Heartbeat:
                _pulse.Beat(talk.Running);
                break;
            case UsFrameKind.MarketData:
                Tell(new UsMarketFrame(UsSubscriptionType.MarketData, _frame.Book.Slug, PayloadOf(frame)) { Time = Nanoseconds(_frame.Book.TransactTime) }, talk);
                break;
            case UsFrameKind.MarketDataLite:
                Tell(new UsMarketFrame(UsSubscriptionType.MarketDataLite, _frame.Lite.Slug, PayloadOf(frame)), talk);
                break;
            case UsFrameKind.Trade:
                Tell(new UsMarketFrame(UsSubscriptionType.Trade, _frame.Trade.Slug, PayloadOf(frame)) { Id = _frame.Trade.Id }, talk);
                break;
        }
        talk.Live();
        talk.Data();
        if (_frame.Error is { } error)
            Refused(_frame.RequestId, error, talk);
    }

    public void Tick(Talk talk)
    {
        if (_pulse.Silence(talk.Running) is { } silence)
        {
            talk.Fail(silence);
            return;
        }
        if (talk.Running - _openedAt >= RefusedWithin)
            talk.Live();
        AskAgain(talk);
        Tidy(talk);
        LookWhatStands(talk);
    }

    private void Tell(UsMarketFrame told, Talk talk)
    {
        var request = _requests.Find(_frame.RequestId);
        if (request is null)
            Stray(_frame.RequestId, talk);
        else if (told.Type != UsSubscriptionType.Trade)
            request.Stands = true;
        if (_requests.IsWanted(Interest.In(told.Type, told.Slug)) || _requests.IsWanted(Interest.In(told.Type, "")))
            talk.Hear(told);
    }

    /// <summary>As it came, if today's venue writes it so.</summary>
    private ReadOnlyMemory<byte> PayloadOf(ReadOnlyMemory<byte> frame)
    {
        if (_frame.IsToday)
            return frame[_frame.Payload];
        var anew = new ArrayBufferWriter<byte>();
        if (_frame.Kind == UsFrameKind.MarketData)
            UsMarketWriter.Encode(_frame.Book, anew);
        else if (_frame.Kind == UsFrameKind.MarketDataLite)
            UsMarketWriter.Encode(_frame.Lite, anew);
        else
            UsMarketWriter.Encode(_frame.Trade, anew);
        return anew.WrittenMemory;
    }

    private static long Nanoseconds(UsTime? time) => time is { UnixSeconds: > 0 and < long.MaxValue / 1_000_000_000 } known ? (known.UnixSeconds * 1_000_000_000) + known.Nanos : 0;
}
