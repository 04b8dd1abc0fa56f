using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Simulator.Tests.World;

public sealed class OrderBookTests
{
    [Fact]
    public void Books_move_and_never_cross()
    {
        var run = new WorldRun(new WorldSettings { Window = TimeSpan.FromSeconds(60), BookRate = 50 });
        for (var second = 0; second < 200; second++)
        {
            run.Run(1);
            foreach (var market in run.World.Markets.Open)
            {
                foreach (var token in market.Tokens)
                {
                    if (market.Book.BestBid(token.Index) is { } bid && market.Book.BestAsk(token.Index) is { } ask) Assert.True(bid < ask);
                    Assert.All(market.Book.Bids(token.Index).Concat(market.Book.Asks(token.Index)), static level => Assert.True(level is { Price: > 0 and < Market.One, Size: > 0 }));
                }
            }
        }
        Assert.InRange(run.BookChanges, 200 * 50 * 5, int.MaxValue);
        Assert.NotEmpty(run.SettledMarkets);
        Assert.All(run.SettledMarkets, static market => Assert.True(market.Book.IsEmpty && market.Winner is not null));
        Assert.True(run.TickChanges > 0);
    }

    [Fact]
    public void The_second_outcome_is_the_mirror_of_the_first()
    {
        var book = new WorldRun().Run(30).World.Markets.Open[0].Book;
        Assert.Equal(book.Bids(0).Select(static level => (Market.One - level.Price, level.Size)), book.Asks(1).Select(static level => (level.Price, level.Size)));
        Assert.Equal(book.Asks(0).Select(static level => (Market.One - level.Price, level.Size)), book.Bids(1).Select(static level => (level.Price, level.Size)));
        Assert.Equal(Market.One, book.BestBid(0) + book.BestAsk(1));
        Assert.Equal(book.Bids(0).Select(static level => level.Price).Order(), book.Bids(0).Select(static level => level.Price));
        Assert.Equal(book.Asks(0).Select(static level => level.Price).OrderDescending(), book.Asks(0).Select(static level => level.Price));
    }

    [Fact]
    public void A_world_without_books_makes_the_same_matches() => Assert.Equal(
        new WorldRun(new WorldSettings { WindowMarkets = 0 }).Run(60).Matches.Select(static match => match.TransactionHash),
        new WorldRun(new WorldSettings { WindowMarkets = 0, Books = false }).Run(60).Matches.Select(static match => match.TransactionHash));
}
