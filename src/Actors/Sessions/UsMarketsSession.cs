using Oddswire.Messages.PolymarketUs;
using Oddswire.Messages.Sessions;
using Oddswire.Protocols.PolymarketUs;

namespace Oddswire.Actors.Sessions;

/// <summary>
/// One client of /v1/ws/markets. Books and tops of books are whole each time: who asks for fewer, or reads too slowly, gets the newest of each
/// market alone. Trades are said once, and never passed over.
/// </summary>
internal sealed class UsMarketsSession(SocketClient client, SessionWiring wiring) : UsSession(client, wiring, UsSocket.Markets, "us-markets")
{
    private sealed record NewestDue : SessionMessage;

    // What is due within a moment goes together.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    private readonly Dictionary<(UsRequest Request, string Slug), UsPayload> _waiting = [];
    private readonly List<(UsRequest Request, string Slug)> _due = [];
    private readonly ReadingPace _pace = new(wiring.Rules);
    private long _nextLook = long.MaxValue;

    private protected override ReadingPace Pace => _pace;

    private protected override void Begin(UsRequest request)
    {
        request.Head = HeadOf(request, request.Type switch
        {
            UsSubscriptionType.MarketData => UsMarketWriter.BookKey,
            UsSubscriptionType.MarketDataLite => UsMarketWriter.LiteKey,
            _ => UsMarketWriter.TradeKey,
        });
        Wires.UsMarkets?.Tell(new UsMarketsMessage.Follow(Self, request.Type, request.Slugs));
    }

    private protected override void End(UsRequest request)
    {
        foreach (var (waiting, _) in _waiting)
        {
            if (waiting.Request == request)
                _waiting.Remove(waiting);
        }
        // Another one may want all markets still.
        if (request.Slugs.Length > 0 || Requests.OfEveryMarket(request.Type).Count == 0)
            Wires.UsMarkets?.Tell(new UsMarketsMessage.Unfollow(Self, request.Type, request.Slugs));
    }

    private protected override bool Told(SessionMessage message)
    {
        switch (message)
        {
            case UsMarketNews.Told told:
                Pass(told, isHeld: false);
                return true;
            case UsMarketNews.Held held:
                Pass(held, isHeld: true);
                return true;
            case UsMarketNews.Gap gap:
                if (Client.Extended)
                    Encode(UsNotices.EncodeGap, gap);
                return true;
            case NewestDue:
                TellNewest();
                return true;
            default:
                return false;
        }
    }

    private protected override void CaughtUp() => TellNewest();

    private void Pass(UsMarketNews news, bool isHeld)
    {
        var payload = news is UsMarketNews.Told told ? told.Payload : ((UsMarketNews.Held)news).Payload;
        if (Requests.Naming(news.Type, news.Slug) is { } naming)
            Pass(naming, news.Slug, payload, isHeld);
        foreach (var request in Requests.OfEveryMarket(news.Type))
            Pass(request, news.Slug, payload, isHeld);
    }

    /// <summary>What is held is for who has just come, and has heard nothing of this market.</summary>
    private void Pass(UsRequest request, string slug, UsPayload payload, bool isHeld)
    {
        if (request.Type == UsSubscriptionType.Trade)
        {
            Write(request, payload);
            return;
        }
        if (isHeld && (request.ToldAt(slug) is not null || _waiting.ContainsKey((request, slug))))
            return;
        var at = DueAt(request, slug);
        if (_pace.IsBehind || at > Now)
        {
            _waiting[(request, slug)] = payload;
            LookAt(at);
            return;
        }
        if (isHeld)
            _pace.Opening(payload.In(Spelling).Length);
        Tell(request, slug, payload);
    }

    /// <summary>A debounced market is not told of again before this.</summary>
    private long DueAt(UsRequest request, string slug) =>
        request.IsDebounced && request.ToldAt(slug) is { } told ? told + (long)Rules.Debounce.TotalMilliseconds : 0;

    private void LookAt(long at)
    {
        if (_pace.IsBehind || at >= _nextLook)
            return;
        _nextLook = at;
        Timers.Once("newest", new NewestDue(), TimeSpan.FromMilliseconds(Math.Max(0, at - Now)));
    }

    private void Tell(UsRequest request, string slug, UsPayload payload)
    {
        _waiting.Remove((request, slug));
        request.Told(slug, Now);
        Write(request, payload);
    }

    /// <summary>What has waited long enough; the timer comes again for the others.</summary>
    private void TellNewest()
    {
        _nextLook = long.MaxValue;
        if (_pace.IsBehind)
            return;
        var (now, next) = (Now, long.MaxValue);
        foreach (var waiting in _waiting.Keys)
        {
            var at = DueAt(waiting.Request, waiting.Slug);
            if (at <= now + Moment.TotalMilliseconds)
                _due.Add(waiting);
            else
                next = Math.Min(next, at);
        }
        foreach (var (request, slug) in _due)
            Tell(request, slug, _waiting[(request, slug)]);
        _due.Clear();
        LookAt(next);
    }

    private void Write(UsRequest request, UsPayload payload) => Write(request.Head, payload.In(Spelling).Span, "}"u8);
}
