using Oddswire.Actors.Feeds;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Polygon;
using Xunit;

namespace Oddswire.Actors.Tests.Feeds;

public sealed class PolygonConversationTests
{
    private const string Tx = "0xaccc1246d7bc1c95ad44789a6e7ecbc7819dd308632aa0190fedf9673c034077";

    private NodeSide _node = new NodeSide().Open();

    [Fact]
    public void It_subscribes_once_and_is_live_when_the_node_knows_its_head()
    {
        _node.AskedOnce("eth_subscribe");
        Assert.False(_node.Talk.IsLive);
        _node.Head(100);
        Assert.True(_node.Talk.IsLive);
        Assert.Empty(_node.Asked("eth_subscribe"));
    }

    [Fact]
    public void A_pushed_log_waits_for_the_time_of_its_block_which_is_asked_once()
    {
        _node.Push(NodeSide.Log(100, 1));
        Assert.Empty(_node.Told());
        var header = _node.AskedOnce("eth_getBlockByNumber");
        _node.Push(NodeSide.Log(100, 2));
        Assert.Empty(_node.Asked("eth_getBlockByNumber"));
        _node.Time(header, 100);
        Assert.Equal([1, 2], _node.Told());
        Assert.All(_node.Talk.Observations, told => Assert.Equal(100, ((Observation.Log)told).Fill.Timestamp));
        _node.Push(NodeSide.Log(100, 3));
        Assert.Equal([3], _node.Told());
    }

    [Fact]
    public void A_time_that_came_with_the_log_is_not_asked_for()
    {
        _node.Push(NodeSide.Log(100, 1, timed: true));
        Assert.Equal([1], _node.Told());
        Assert.Empty(_node.Asked("eth_getBlockByNumber"));
    }

    [Fact]
    public void A_removed_log_is_told_and_does_not_wait_for_a_time()
    {
        _node.Push(NodeSide.Log(100, 1));
        var header = _node.AskedOnce("eth_getBlockByNumber");
        _node.Push(NodeSide.Log(100, 1, removed: true));
        Assert.Equal([(100, 1)], _node.TakenBack());
        _node.Time(header, 100);
        Assert.Empty(_node.Told());
    }

    [Fact]
    public void With_confirmations_a_log_waits_until_enough_blocks_lie_over_it_however_it_came()
    {
        _node.Open(confirmations: 2);
        _node.Push(NodeSide.Log(100, 1, timed: true));
        Assert.Empty(_node.Told());
        _node.Push(NodeSide.Log(101, 2, timed: true));
        Assert.Empty(_node.Told());
        _node.Push(NodeSide.Log(101, 3, removed: true, timed: true));
        _node.Push(NodeSide.Log(102, 4, timed: true));
        Assert.Equal([1], _node.Told());
        _node.Tick();
        _node.Open(confirmations: 2).Head(103);
        _node.AskedLogs(101, 101);
    }

    [Fact]
    public void A_transaction_that_is_not_mined_yet_is_looked_up_again_when_the_next_block_shows()
    {
        _node.Ask(new ChainQuestion.Logs(WireText.Parse<TxHash>(Tx)));
        _node.Answer(_node.AskedOnce("eth_getTransactionReceipt"), "null");
        Assert.Empty(_node.Talk.Frames);
        for (var block = 100; block < 103; block++)
        {
            _node.Push(NodeSide.Log(block, 1, timed: true));
            _node.Answer(_node.AskedOnce("eth_getTransactionReceipt"), "null");
        }
        _node.Push(NodeSide.Log(103, 1, timed: true));
        Assert.Empty(_node.Asked("eth_getTransactionReceipt"));      // the sweep finds it
    }

    [Fact]
    public void A_receipt_tells_of_the_exchanges_only()
    {
        _node.Ask(new ChainQuestion.Logs(WireText.Parse<TxHash>(Tx)));
        var other = NodeSide.Log(100, 2, timed: true).Replace("0xE111180000d2663C0091e4f400237545B87B996B", "0x00000000000000000000000000000000000000aa", StringComparison.Ordinal);
        _node.Answer(_node.AskedOnce("eth_getTransactionReceipt"), $$"""{"status":"0x1","logs":[{{NodeSide.Log(100, 1, timed: true)}},{{other}}]}""");
        Assert.Equal([1], _node.Told());
    }

    [Fact]
    public void A_node_that_leaves_a_question_unanswered_is_given_up_also_when_it_answers_others()
    {
        _node.Head(100);
        var id = _node.AskedOnce("eth_getLogs");
        for (var n = 0; n < 20; n++)
        {
            _node.Tick();
            Assert.Null(_node.Talk.Failure);
            _node.Head(100 + n);
            Assert.NotEqual(0, id);
        }
        _node.Tick();
        Assert.NotNull(_node.Talk.Failure);
    }

    [Fact]
    public void A_node_whose_chain_stands_still_gives_no_sign_of_life()
    {
        _node.Head(100);
        Assert.True(_node.Talk.WasData);
        _node.Tick();
        _node.Head(100);
        Assert.False(_node.Talk.WasData);
        _node.Tick();
        _node.Head(101);
        Assert.True(_node.Talk.WasData);
    }

    [Fact]
    public void The_head_is_asked_with_the_heartbeat_when_sweeps_are_rarer()
    {
        var rules = new PolygonRules(LogFilter.Current, TimeSpan.FromMinutes(5), 100, 0) { Heartbeat = TimeSpan.FromSeconds(30) };
        Assert.Equal(TimeSpan.FromSeconds(30), new PolygonConversation(rules, new()).TickEvery);
    }

    [Fact]
    public void Headers_are_asked_for_a_few_at_a_time_and_the_next_when_one_has_come()
    {
        _node = new NodeSide();
        _node.Cursor.Through = 1_000;
        _node.Open(1_000).Head(1_400);
        var logs = string.Join(',', Enumerable.Range(1_001, 400).Select(block => NodeSide.Log(block, 0)));
        _node.Answer(_node.AskedOnce("eth_getLogs"), $"[{logs}]");
        var open = new Queue<long>(_node.Asked("eth_getBlockByNumber").Select(asked => asked.Id));
        Assert.Equal(32, open.Count);
        for (var block = 1_001; block <= 1_400; block++)
        {
            Assert.InRange(open.Count, 1, 32);
            Assert.Null(_node.Talk.Swept);
            _node.Time(open.Dequeue(), block);
            Assert.Single(_node.Told());
            foreach (var (id, _) in _node.Asked("eth_getBlockByNumber"))
                open.Enqueue(id);
        }
        Assert.Equal(1_400, _node.Talk.Swept?.Through);
    }

    [Fact]
    public void A_block_that_the_node_does_not_have_yet_is_asked_for_with_the_next_tick_and_not_in_a_loop()
    {
        _node.Head(100);
        _node.Answer(_node.AskedOnce("eth_getLogs"), "[]");
        var header = _node.AskedOnce("eth_getBlockByNumber");
        for (var n = 0; n < 10; n++)
        {
            _node.Answer(header, "null");
            Assert.Empty(_node.Talk.Frames);
            _node.Tick();
            Assert.Null(_node.Talk.Failure);
            header = _node.AskedOnce("eth_getBlockByNumber");
        }
        _node.Time(header, 100);
        Assert.Equal(100, _node.Talk.Swept?.Through);
    }

    [Fact]
    public void An_answer_of_another_shape_leaves_no_question_open()
    {
        _node.Head(100);
        _node.Answer(_node.AskedOnce("eth_getLogs"), "\"0x1\"");
        _node.Tick();
        _node.Head(100);
        _node.Answer(_node.AskedOnce("eth_getLogs"), "[]");
        _node.Time(_node.AskedOnce("eth_getBlockByNumber"), 99);        // of another block
        Assert.Null(_node.Talk.Swept);
        _node.Tick();
        _node.Time(_node.AskedOnce("eth_getBlockByNumber"), 100);
        Assert.Equal(100, _node.Talk.Swept?.Through);
    }

    [Fact]
    public void A_refused_subscription_ends_the_connection()
    {
        _node.Error(_node.AskedOnce("eth_subscribe"), "method not found");
        Assert.Contains("method not found", _node.Talk.Failure);
    }

    [Fact]
    public void A_head_that_is_no_number_starts_no_sweep()
    {
        _node.Answer(_node.AskedOnce("eth_blockNumber"), "\"soon\"");
        Assert.Empty(_node.Talk.Frames);
        Assert.Null(_node.Cursor.Through);
    }
}
