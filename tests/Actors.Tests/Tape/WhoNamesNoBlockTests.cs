using Oddswire.Actors.Tape;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Xunit;

namespace Oddswire.Actors.Tests.Tape;

/// <summary>Servers of Dome's protocol tell a log's place, but not in which of the blocks of that number, and no reorg (docs/adr/0034).</summary>
public sealed class WhoNamesNoBlockTests : MergerTold
{
    [Fact]
    public void What_a_Dome_server_tells_late_shows_nobody_the_rest_of_its_block()
    {
        Log(Made.Log(1, 7));
        Log(Made.Log(2, 8));
        Merger.Swept(98, 100, Made.Start * 1000, To);
        Event(Made.Log(2, 8));
        Merger.Swept(98, 102, Made.Start * 1000, To);        // a node that lags shows nothing of it
        Assert.Empty(To.Changed);
    }

    [Fact]
    public void What_a_Dome_server_tells_late_keeps_nothing_that_a_reorg_took()
    {
        Log(Made.Log(1, 7), OldBlock);
        Log(Made.Log(2, 8), OldBlock);
        Merger.Swept(98, 100, Made.Start * 1000, To);
        Event(Made.Log(1, 7));
        Log(Made.Log(2, 8), NewBlock);
        Merger.Swept(98, 102, Made.Start * 1000, To);
        Assert.Equal((EntryKind.Removed, Made.Tx(1)), (Assert.Single(To.Changed).Kind, To.Changed[0].Slot.Fill.Tx));
    }

    [Fact]
    public void A_log_that_a_reorg_moved_within_its_block_is_no_second_fill_when_a_Dome_server_tells_it_first()
    {
        // Simulation seeds 55, 57 and 487: with the store in trouble it was told for a second time.
        Event(Made.Log(1, 7));
        Log(Made.Log(1, 7), OldBlock);
        Event(MovedTo(3));
        Event(MovedTo(3));      // in another subscription
        var slot = Assert.Single(To.Released);
        Assert.Empty(To.Changed);
        TakenBack(1, 7, OldBlock);
        Log(MovedTo(3), NewBlock);
        Assert.Single(To.Released);
        Assert.Equal([(EntryKind.Removed, slot), (EntryKind.Confirmed, slot)], To.Changed);
        Assert.Equal((3, false), (slot.Fill.LogIndex, slot.Removed));
    }

    [Fact]
    public void Told_by_a_Dome_server_alone_or_before_a_restart_a_moved_log_waits_for_the_chain_too()
    {
        Event(Made.Log(1, 7));
        Event(MovedTo(3));
        Merger.Remember(Made.Log(2, 7), 2, removed: false);
        Event(Made.Log(2, 3) with { Order = Made.Log(2, 7).Order });
        Assert.Single(To.Released);
        Assert.Empty(To.Changed);
        Log(MovedTo(3), NewBlock);
        Assert.Equal((EntryKind.Confirmed, To.Released[0]), Assert.Single(To.Changed));
    }

    [Fact]
    public void A_row_that_waits_for_another_order_is_not_released_by_a_moved_log()
    {
        Log(Made.Log(1, 7), OldBlock);
        Row(Made.Row(1));
        Row(Made.Row(1));       // the wallet's second order of that size
        Event(MovedTo(3));
        Assert.Single(To.Released);
        Log(Made.Log(1, 9), OldBlock);
        Assert.Equal(9, To.Released[1].Fill.LogIndex);
    }

    [Fact]
    public void A_second_fill_of_one_order_that_a_Dome_server_tells_goes_out_when_the_chain_has_told_it_and_at_once_when_it_has_another_size()
    {
        Log(Made.Log(1, 7), OldBlock);
        Event(MovedTo(9));
        Assert.Single(To.Released);
        Log(MovedTo(9), OldBlock);
        Assert.Equal([7, 9], To.Released.Select(static slot => slot.Fill.LogIndex!.Value));
        Event(MovedTo(11) with { Shares = new(5) });
        Assert.Equal(3, To.Released.Count);
        Event(MovedTo(9));
        Assert.Equal(3, To.Released.Count);
        Assert.Empty(To.Changed);
    }

    [Fact]
    public void Without_a_chain_an_order_told_at_two_places_of_a_block_is_two_fills_since_nobody_would_ever_tell_the_second()
    {
        Merger = new(new TapeRules { HasChain = false });
        Event(Made.Log(1, 7));
        Event(MovedTo(3));
        Assert.Equal([7, 3], To.Released.Select(static slot => slot.Fill.LogIndex!.Value));
    }

    [Fact]
    public void What_a_Dome_server_tells_late_of_the_block_before_a_reorg_moves_nothing_that_the_chain_has_told()
    {
        var moved = MovedTo(3) with { Block = 101 };
        Log(moved, NewBlock);
        Event(Made.Log(1, 7));
        var slot = Assert.Single(To.Released);
        Assert.Equal(moved, slot.Fill);
        TakenBack(1, 7, OldBlock);
        Assert.Empty(To.Changed);
    }

    [Fact]
    public void What_a_Dome_server_repeats_is_in_the_block_that_the_chain_has_named()
    {
        Log(Made.Log(1, 7), NewBlock);
        Event(Made.Log(1, 7));
        TakenBack(1, 7, OldBlock);      // the news of the reorg, late
        Assert.Empty(To.Changed);
        Log(MovedTo(9), NewBlock);
        Assert.Equal([7, 9], To.Released.Select(static slot => slot.Fill.LogIndex!.Value));
    }

    private static Fill MovedTo(int index) => Made.Log(1, 7) with { LogIndex = index };
}
