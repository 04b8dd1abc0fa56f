using Oddswire.Actors.Markets;
using Oddswire.Messages.Books;
using Oddswire.Messages.Tests;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Tests.Markets;

public sealed class BookTests
{
    [Fact]
    public void Levels_stand_from_worst_to_best_however_they_came()
    {
        var book = new Book();
        book.Replace([Level("0.40", "1"), Level("0.10", "2"), Level("0.30", "3")], [Level("0.60", "4"), Level("0.99", "5")]);
        Assert.Equal(["0.10", "0.30", "0.40"], book.Bids.ToArray().Select(static level => level.Price.ToString()));
        Assert.Equal(["0.99", "0.60"], book.Asks.ToArray().Select(static level => level.Price.ToString()));
        Assert.Equal((Level("0.40", "1"), Level("0.60", "4")), (book.BestBid!.Value, book.BestAsk!.Value));
        Assert.Equal("0.20", book.Spread.ToString());
    }

    [Fact]
    public void A_change_is_absolute_and_nothing_takes_a_level_away()
    {
        var book = new Book();
        book.Apply(Side.Buy, Level("0.5", "10"));
        book.Apply(Side.Buy, Level("0.5", "7"));
        book.Apply(Side.Buy, Level("0.5", "7"));
        Assert.Equal([Level("0.5", "7")], book.Bids.ToArray());
        book.Apply(Side.Buy, Level("0.50", "0"));
        book.Apply(Side.Buy, Level("0.50", "0"));
        Assert.Empty(book.Bids.ToArray());
        Assert.Null(book.BestBid);
        Assert.Null(book.Spread);
    }

    [Theory]
    [InlineData("0.49", "0.50", false)]
    [InlineData("0.50", "0.50", true)]
    [InlineData("0.51", "0.50", true)]
    public void A_book_in_which_bids_reach_asks_is_crossed(string bid, string ask, bool crossed)
    {
        var book = new Book();
        book.Apply(Side.Buy, Level(bid, "1"));
        Assert.False(book.IsCrossed);
        book.Apply(Side.Sell, Level(ask, "1"));
        Assert.Equal(crossed, book.IsCrossed);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 30)]
    [InlineData(3, 99)]
    public void Any_changes_leave_what_a_sorted_dictionary_holds(int seed, int prices)
    {
        var random = new Random(seed);
        var book = new Book();
        var sides = new Dictionary<Side, SortedDictionary<long, BookLevel>> { [Side.Buy] = [], [Side.Sell] = [] };
        for (var change = 0; change < 5_000; change++)
        {
            var side = (Side)random.Next(2);
            var level = new BookLevel(new(random.Next(1, prices + 1) * 10_000, 2), new(random.Next(4) * 1_000_000, 0));
            book.Apply(side, level);
            if (level.Size.Micros == 0)
                sides[side].Remove(level.Price.Micros);
            else
                sides[side][level.Price.Micros] = level;
            Assert.Equal(sides[Side.Buy].Values, book.Bids.ToArray());
            Assert.Equal(sides[Side.Sell].Values.Reverse(), book.Asks.ToArray());
        }
    }

    [Fact]
    public void A_change_allocates_nothing()
    {
        var book = new Book();
        var price = 0;
        Assert.Equal(0, Allocations.Of(() =>
        {
            price = (price + 37) % 99;
            book.Apply(Side.Buy, new(new((price + 1) * 10_000, 2), new(price % 3 * 1_000_000, 0)));
        }));
    }

    private static BookLevel Level(string price, string size) => new(WireText.Parse<WrittenDecimal>(price), WireText.Parse<WrittenDecimal>(size));
}
