using System.Collections.Immutable;
using Oddswire.Actors.Feeds;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Values;
using Xunit;

namespace Oddswire.Actors.Tests.Feeds;

public sealed class BookShardsTests
{
    [Fact]
    public void Tokens_fill_one_connection_after_the_other_and_what_does_not_fit_is_left()
    {
        var shards = new BookShards(mostTokens: 3, mostShards: 2);
        for (var n = 1; n <= 8; n++)
            shards.Add(In(n));
        Assert.Equal([3, 3], shards.All.Select(static shard => shard.Count));
        Assert.Equal(2, shards.Left.Count);
        shards.Remove(In(8));
        Assert.Equal(1, shards.Left.Count);
        Assert.Same(shards.Find(In(1)), shards.Add(In(1)));
    }

    [Fact]
    public void A_connection_that_nobody_needs_is_forgotten_and_its_number_not_used_again()
    {
        var shards = new BookShards(2, 2);
        var first = shards.Add(In(1))!;
        Assert.Same(first, shards.Remove(In(1)));
        Assert.Empty(shards.All);
        Assert.Null(shards.Remove(In(1)));
        Assert.NotEqual(first.Number, shards.Add(In(1))!.Number);
    }

    [Fact]
    public void A_connection_that_carries_enough_gets_nothing_new()
    {
        var shards = new BookShards(100, 3);
        shards.Add(In(1))!.IsFull = true;
        Assert.Equal(2, shards.Add(In(2))!.Number);
    }

    [Fact]
    public void Half_of_a_connection_is_half_of_its_traffic_and_no_market_is_torn_apart()
    {
        var shards = new BookShards(100, 3);
        for (var n = 1; n <= 8; n++)
            shards.Add(In(n));
        var shard = shards.Find(In(1))!;
        shard.Load = new FeedLoad(1_000, TimeSpan.Zero, [Market(900, 1, 2), Market(300, 3, 4), Market(300, 5, 6), Market(250, 7, 8)]);
        Assert.Equal([3, 4, 5, 6, 7, 8], BookShards.HalfOf(shard).Select(static one => (int)one.Token!.Value.Value.D).Order());
    }

    [Fact]
    public void Of_a_connection_that_was_never_measured_half_is_moved_and_a_single_market_stays()
    {
        var shards = new BookShards(100, 3);
        for (var n = 1; n <= 4; n++)
            shards.Add(In(n));
        Assert.Equal(2, BookShards.HalfOf(shards.Find(In(1))!).Length);
        var single = new BookShards(100, 3);
        var shard = single.Add(In(1))!;
        single.Add(In(2));
        shard.Load = new FeedLoad(5_000, TimeSpan.Zero, [Market(5_000, 1, 2)]);
        Assert.Empty(BookShards.HalfOf(shard));
    }

    [Fact]
    public void What_moves_is_on_the_new_connection_alone()
    {
        var shards = new BookShards(100, 2);
        for (var n = 1; n <= 4; n++)
            shards.Add(In(n));
        var made = shards.MoveAway([In(3), In(4)])!;
        Assert.Equal([2, 2], shards.All.Select(static shard => shard.Count));
        Assert.Same(made, shards.Find(In(3)));
        Assert.Null(shards.MoveAway([In(1)]));      // as many are open as may be
        Assert.Equal(1, shards.Find(In(1))!.Number);
    }

    private static Interest In(int token) => Interest.In(Made.Token(token));

    private static MarketLoad Market(int frames, params int[] tokens) => new(frames, [.. tokens.Select(Made.Token)]);
}
