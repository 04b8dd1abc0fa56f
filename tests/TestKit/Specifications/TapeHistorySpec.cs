using Oddswire.Actors.Ports;
using Oddswire.Messages.Orders;
using Xunit;

namespace Oddswire.TestKit.Specifications;

/// <summary>The order history of every <see cref="ITape"/>: what `/v1/polymarket/orders` is answered from.</summary>
public abstract class TapeHistorySpec : TapeSpec
{
    private static readonly OrderQuery Everything = TapeFills.Everything;

    [Fact]
    public async Task History_is_newest_first_and_by_offset_within_a_second()
    {
        int[] seconds = [5, 3, 5, 9, 1, 5];
        await Append([.. seconds.Select((second, at) => TapeFills.Entry(at + 1, fill => fill with { Timestamp = TapeFills.Start + second }))]);
        await AssertHistory(4L, 6L, 3L, 1L, 2L, 5L);
    }

    [Fact]
    public async Task Pages_by_offset_and_pages_by_cursor_are_the_same_rows()
    {
        await AppendCrowdedSeconds(25);
        var all = Offsets((await History()).Entries).ToList();
        Assert.Equal(25, all.Count);
        foreach (var limit in new[] { 1, 4, 5, 24, 25, 26 })
        {
            var (byOffset, byCursor) = (new List<long>(), new List<long>());
            OrderPage? page = null;
            do
            {
                page = await Tape.Query(Everything with { Limit = limit, Offset = byOffset.Count });
                byOffset.AddRange(Offsets(page.Entries));
                AssertBoundary(page, byOffset.Count);
            }
            while (page.HasMore);
            OrderCursor? after = null;
            do
            {
                page = await Tape.Query(Everything with { Limit = limit, After = after });
                byCursor.AddRange(Offsets(page.Entries));
                AssertBoundary(page, byCursor.Count);
                after = new(page.Entries[^1].Fill.Timestamp, page.Entries[^1].Position!.Value.Offset);
            }
            while (page.HasMore);
            Assert.Equal(all, byOffset);
            Assert.Equal(all, byCursor);
        }

        static void AssertBoundary(OrderPage page, int got) => Assert.Equal((25, got < 25), (page.Total, page.HasMore));
    }

    [Fact]
    public async Task A_page_behind_the_end_is_empty_and_has_the_total()
    {
        await Append(1, 2, 3);
        foreach (var query in new[] { Everything with { Offset = 3 }, Everything with { Offset = int.MaxValue }, Everything with { After = new(TapeFills.Start + 1, 1) } })
        {
            var page = await Tape.Query(query);
            Assert.Equal((0, 3, false), (page.Entries.Length, page.Total, page.HasMore));
        }
    }

    [Fact]
    public async Task Fills_that_come_meanwhile_do_not_move_the_pages_of_a_cursor()
    {
        await Append(1, 2, 3, 4);
        var first = await Tape.Query(Everything with { Limit = 2 });
        await Append(5, 6);
        var second = await Tape.Query(Everything with { Limit = 2, After = new(first.Entries[^1].Fill.Timestamp, first.Entries[^1].Position!.Value.Offset) });
        Assert.Equal([4L, 3L], Offsets(first.Entries));
        Assert.Equal([2L, 1L], Offsets(second.Entries));
        Assert.Equal((6, false), (second.Total, second.HasMore));
    }

    [Fact]
    public async Task From_and_to_are_inclusive()
    {
        await Append(1, 2, 3, 4, 5);
        Assert.Equal([4L, 3L, 2L], await Rows(Everything with { From = TapeFills.Start + 2, To = TapeFills.Start + 4 }));
        Assert.Equal([5L, 4L], await Rows(Everything with { From = TapeFills.Start + 4 }));
        Assert.Equal([2L, 1L], await Rows(Everything with { To = TapeFills.Start + 2 }));
        Assert.Equal([3L], await Rows(Everything with { From = TapeFills.Start + 3, To = TapeFills.Start + 3 }));
        Assert.Empty(await Rows(Everything with { From = TapeFills.Start + 4, To = TapeFills.Start + 3 }));
        Assert.Empty(await Rows(Everything with { From = long.MaxValue }));
    }

    [Fact]
    public async Task Wallet_slug_condition_and_token_each_narrow_the_history_and_its_total()
    {
        await Append([.. Enumerable.Range(1, 60).Select(n => TapeFills.Entry(n, TapeFills.Mixed))]);
        await AssertRows(Everything with { User = TapeFills.Wallet(2) }, n => n % 3 == 2);
        await AssertRows(Everything with { Slug = "market-3" }, n => n % 4 == 3);
        await AssertRows(Everything with { Condition = TapeFills.Condition(1) }, n => n % 4 == 1);
        await AssertRows(Everything with { Token = TapeFills.Token(6) }, n => n % 8 == 6);
        await AssertRows(Everything with { User = TapeFills.Wallet(0), Slug = "market-1" }, n => n % 3 == 0 && n % 4 == 1);
        await AssertRows(Everything with { User = TapeFills.Wallet(0), Token = TapeFills.Token(5), From = TapeFills.Start + 20, To = TapeFills.Start + 50 },
            n => n % 3 == 0 && n % 8 == 5 && n is >= 20 and <= 50);
        await AssertRows(Everything with { User = TapeFills.Wallet(404) }, _ => false);
        await AssertRows(Everything with { Slug = "nothing-like-it" }, _ => false);
    }

    private async Task AssertRows(OrderQuery query, Func<int, bool> matches)
    {
        long[] expected = [.. Enumerable.Range(1, 60).Where(matches).Select(n => (long)n).Reverse()];
        Assert.Equal(expected, await Rows(query));
        var page = await Tape.Query(query with { Limit = 1 });
        Assert.Equal((expected.Length, expected.Length > 1), (page.Total, page.HasMore));
    }

    private async Task<IEnumerable<long>> Rows(OrderQuery query) => Offsets((await Tape.Query(query)).Entries);

    // Four fills in each second, so that pages end in the middle of one.
    private ValueTask<long> AppendCrowdedSeconds(int fills) =>
        Append([.. Enumerable.Range(1, fills).Select(n => TapeFills.Entry(n, fill => fill with { Timestamp = TapeFills.Start + (n / 4) }))]);
}
