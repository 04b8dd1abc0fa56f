using Oddswire.Messages.PolymarketUs;
using Oddswire.Protocols.PolymarketUs;

namespace Oddswire.Client.PolymarketUs;

/// <summary>
/// The markets socket as streams, over reconnects. No slugs: every market. A stream that the venue refuses throws <see cref="UsRefusedException"/>;
/// one that is not read any more is unsubscribed.
/// </summary>
public sealed class UsMarketsStreams : IAsyncDisposable
{
    private readonly UsWire _wire;

    internal UsMarketsStreams(UsWire wire)
    {
        _wire = wire;
        wire.Gap = gap => Gap?.Invoke(gap);
        wire.Error = error => Error?.Invoke(error);
    }

    /// <summary>The socket was away: trades of that time are not told again, books are.</summary>
    public event Action<UsGap>? Gap;

    /// <summary>Something that the venue said to no request of ours, in its words.</summary>
    public event Action<string>? Error;

    /// <summary>The whole book, now and with each change; debounced: at most about once a second.</summary>
    public IAsyncEnumerable<UsBook> Books(IReadOnlyList<string> slugs, bool debounced = false, CancellationToken cancel = default) =>
        _wire.Read(UsSubscriptionType.MarketData, slugs, debounced, static frame => (frame.Kind == UsFrameKind.MarketData, frame.Book.Copy()), cancel);

    public IAsyncEnumerable<UsBook> Books(string slug, CancellationToken cancel = default) => Books([slug], debounced: false, cancel);

    /// <summary>The top of the book, now and with each change.</summary>
    public IAsyncEnumerable<UsLite> Tops(IReadOnlyList<string> slugs, CancellationToken cancel = default) =>
        _wire.Read(UsSubscriptionType.MarketDataLite, slugs, debounced: false, static frame => (frame.Kind == UsFrameKind.MarketDataLite, frame.Lite), cancel);

    public IAsyncEnumerable<UsLite> Tops(string slug, CancellationToken cancel = default) => Tops([slug], cancel);

    public IAsyncEnumerable<UsTrade> Trades(IReadOnlyList<string> slugs, CancellationToken cancel = default) =>
        _wire.Read(UsSubscriptionType.Trade, slugs, debounced: false, static frame => (frame.Kind == UsFrameKind.Trade, frame.Trade), cancel);

    public IAsyncEnumerable<UsTrade> Trades(string slug, CancellationToken cancel = default) => Trades([slug], cancel);

    public ValueTask DisposeAsync() => _wire.DisposeAsync();
}
