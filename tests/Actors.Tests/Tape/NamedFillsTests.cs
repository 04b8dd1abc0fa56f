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
