using System.Globalization;
using Oddswire.Simulation.Gateways.Venues;
using Oddswire.Simulator;
using Oddswire.Simulator.World;
using Oddswire.TestKit;

namespace Oddswire.Simulation.Books.Venues;

/// <summary>Every book that the venue ever had, and since when. It looks at the venue itself: nothing of it has been through a frame.</summary>
internal sealed class BookHistory
{
    private readonly Dictionary<string, List<(TimeSpan Since, string Book)>> _books = [];
    private readonly Dictionary<string, DateTimeOffset> _seen = [];
    private readonly ManualClock _clock;

    internal BookHistory(Street street, ManualClock clock)
    {
        _clock = clock;
        street.Moved = Note;
        Note(street.StandIn);
    }

    internal bool Had(string token, string book) => _books.TryGetValue(token, out var all) && all.Exists(one => one.Book == book);

    /// <summary>It is this one now, or was a moment ago: what is on its way is not counted as wrong.</summary>
    internal bool HadSince(TimeSpan moment, string token, string book)
    {
        var all = _books[token];
        for (var i = all.Count - 1; i >= 0; i--)
        {
            if (all[i].Book == book)
                return true;
            if (all[i].Since < moment)
                return false;
        }
        return false;
    }

    internal string Last(string token) => _books[token][^1].Book;

    internal static string Text(IEnumerable<(decimal Price, decimal Size)> bids, IEnumerable<(decimal Price, decimal Size)> asks) =>
        $"{string.Join(' ', bids.Select(Text))} | {string.Join(' ', asks.Select(Text))}";

    /// <summary>As it is now.</summary>
    internal static string BookOf(OutcomeToken token) => Text(Levels(token.Market.Book.Bids(token.Index)), Levels(token.Market.Book.Asks(token.Index)));

    private void Note(StandIn venue)
    {
        foreach (var market in venue.World.Markets.All)
        {
            foreach (var token in market.Tokens)
                Note(token);
        }
    }

    private void Note(OutcomeToken token)
    {
        var book = token.Market.Book;
        if (_seen.GetValueOrDefault(token.Id) == book.ChangedAt)
            return;
        _seen[token.Id] = book.ChangedAt;
        if (!_books.TryGetValue(token.Id, out var all))
            _books.Add(token.Id, all = []);
        all.Add((_clock.Elapsed, BookOf(token)));
    }

    private static IEnumerable<(decimal Price, decimal Size)> Levels(IEnumerable<RestingLevel> levels) =>
        levels.Select(static level => (level.Price / 10_000m, level.Size / 100m));

    private static string Text((decimal Price, decimal Size) level) => string.Create(CultureInfo.InvariantCulture, $"{level.Price:0.####}x{level.Size:0.##}");
}
