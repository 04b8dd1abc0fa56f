using Oddswire.Messages.Feeds;
using Xunit;

namespace Oddswire.Actors.Tests.Feeds;

public sealed class PolygonSweepTests
{
    private NodeSide _node = new NodeSide().Open();

    private void FromTape(int through, int range)
    {
        _node = new NodeSide();
        _node.Cursor.Through = through;
        _node.Open(range);
    }

    /// <summary>Answers one sweep; false: the node finds the range too large.</summary>
    private bool Sweep(int from, int to, int most)
    {
        var id = _node.AskedLogs(from, to);
        if (to - from + 1 > most)
        {
            _node.Error(id, "block range is too large");
            return false;
        }
        _node.Answer(id, "[]");
        if (_node.Asked("eth_getBlockByNumber") is [var header])
            _node.Time(header.Id, to);
        Assert.Equal((from, to), (_node.Talk.Swept?.From, _node.Talk.Swept?.Through));
        return true;
    }

    [Fact]
    public void A_log_that_was_not_pushed_is_found_by_the_sweep_and_told_before_its_end()
    {
        _node.SweepThrough(100);
        _node.Tick();
        _node.Head(102);
        _node.Answer(_node.AskedLogs(100, 102), $"[{NodeSide.Log(101, 5)}]");
        Assert.Null(_node.Talk.Swept);
        var headers = _node.Asked("eth_getBlockByNumber");
        Assert.Equal(2, headers.Count);
        _node.Time(headers[0].Id, 101);
        Assert.Equal([5], _node.Told());
        Assert.Null(_node.Talk.Swept);
        _node.Time(headers[1].Id, 102);
        Assert.Equal((100, 102, 100_000), _node.Talk.Swept);
        Assert.Equal(102, _node.Cursor.Through);
    }

    [Fact]
    public void The_first_sweep_looks_at_nothing_that_was_before_it_and_later_ones_look_at_each_block_twice()
    {
        _node.Head(100);
        Assert.True(Sweep(100, 100, most: 100));
        _node.Tick();
        _node.Head(103);
        Assert.True(Sweep(100, 103, most: 100));
        _node.Tick();
        _node.Head(106);
        Assert.True(Sweep(101, 106, most: 100));
    }

    [Fact]
    public void A_log_that_a_node_behind_a_balancer_did_not_have_is_found_by_the_next_sweep()
    {
        FromTape(100, range: 100);
        _node.Head(103);
        Assert.True(Sweep(98, 103, most: 100));
        _node.Tick();
        _node.Head(105);
        _node.Answer(_node.AskedLogs(101, 105), $"[{NodeSide.Log(101, 7, timed: true)}]");
        Assert.Equal([7], _node.Told());
    }

    [Fact]
    public void A_new_connection_goes_on_where_the_last_one_was()
    {
        _node.SweepThrough(100);
        _node.Open();
        _node.Head(150);
        _node.AskedLogs(100, 150);
    }

    [Fact]
    public void What_the_tape_could_not_keep_is_swept_again()
    {
        FromTape(100, range: 100);
        _node.SweepThrough(150);
        _node.Ask(new ChainQuestion.SweepAfter(120));
        _node.Head(151);
        Assert.True(Sweep(118, 151, most: 100));
        _node.Ask(new ChainQuestion.SweepAfter(151));       // that is where it is
        Assert.Empty(_node.Talk.Frames);
    }

    [Fact]
    public void The_answer_to_a_sweep_that_was_given_up_is_told_and_ends_no_other_sweep()
    {
        FromTape(100, range: 100);
        _node.Head(150);
        var old = _node.AskedLogs(98, 150);
        _node.Ask(new ChainQuestion.SweepAfter(50));
        _node.Head(150);
        var fresh = _node.AskedLogs(48, 147);
        _node.Answer(old, $"[{NodeSide.Log(149, 3, timed: true)}]");
        Assert.Equal([3], _node.Told());
        Assert.Null(_node.Talk.Swept);
        _node.Tick();
        Assert.Equal(50, _node.Cursor.Through);
        _node.Answer(fresh, "[]");
        _node.Time(_node.AskedOnce("eth_getBlockByNumber"), 147);
        Assert.Equal((48, 147), (_node.Talk.Swept?.From, _node.Talk.Swept?.Through));
    }

    [Fact]
    public void The_refusal_of_a_sweep_that_was_given_up_ends_no_other_sweep()
    {
        FromTape(100, range: 100);
        _node.Head(150);
        var old = _node.AskedLogs(98, 150);
        _node.Ask(new ChainQuestion.SweepAfter(90));
        _node.Head(150);
        var fresh = _node.AskedLogs(88, 150);
        _node.Error(old, "block range is too large");
        Assert.Empty(_node.Talk.Frames);
        _node.Answer(fresh, "[]");
        _node.Time(_node.AskedOnce("eth_getBlockByNumber"), 150);
        Assert.Equal(150, _node.Talk.Swept?.Through);
    }

    [Fact]
    public void A_sweep_whose_header_was_still_awaited_does_not_end_after_it_was_given_up()
    {
        FromTape(100, range: 100);
        _node.Head(150);
        _node.Answer(_node.AskedLogs(98, 150), "[]");
        var header = _node.AskedOnce("eth_getBlockByNumber");
        _node.Ask(new ChainQuestion.SweepAfter(120));
        _node.Time(header, 150);
        Assert.Null(_node.Talk.Swept);
        Assert.Equal(100, _node.Cursor.Through);
    }

    [Fact]
    public void A_node_that_is_behind_what_was_swept_is_asked_again_and_sweeps_nothing_back()
    {
        _node.SweepThrough(100);
        _node.Tick();
        _node.Head(98);
        Assert.Empty(_node.Asked("eth_getLogs"));
        Assert.Equal(100, _node.Cursor.Through);
        _node.Tick();
        _node.Head(101);
        _node.Error(_node.AskedOnce("eth_getLogs"), "invalid block range params");
        Assert.Empty(_node.Talk.Frames);
        _node.Tick();
        _node.Head(101);
        _node.Answer(_node.AskedOnce("eth_getLogs"), "null");
        _node.Tick();
        _node.Head(101);
        _node.AskedLogs(100, 101);
    }

    [Fact]
    public void A_range_that_is_too_large_is_halved_at_once_down_to_single_blocks()
    {
        FromTape(100, range: 4);
        _node.Head(110);
        Assert.False(Sweep(99, 102, most: 1));
        _node.Head(110);
        Assert.False(Sweep(100, 101, most: 1));
        for (var block = 101; block <= 108; block++)
        {
            _node.Head(110);
            Assert.True(Sweep(block, block, most: 1));
        }
        _node.Head(110);
        Assert.False(Sweep(108, 109, most: 1));     // eight were right: more is tried, and not for long
        for (var block = 109; block <= 110; block++)
        {
            _node.Head(110);
            Assert.True(Sweep(block, block, most: 1));
        }
        _node.Head(110);
        Assert.Empty(_node.Talk.Frames);
    }

    [Fact]
    public void A_range_that_was_halved_grows_back_to_what_is_set_and_no_further()
    {
        FromTape(100, range: 4);
        _node.Head(1_000);
        Assert.False(Sweep(99, 102, most: 3));
        var (largest, through) = (0, 100L);
        for (var n = 0; n < 40; n++)
        {
            _node.Head(1_000);
            var id = Assert.Single(_node.Asked("eth_getLogs")).Id;
            _node.Answer(id, "[]");
            _node.Time(_node.AskedOnce("eth_getBlockByNumber"), (int)_node.Cursor.Through! + Grown());
            var swept = _node.Talk.Swept!.Value;
            Assert.True(swept.Through > through);
            (largest, through) = (Math.Max(largest, (int)(swept.Through - swept.From + 1)), swept.Through);
        }
        Assert.Equal(4, largest);

        // What a sweep of the present range adds.
        int Grown() => _node.Cursor.Range == 2 ? 1 : 2;
    }

    [Fact]
    public void A_look_that_ended_with_its_connection_is_asked_for_half()
    {
        FromTape(100, range: 1_000);
        _node.Head(2_000);
        _node.AskedLogs(98, 1_097);
        _node.Open(1_000).Head(2_000);
        _node.AskedLogs(98, 597);
        _node.Open(1_000).Head(2_000);
        _node.Answer(_node.AskedLogs(98, 347), "[]");
        _node.Time(_node.AskedOnce("eth_getBlockByNumber"), 347);
        _node.Open(1_000).Head(2_000);      // lost for another reason
        _node.AskedLogs(345, 594);
    }

    [Fact]
    public void What_was_too_much_is_what_was_asked_for_and_not_what_might_have_been()
    {
        FromTape(100, range: 1_000);
        _node.Head(137);
        _node.AskedLogs(98, 137);
        _node.Open(1_000).Head(137);
        Assert.False(Sweep(98, 117, most: 10));
        _node.Head(137);
        Assert.True(Sweep(98, 107, most: 10));
    }

    [Fact]
    public void A_log_that_a_reorg_took_away_without_a_word_is_missed_by_the_second_look()
    {
        FromTape(99, range: 100);
        _node.Head(100);
        _node.Answer(_node.AskedLogs(97, 100), $"[{NodeSide.Log(100, 1, timed: true)},{NodeSide.Log(100, 2, timed: true)}]");
        Assert.Equal([1, 2], _node.Told());
        _node.Tick();
        _node.Head(102);
        _node.Answer(_node.AskedLogs(98, 102), $"[{NodeSide.Log(100, 2, fork: 1, timed: true)},{NodeSide.Log(102, 4, timed: true)}]");
        Assert.Equal([(100, 1)], _node.TakenBack());
        Assert.Equal([2, 4], _node.Told());
        _node.Tick();
        _node.Head(103);
        _node.Answer(_node.AskedLogs(100, 103), $"[{NodeSide.Log(100, 2, fork: 1, timed: true)}]");
        Assert.Empty(_node.TakenBack());
    }

    [Fact]
    public void An_answer_that_lacks_a_block_or_a_log_of_the_same_block_takes_nothing_back()
    {
        FromTape(99, range: 100);
        _node.Head(100);
        _node.Answer(_node.AskedLogs(97, 100), $"[{NodeSide.Log(100, 1, timed: true)},{NodeSide.Log(100, 2, timed: true)}]");
        _node.Tick();
        _node.Head(101);
        _node.Answer(_node.AskedLogs(98, 101), $"[{NodeSide.Log(100, 2, timed: true)}]");
        Assert.Empty(_node.TakenBack());
        _node.Time(_node.AskedOnce("eth_getBlockByNumber"), 101);
        _node.Tick();
        _node.Head(102);
        _node.Answer(_node.AskedLogs(99, 102), "[]");
        Assert.Empty(_node.TakenBack());
    }
}
