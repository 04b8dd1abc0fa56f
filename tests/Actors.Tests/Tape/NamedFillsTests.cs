using Oddswire.Actors.Tape;
using Oddswire.Messages.Orders;
using Xunit;

namespace Oddswire.Actors.Tests.Tape;

public sealed class NamedFillsTests
{
    private readonly NamedFills _named = new(TimeSpan.FromMilliseconds(500));
    private readonly List<Slot> _out = [];

    private static Slot SlotOf(Fill fill) => new(new TxGroup(fill.Tx), fill);

    [Fact]
    public void A_name_that_a_row_brought_names_the_logs_of_its_token()
    {
        Assert.True(_named.TryName(SlotOf(Made.Row(1)), 0, out _));
        var log = SlotOf(Made.Log(2, 1));
        Assert.True(_named.TryName(log, 0, out _));
        Assert.Equal(Made.Market, log.Fill.Market);
    }

    [Fact]
    public void A_fill_whose_name_is_known_already_stays_what_it_is()
    {
        var fill = Made.Log(2, 1) with { Market = Made.Market };
        Assert.True(_named.TryName(SlotOf(fill with { }), 0, out var ask));
        Assert.True(ask);
        var slot = SlotOf(fill);
        Assert.True(_named.TryName(slot, 0, out ask));
        Assert.False(ask);
        Assert.Same(fill, slot.Fill);
    }

    [Fact]
    public void Fills_of_a_token_share_what_their_market_belongs_to_in_the_words_of_their_source()
    {
        var whole = Made.Market with { EventSlug = "event", Outcome = 1 };
        _named.Described([new(Made.Token(1), whole)], _out);
        Assert.Same(whole, Named(Made.Market));
        var reworded = Named(Made.Market with { Title = "In other words?" });
        Assert.Equal(whole with { Title = "In other words?" }, reworded);
        Assert.Same(reworded, Named(Made.Market with { Title = "In other words?" }));
        Assert.Equal(whole, Named(Made.Market));

        MarketText Named(MarketText told)
        {
            var slot = SlotOf(Made.Log(2, 1) with { Market = told });
            Assert.True(_named.TryName(slot, 0, out _));
            return slot.Fill.Market;
        }
    }

    [Fact]
    public void A_row_that_does_not_say_which_outcome_it_was_has_the_known_one_and_makes_nobody_forget_it()
    {
        var whole = Made.Market with { EventSlug = "event", Outcome = 1 };
        _named.Described([new(Made.Token(1), whole)], _out);
        var row = SlotOf(Made.Row(1) with { Market = whole with { Outcome = null } });
        Assert.True(_named.TryName(row, 0, out var ask));
        Assert.False(ask);
        Assert.Equal(whole, row.Fill.Market);
        var log = SlotOf(Made.Log(2, 1));
        Assert.True(_named.TryName(log, 0, out _));
        Assert.Equal(whole, log.Fill.Market);
    }

    [Fact]
    public void A_row_that_says_its_event_and_not_its_outcome_goes_out_at_once_and_the_catalog_is_asked()
    {
        var told = Made.Market with { EventSlug = "event" };
        var row = SlotOf(Made.Row(1) with { Market = told });
        Assert.True(_named.TryName(row, 0, out var ask));
        Assert.True(ask);
        Assert.Equal(told, row.Fill.Market);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public void A_row_s_event_is_kept_where_it_was_not_known(int? outcome)
    {
        _named.Described([new(Made.Token(1), Made.Market with { Outcome = outcome })], _out);
        var told = Made.Market with { EventSlug = "event" };
        var row = SlotOf(Made.Row(1) with { Market = told });
        Assert.True(_named.TryName(row, 0, out _));
        Assert.Equal(told with { Outcome = outcome }, row.Fill.Market);
    }

    [Fact]
    public void A_token_is_asked_for_once_and_all_its_fills_get_the_name()
    {
        Assert.False(_named.TryName(SlotOf(Made.Log(1, 1)), 0, out var ask));
        Assert.True(ask);
        Assert.False(_named.TryName(SlotOf(Made.Log(2, 1)), 0, out ask));
        Assert.False(ask);
        _named.Described([new(Made.Token(1), MarketText.Unknown)], _out);
        Assert.Empty(_out);         // not known yet is no name
        _named.Described([new(Made.Token(1), Made.Market)], _out);
        Assert.All(_out, slot => Assert.Equal(Made.Market, slot.Fill.Market));
        Assert.Equal(2, _out.Count);
        _named.Due(1_000, _out);
        Assert.Equal(2, _out.Count);
    }

    [Fact]
    public void A_fill_whose_name_does_not_come_in_time_goes_without_and_the_next_asks_again()
    {
        _named.TryName(SlotOf(Made.Log(1, 1)), 0, out _);
        Assert.Equal(500, _named.NextDue);
        _named.Due(499, _out);
        Assert.Empty(_out);
        _named.Due(500, _out);
        Assert.Equal("", Assert.Single(_out).Fill.Market.Slug);
        _named.TryName(SlotOf(Made.Log(2, 1)), 501, out var ask);
        Assert.True(ask);
    }
}
