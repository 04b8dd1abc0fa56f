using Oddswire.Actors.Tape;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Xunit;

namespace Oddswire.Actors.Tests.Tape;

public sealed class MergerTests : MergerTold
{
    [Fact]
    public void A_log_that_push_and_sweep_tell_is_one_fill()
    {
        Log(Made.Log(1, 7));
        Log(Made.Log(1, 7));
        Assert.Single(To.Released);
        Assert.Empty(To.Changed);
    }

    [Fact]
    public void A_log_that_a_row_announced_is_one_fill_and_has_every_field()
    {
        Row(Made.Row(1));
        Assert.Empty(To.Released);
        Log(Made.Log(1, 7));
        var slot = Assert.Single(To.Released);
        Assert.Equal(Made.Log(1, 7) with { Market = Made.Market }, slot.Fill);
        Row(Made.Row(1), OtherRtds);
        Wait(60_000);
        Assert.Single(To.Released);
    }

    [Fact]
    public void A_row_that_comes_after_its_log_says_nothing_new()
    {
        Log(Made.Log(1, 7));
        Row(Made.Row(1));
        Wait(60_000);
        Assert.Single(To.Released);
        Assert.Empty(To.Fetch);
    }

    [Fact]
    public void Several_maker_rows_of_one_wallet_meet_as_many_logs()
    {
        Row(Made.Row(1, shares: 10));
        Row(Made.Row(1, shares: 20));
        Log(Made.Log(1, 7, shares: 20));
        Log(Made.Log(1, 8, shares: 10));
        Wait(60_000);
        Assert.Equal([20, 10], To.Released.Select(slot => slot.Fill.Shares.Micros));
        Log(Made.Log(1, 9, shares: 30));
        Assert.Equal(3, To.Released.Count);
    }

    [Fact]
    public void A_row_meets_the_log_of_its_own_size_and_leaves_the_wallets_other_order_alone()
    {
        Merger.ChainIsUp = false;
        Row(Made.Row(1, shares: 232_070_000));
        Log(Made.Log(1, 1, shares: 21_000_000));
        Log(Made.Log(1, 3, shares: 232_070_000));
        Assert.Equal([232_070_000, 21_000_000], To.Released.Select(static slot => slot.Fill.Shares.Micros));
        Assert.Equal(3, Assert.Single(To.Changed).Slot.Fill.LogIndex);
    }

    [Fact]
    public void Rows_of_different_wallets_tokens_and_sides_are_kept_apart()
    {
        Merger.ChainIsUp = false;
        Row(Made.Row(1, user: 1));
        Row(Made.Row(1, user: 2));
        Row(Made.Row(1, token: 2));
        Row(Made.Row(1) with { Side = Messages.Values.Side.Sell });
        Assert.Equal(4, To.Released.Count);
    }

    [Fact]
    public void Two_connections_of_a_witness_do_not_add_up()
    {
        Merger.ChainIsUp = false;
        Row(Made.Row(1));
        Row(Made.Row(1), OtherRtds);
        Assert.Single(To.Released);
        Row(Made.Row(1), OtherRtds);
        Assert.Equal(2, To.Released.Count);        // its second row: there are two
    }

    [Fact]
    public void Two_topics_of_one_connection_do_not_add_up()
    {
        Merger.ChainIsUp = false;
        Row(Made.Row(1));
        Row(Made.Row(1), topic: "orders_matched");
        Assert.Single(To.Released);
    }

    [Fact]
    public void A_witness_that_came_back_and_repeats_itself_says_nothing_new()
    {
        Merger.ChainIsUp = false;
        Merger.Up(Rtds);
        Row(Made.Row(1));
        Merger.Up(Rtds);
        Row(Made.Row(1));
        Assert.Single(To.Released);
    }

    [Fact]
    public void A_row_without_a_log_goes_out_after_the_longest_wait_and_its_log_confirms_it_later()
    {
        Row(Made.Row(1));
        Wait(4_999);
        Assert.Empty(To.Released);
        Assert.Equal(6_000, Merger.NextDue);
        Wait(1);
        var released = Assert.Single(To.Released);
        Assert.Null(released.Fill.LogIndex);
        Log(Made.Log(1, 7));
        Assert.Single(To.Released);
        Assert.Equal([(EntryKind.Confirmed, released)], To.Changed);
        Assert.Equal(7, released.Fill.LogIndex);
    }

    [Fact]
    public void Released_first_a_row_goes_out_at_once_and_its_log_confirms_it()
    {
        Merger = new(new TapeRules { Release = Release.First }) { ChainIsUp = true };
        Row(Made.Row(1));
        var released = Assert.Single(To.Released);
        Log(Made.Log(1, 7));
        Assert.Equal([(EntryKind.Confirmed, released)], To.Changed);
    }

    [Fact]
    public void What_a_second_look_at_its_block_does_not_show_was_taken_back_and_what_it_shows_again_comes_back()
    {
        Log(Made.Log(1, 7));
        Log(Made.Log(2, 8));
        Merger.Swept(98, 100, Made.Start * 1000, To);
        Log(Made.Log(2, 8));        // the second look: another block of the same number
        Merger.Swept(98, 102, Made.Start * 1000, To);
        var (kind, slot) = Assert.Single(To.Changed);
        Assert.Equal((EntryKind.Removed, Made.Tx(1), true), (kind, slot.Fill.Tx, slot.Removed));
        Log(Made.Log(1, 7));
        Assert.Equal((EntryKind.Confirmed, false), (To.Changed[^1].Kind, slot.Removed));
    }

    [Fact]
    public void A_block_that_is_seen_for_the_first_time_or_of_which_nothing_is_shown_proves_nothing()
    {
        Log(Made.Log(1, 7));
        Merger.Swept(98, 99, Made.Start * 1000, To);
        Log(Made.Log(2, 8));        // block 100, pushed in two parts around a sweep
        Merger.Swept(98, 100, Made.Start * 1000, To);
        Merger.Swept(98, 102, Made.Start * 1000, To);        // a node that lags shows nothing of it
        Assert.Empty(To.Changed);
    }

    [Fact]
    public void What_a_reorg_took_while_the_gateway_was_down_is_seen_by_the_first_sweep()
    {
        Merger.Remember(Made.Log(1, 7), 1, removed: false);
        Merger.Remember(Made.Log(2, 8), 2, removed: false);
        Merger.Started(100);
        Log(Made.Log(2, 9) with { Order = Made.Log(2, 8).Order }, NewBlock);        // mined again in a block of the same number, at another place
        Log(Made.Log(3, 1), NewBlock);
        Merger.Swept(97, 103, Made.Start * 1000, To);
        Assert.Equal([(EntryKind.Confirmed, 2L), (EntryKind.Removed, 1)], To.Changed.Select(static changed => (changed.Kind, changed.Slot.Offset)));
        Assert.Equal(Made.Tx(3), Assert.Single(To.Released).Fill.Tx);
    }

    [Theory]
    [InlineData(102, false)]
    [InlineData(103, true)]
    public void Pushed_and_not_yet_swept_when_a_reorg_took_it_unseen_it_is_missed_by_the_first_sweep_that_passes_it(int through, bool isMissed)
    {
        Merger.Remember(Made.Log(1, 7), 1, removed: false);
        Merger.Remember(Made.Log(2, 8), 2, removed: false);
        Merger.Started(99);
        Log(Made.Log(2, 8));
        Merger.Swept(97, through, Made.Start * 1000, To);
        Assert.Equal(isMissed ? [1L] : [], To.Changed.Where(changed => changed.Kind == EntryKind.Removed).Select(changed => changed.Slot.Offset));
        Log(Made.Log(2, 8));
        Merger.Swept(through - 2, through + 1, Made.Start * 1000, To);        // with two blocks over it, it is looked at a second time
        Assert.Equal(1L, Assert.Single(To.Changed, static changed => changed.Kind == EntryKind.Removed).Slot.Offset);
    }

    [Fact]
    public void Mined_again_in_a_block_of_the_same_number_each_order_keeps_its_fill_although_their_places_overlap()
    {
        Log(Made.Log(1, 4), OldBlock);
        Log(Made.Log(1, 6, user: 2), OldBlock);
        Log(Made.Log(1, 6, user: 2) with { LogIndex = 8, Order = Made.Log(1, 9).Order }, OldBlock);
        Log(Made.Log(1, 4) with { LogIndex = 1 }, NewBlock);
        Log(Made.Log(1, 6, user: 2) with { LogIndex = 4 }, NewBlock);
        Log(Made.Log(1, 6, user: 2) with { Order = Made.Log(1, 9).Order }, NewBlock);
        Assert.Equal(3, To.Released.Count);
        Assert.Equal([1, 4, 6], To.Released.Select(slot => slot.Fill.LogIndex!.Value));
        foreach (var index in new[] { 4, 6, 8 })
            Merger.Observe(Chain, new Observation.LogRemoved(Made.Tx(1), index, 100, OldBlock), new Moment(Now, Now), To);        // the news of the reorg, late
        Assert.Equal([1, 4, 6], To.Released.Where(slot => !slot.Removed).Select(slot => slot.Fill.LogIndex!.Value));
    }

    [Fact]
    public void What_was_given_up_is_released_once_however_often_it_is_told_again()
    {
        Log(Made.Log(1, 7));
        var slot = To.Released[0];
        (slot.IsNamed, slot.IsShed) = (true, true);
        To.Clear();
        Log(Made.Log(1, 7));
        Log(Made.Log(1, 7));
        Assert.Same(slot, Assert.Single(To.Released));
    }

    [Fact]
    public void Without_a_live_chain_a_row_goes_out_at_once()
    {
        Merger.ChainIsUp = false;
        Row(Made.Row(1));
        Assert.Single(To.Released);
        Assert.Empty(To.Fetch);
    }

    [Fact]
    public void Rows_left_over_when_the_block_is_swept_are_dropped_and_time_does_not_release_them()
    {
        Row(Made.Row(1));
        Row(Made.Row(1, user: 2));
        Log(Made.Log(1, 7));
        Wait(20_000);
        Assert.Single(To.Released);        // mined: the sweep decides, not the time
        Merger.Swept(98, 99, Made.Start * 1000, To);
        Assert.Equal(0, Merger.Dropped);
        Merger.Swept(99, 100, Made.Start * 1000, To);
        Assert.Equal(1, Merger.Dropped);
        Wait(60_000);
        Assert.Single(To.Released);
        Row(Made.Row(1, user: 2), OtherRtds);
        Wait(60_000);
        Assert.Single(To.Released);
        Assert.Null(Merger.NextDue);
    }

    [Fact]
    public void A_row_that_went_out_and_that_no_log_followed_is_taken_back_when_its_block_is_swept()
    {
        Merger = new(new TapeRules { Release = Release.First }) { ChainIsUp = true };
        Row(Made.Row(1));
        Row(Made.Row(1));       // a frame told twice, or a second order of the same size: the chain will say
        Log(Made.Log(1, 7));
        To.Changed.Clear();
        Merger.Swept(99 - 1, 99, 0, To);
        Assert.Empty(To.Changed);
        Merger.Swept(100 - 1, 100, 0, To);
        Assert.Equal([(EntryKind.Removed, To.Released[1])], To.Changed);
        Merger.Swept(101 - 1, 101, 0, To);
        Row(Made.Row(1), OtherRtds);
        Assert.Single(To.Changed);
        Assert.Equal(2, To.Released.Count);
    }

    [Fact]
    public void A_row_whose_transaction_is_never_mined_is_taken_back_after_ten_minutes_and_comes_back_with_its_log()
    {
        Merger.ChainIsUp = false;
        Merger.Remember(Made.Row(2), 1, removed: false);
        Row(Made.Row(1));
        var mined = (Made.Row(1).Timestamp + 600) * 1000;
        Merger.Swept(300 - 1, 300, mined - 1, To);
        Assert.Empty(To.Changed);
        Merger.Swept(301 - 1, 301, mined, To);
        Assert.Equal([(EntryKind.Removed, 1L), (EntryKind.Removed, 0L)], To.Changed.Select(change => (change.Kind, change.Slot.Offset)));
        Log(Made.Log(1, 7));
        Assert.Equal((EntryKind.Confirmed, To.Released[0]), To.Changed[^1]);
        Assert.False(To.Released[0].Removed);
    }

    [Fact]
    public void A_transaction_is_fetched_once_however_many_rows_tell_of_it()
    {
        Row(Made.Row(1));
        Row(Made.Row(1, user: 2));
        Row(Made.Row(1), OtherRtds);
        Row(Made.Row(2));
        Assert.Equal([Made.Tx(1), Made.Tx(2)], To.Fetch);
    }

    [Fact]
    public void A_log_taken_back_and_mined_again_is_the_same_fill()
    {
        Log(Made.Log(1, 7));
        var slot = Assert.Single(To.Released);
        TakenBack(1, 7);
        TakenBack(1, 7);
        Log(Made.Log(1, 7) with { Block = 101, LogIndex = 3 });
        Assert.Single(To.Released);
        Assert.Equal([(EntryKind.Removed, slot), (EntryKind.Confirmed, slot)], To.Changed);
        Assert.Equal(101, slot.Fill.Block);
        Assert.False(slot.Removed);
    }

    [Fact]
    public void A_log_mined_again_whose_removal_was_lost_is_the_same_fill()
    {
        Log(Made.Log(1, 7));
        Log(Made.Log(1, 7) with { Block = 101, LogIndex = 3 });
        var slot = Assert.Single(To.Released);
        Assert.Equal([(EntryKind.Confirmed, slot)], To.Changed);
    }

    [Fact]
    public void Mined_again_in_a_block_of_the_same_number_while_the_gateway_was_down_is_the_same_fill()
    {
        // Simulation seed 52072: with the store in trouble it was told for a second time.
        Merger.Remember(Made.Log(1, 7), 1, removed: false);
        Merger.Remember(Made.Log(1, 9, user: 2), 2, removed: false);
        var block = new Bytes32(2, 0, 0, 0);
        Log(Made.Log(1, 3) with { Order = Made.Log(1, 7).Order }, block);
        Log(Made.Log(1, 7, user: 2) with { Order = Made.Log(1, 9).Order }, block);
        Assert.Empty(To.Released);
        Assert.Equal([1L, 2L], To.Changed.Select(static changed => changed.Slot.Offset));
    }

    [Fact]
    public void Two_logs_of_one_order_that_stand_where_they_stood_before_a_restart_are_two_fills()
    {
        var first = Made.Log(1, 7);
        Merger.Remember(first, 1, removed: false);
        var block = new Bytes32(2, 0, 0, 0);
        Log(first, block);
        Log(first with { LogIndex = 9 }, block);        // what the gateway missed
        Assert.Equal(9, Assert.Single(To.Released).Fill.LogIndex);
        Assert.Empty(To.Changed);
    }

    [Fact]
    public void A_removal_of_an_unknown_log_is_nothing()
    {
        TakenBack(1, 7);
        Assert.Empty(To.Changed);
    }

    [Fact]
    public void What_the_tape_held_before_a_restart_is_not_told_again()
    {
        Merger.Remember(Made.Log(1, 7), 1, removed: false);
        Merger.Remember(Made.Row(2), 2, removed: false);
        Merger.Remember(Made.Log(3, 7), 3, removed: true);
        Log(Made.Log(1, 7));
        Row(Made.Row(1));
        Row(Made.Row(2));
        Assert.Empty(To.Released);
        Assert.Empty(To.Changed);
        Log(Made.Log(2, 7));
        Log(Made.Log(3, 7));
        Assert.Equal([2L, 3L], To.Changed.Select(change => change.Slot.Offset));
        Wait(60_000);
        Assert.Empty(To.Released);
    }

    [Fact]
    public void Only_so_many_transactions_are_remembered()
    {
        Merger = new(new TapeRules { Remembered = 2 });
        Log(Made.Log(1, 7));
        Log(Made.Log(2, 7));
        Log(Made.Log(3, 7));
        Log(Made.Log(3, 7));
        Assert.Equal(3, To.Released.Count);
        Log(Made.Log(1, 7));
        Assert.Equal(4, To.Released.Count);
    }
}
