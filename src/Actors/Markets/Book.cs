using Oddswire.Messages.Books;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Markets;

/// <summary>
/// The book of one token: what stands at which price. It takes what the venue says as it comes, and can say whether that is
/// believable; what follows from that is its market's business. Nothing is allocated while it keeps its size.
/// </summary>
internal sealed class Book
{
    private BookSide _bids = new(ascending: true);
    private BookSide _asks = new(ascending: false);

    /// <summary>From worst to best, as the venue writes them.</summary>
    public ReadOnlySpan<BookLevel> Bids => _bids.Levels;
    public ReadOnlySpan<BookLevel> Asks => _asks.Levels;

    public BookLevel? BestBid => _bids.Best;
    public BookLevel? BestAsk => _asks.Best;

    /// <summary>Somebody bids as much as somebody asks: the venue would have matched them, so something was missed.</summary>
    public bool IsCrossed => BestBid is { } bid && BestAsk is { } ask && bid.Price.Micros >= ask.Price.Micros;

    public WrittenDecimal? Spread => BestBid is { } bid && BestAsk is { } ask
        ? new(ask.Price.Micros - bid.Price.Micros, Math.Max(ask.Price.Decimals, bid.Price.Decimals))
        : null;

    /// <summary>A whole book: whatever stood before is forgotten.</summary>
    public void Replace(IReadOnlyList<BookLevel> bids, IReadOnlyList<BookLevel> asks)
    {
        _bids.Replace(bids);
        _asks.Replace(asks);
    }

    /// <summary>What is bought stands among the bids. Absolute: the same change twice changes nothing more.</summary>
    public void Apply(Side side, BookLevel level)
    {
        if (side == Side.Buy) _bids.Set(level);
        else _asks.Set(level);
    }
}
