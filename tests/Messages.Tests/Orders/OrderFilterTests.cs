using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Messages.Tests.Orders;

public sealed class OrderFilterTests
{
    private static readonly WalletId Ann = new(1, 1, 1);
    private static readonly WalletId Bob = new(2, 2, 2);
    private static readonly ConditionId Rain = new(new(1, 2, 3, 4));
    private static readonly ConditionId Snow = new(new(5, 6, 7, 8));

    [Fact]
    public void Users_are_combined_with_conditions_or_slugs()
    {
        var filter = new OrderFilter { Users = Wanted.Of(Ann), Conditions = Wanted.Of(Rain), Slugs = Wanted.Of("snow") };

        Assert.True(filter.Matches(FillOf(Ann, Rain, "rain")));
        Assert.True(filter.Matches(FillOf(Ann, Snow, "snow")));
        Assert.False(filter.Matches(FillOf(Ann, Snow, "other")));
        Assert.False(filter.Matches(FillOf(Bob, Rain, "rain")));
    }

    [Fact]
    public void A_kind_that_is_not_asked_for_does_not_restrict()
    {
        Assert.True(OrderFilter.Of(Ann, Bob).Matches(FillOf(Bob, null, "")));
        Assert.True(new OrderFilter { Slugs = Wanted.Of("rain") }.Matches(FillOf(Bob, null, "rain")));
        Assert.True(OrderFilter.Everything.Matches(FillOf(Bob, null, "")));
    }

    [Fact]
    public void An_unknown_market_matches_only_a_wildcard()
    {
        var unknown = FillOf(Ann, null, "");
        Assert.False(new OrderFilter { Conditions = Wanted.Of(default(ConditionId)) }.Matches(unknown));
        Assert.False(new OrderFilter { Slugs = Wanted.Of("") }.Matches(unknown));
        Assert.True(new OrderFilter { Conditions = Wanted<ConditionId>.Everything }.Matches(unknown));
        Assert.True(new OrderFilter { Conditions = Wanted.Of(Rain), Slugs = Wanted<string>.Everything }.Matches(unknown));
    }

    [Fact]
    public void The_taker_does_not_count() =>
        Assert.False(OrderFilter.Of(Bob).Matches(FillOf(Ann, Rain, "rain") with { Taker = Bob }));

    [Fact]
    public void A_hundred_thousand_wallets_are_kept_in_order_without_repeats()
    {
        var wallets = new WalletId[100_000];
        for (uint i = 0; i < wallets.Length; i++) wallets[i] = new(i / 2, 7, i / 2);
        var filter = OrderFilter.Of(wallets);

        Assert.Equal(50_000, filter.LongestArray);
        Assert.Equal(new WalletId(49_999, 7, 49_999), filter.Users.Values[^1]);
        Assert.True(filter.Matches(FillOf(new(31_415, 7, 31_415), null, "")));
        Assert.False(filter.Matches(FillOf(new(31_415, 8, 31_415), null, "")));
        Assert.Equal(0, Allocations.Of(() => filter.Matches(Sample)));
    }

    [Fact]
    public void Filters_with_the_same_values_are_equal_in_any_order()
    {
        Assert.Equal(OrderFilter.Of(Ann, Bob), OrderFilter.Of(Bob, Ann, Bob));
        Assert.Equal(OrderFilter.Of(Ann, Bob).GetHashCode(), OrderFilter.Of(Bob, Ann).GetHashCode());
        Assert.NotEqual(OrderFilter.Of(Ann), OrderFilter.Of(Bob));
        Assert.NotEqual(OrderFilter.Of(Ann), OrderFilter.Everything);
    }

    [Fact]
    public void A_filter_knows_whether_it_asks_and_for_everything()
    {
        Assert.True(new OrderFilter().IsEmpty);
        Assert.False(OrderFilter.Of(Ann).HasWildcard);
        Assert.True(OrderFilter.Everything.HasWildcard);
        Assert.Same(Wanted<WalletId>.Unasked, Wanted.Of<WalletId>());
    }

    [Fact]
    public void Unknown_market_text_is_empty_text()
    {
        Assert.Equal("", MarketText.Unknown.Slug);
        Assert.Equal(MarketText.Unknown, new MarketText(null, "", "", ""));
        Assert.Equal("rain", (MarketText.Unknown with { Slug = "rain" }).Slug);
    }

    private static Fill Sample { get; } = FillOf(Ann, Rain, "rain");

    private static Fill FillOf(WalletId user, ConditionId? condition, string slug) => new()
    {
        Token = default,
        Side = Side.Buy,
        Shares = new(1),
        Price = new(1),
        Tx = default,
        User = user,
        Timestamp = 1,
        Market = new(condition, slug, "", ""),
    };
}
