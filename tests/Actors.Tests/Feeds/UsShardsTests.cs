using Oddswire.Actors.Feeds;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.PolymarketUs;
using Xunit;

namespace Oddswire.Actors.Tests.Feeds;

public sealed class UsShardsTests
{
    private readonly UsShards _shards = new(mostRequests: 4, mostSlugs: 2, mostShards: 2);

    private static Interest In(string slug, UsSubscriptionType type = UsSubscriptionType.MarketData) => Interest.In(type, slug);

    [Fact]
    public void A_connection_has_room_while_two_requests_stay_free_and_types_do_not_share_one()
    {
        Assert.Equal([1, 1, 1, 2], new[] { In("a"), In("b"), In("c", UsSubscriptionType.Trade), In("d") }.Select(one => _shards.Add(one)!.Number));
        Assert.Equal(1, _shards.Add(In("e", UsSubscriptionType.Trade))!.Number);
    }

    [Fact]
    public void What_does_not_fit_waits_and_what_has_a_place_keeps_it()
    {
        foreach (var slug in "abcdefgh")
            Assert.NotNull(_shards.Add(In($"{slug}")));
        Assert.Null(_shards.Add(In("i")));
        Assert.Equal([In("i")], _shards.Left);
        Assert.Equal(1, _shards.Add(In("a"))!.Number);
        _shards.Remove(In("i"));
        Assert.Empty(_shards.Left);
    }

    [Fact]
    public void What_a_connection_still_carries_is_placed_elsewhere_until_it_is_released()
    {
        var first = _shards.Add(In("a"))!;
        _shards.Add(In("b"));
        Assert.Same(first, _shards.Remove(In("a")));
        Assert.Equal(2, _shards.Add(In("a"))!.Number);
        _shards.Remove(In("a"));
        first.Release([In("a")]);
        Assert.Same(first, _shards.Add(In("a")));
    }

    [Fact]
    public void What_moves_is_asked_for_at_both_until_it_is_left()
    {
        var first = _shards.Add(In("a"))!;
        _shards.Add(In("b"));
        var second = _shards.Move(In("a"))!;
        Assert.NotSame(first, second);
        Assert.True(first.Asked.Contains(In("a")) && second.Asked.Contains(In("a")));
        Assert.Same(second, _shards.Find(In("a")));
        Assert.Equal([In("a")], _shards.Leave(first, [In("a")]));
        Assert.Equal(In("b"), Assert.Single(first.Asked));
        Assert.False(_shards.Drop(first));
        _shards.Remove(In("b"));
        Assert.True(_shards.Drop(first));
    }

    [Fact]
    public void There_may_be_one_connection_more_while_something_moves()
    {
        foreach (var slug in "abcdefgh")
            _shards.Add(In($"{slug}"));
        Assert.Equal(3, _shards.Move(In("a"))!.Number);
    }

    [Fact]
    public void A_connection_that_ended_carries_what_it_is_asked_for_and_nothing_else()
    {
        var first = _shards.Add(In("a"))!;
        _shards.Add(In("b"));
        _shards.Remove(In("a"));
        Assert.True(first.Carries(In("a")));
        first.Forget();
        Assert.False(first.Carries(In("a")));
        Assert.True(first.Carries(In("b")));
    }
}
