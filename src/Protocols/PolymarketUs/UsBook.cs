using Oddswire.Messages.Books;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>A whole book: each message of MARKET_DATA is one, there are no deltas. As part of a frame it is that frame's scratch: what is to be kept is copied.</summary>
public sealed class UsBook
{
    public string Slug { get; set; } = "";

    /// <summary>From the best to the worst, on both sides.</summary>
    public List<BookLevel> Bids { get; } = [];

    public List<BookLevel> Offers { get; } = [];

    public UsMarketState State { get; set; }

    /// <summary>Whether the frame had any.</summary>
    public bool HasStats { get; set; }

    public UsStats Stats { get; } = new();

    /// <summary>The last change of the book, not the time of sending: on a quiet market long ago.</summary>
    public UsTime? TransactTime { get; set; }

    public UsBook Copy()
    {
        var copy = new UsBook { Slug = Slug, State = State, HasStats = HasStats, TransactTime = TransactTime };
        copy.Bids.AddRange(Bids);
        copy.Offers.AddRange(Offers);
        Stats.CopyTo(copy.Stats);
        return copy;
    }

    internal void Clear()
    {
        (Slug, State, HasStats, TransactTime) = ("", UsMarketState.Unspecified, false, null);
        Bids.Clear();
        Offers.Clear();
        Stats.Clear();
    }
}
