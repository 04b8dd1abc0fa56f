using Oddswire.Simulation.Books.Venues;

namespace Oddswire.Simulation.Books.Readers;

/// <summary>One token's book in a reader's memory: a whole one, and every change on top.</summary>
internal sealed class ReaderBook
{
    private readonly SortedDictionary<decimal, decimal> _bids = [];
    private readonly SortedDictionary<decimal, decimal> _asks = [];

    internal ReaderBook(MarketTold book, TimeSpan since)
    {
        Since = since;
        Replaced(book);
    }

    /// <summary>When the first whole one came: from then on nothing of it may be left out.</summary>
    internal TimeSpan Since { get; }

    internal ReaderBook Replaced(MarketTold book)
    {
        _bids.Clear();
        _asks.Clear();
        foreach (var (price, size) in book.Bids)
            _bids[price] = size;
        foreach (var (price, size) in book.Asks)
            _asks[price] = size;
        return this;
    }

    internal void Apply(LevelChange change)
    {
        var side = change.IsBid ? _bids : _asks;
        if (change.Size == 0)
            side.Remove(change.Price);
        else
            side[change.Price] = change.Size;
    }

    /// <summary>From the worst to the best, as the venue writes both sides.</summary>
    public override string ToString() =>
        BookHistory.Text(_bids.Select(static level => (level.Key, level.Value)), _asks.Reverse().Select(static level => (level.Key, level.Value)));
}
