using System.Text;
using System.Text.Json;
using Oddswire.Actors.Feeds;
using Oddswire.Messages.Feeds;
using Oddswire.Protocols.Polygon;
using Xunit;

namespace Oddswire.Actors.Tests.Feeds;

public sealed class PolygonConversationTests
{
    private readonly Talk _talk = new();
    private readonly SweepCursor _cursor = new();
    private PolygonConversation _node;

    public PolygonConversationTests() => _node = Open(100);

    private PolygonConversation Open(int range)
    {
        _node = new(new PolygonRules(LogFilter.Current, TimeSpan.FromSeconds(1), range, 0), _cursor);
        _talk.Clear();
        _node.Opened([], _talk);
        return _node;
    }

    /// <summary>The questions of a method since the last look: their numbers and parameters.</summary>
    private List<(long Id, string Params)> Asked(string method)
    {
        List<(long, string)> asked = [];
        foreach (var frame in _talk.Frames)
        {
            using var json = JsonDocument.Parse(frame);
            if (json.RootElement.GetProperty("method").GetString() == method)
                asked.Add((json.RootElement.GetProperty("id").GetInt64(), json.RootElement.GetProperty("params").GetRawText()));
        }
        return asked;
    }

    private long AskedOnce(string method) => Assert.Single(Asked(method)).Id;

    private void Hear(string frame)
    {
        _talk.Clear();
        _node.Heard(Encoding.UTF8.GetBytes(frame), _talk);
    }

    private void Answer(long id, string result) => Hear($$"""{"jsonrpc":"2.0","id":{{id}},"result":{{result}}}""");
    private void Error(long id, string message) => Hear($$$"""{"jsonrpc":"2.0","id":{{{id}}},"error":{"code":-32000,"message":"{{{message}}}"}}""");
    private void Head(int block) => Answer(AskedOnce("eth_blockNumber"), $"\"0x{block:x}\"");
    private void Time(long id, int block) => Answer(id, $$"""{"number":"0x{{block:x}}","timestamp":"0x64"}""");

    private void Tick()
    {
        _talk.Clear();
        _node.Tick(_talk);
    }

    private static string Log(int block, int index, bool removed = false) => $$"""
        {"address":"0xE111180000d2663C0091e4f400237545B87B996B","topics":["0xd543adfd945773f1a62f74f0ee55a5e3b9b1a28262980ba90b1a89f2ea84d8ee","0xc2b8ee7c9dced1374ac8e2307c65e5204283781c98e1640e28d25d6cc14a0e13","0x0000000000000000000000006031b6eed1c97e853c6e0f03ad3ce3529351f96d","0x000000000000000000000000f39fd6e51aad88f6f4ce6ab8827279cfffb92266"],"data":"0x0000000000000000000000000000000000000000000000000000000000000000b18ee4bdd493a7b90ef7985202ceaf2d2d87374974d57eda017c1491d0e8a73300000000000000000000000000000000000000000000000000000000004ce7800000000000000000000000000000000000000000000000000000000000895440000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000","blockNumber":"0x{{block:x}}","transactionHash":"0xaccc1246d7bc1c95ad44789a6e7ecbc7819dd308632aa0190fedf9673c034077","logIndex":"0x{{index:x}}","removed":{{(removed ? "true" : "false")}}}
        """;

    private void Push(string log) => Hear($$$"""{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0x1","result":{{{log}}}}}""");

    private IEnumerable<int?> Told() => _talk.Observations.OfType<Observation.Log>().Select(log => log.Fill.LogIndex);

    /// <summary>A sweep through a block without logs.</summary>
    private void SweepThrough(int block)
    {
        Head(block);
        Answer(AskedOnce("eth_getLogs"), "[]");
        Time(AskedOnce("eth_getBlockByNumber"), block);
        Assert.Equal((block, 100_000), (_talk.Swept?.Through, _talk.Swept?.Time));
    }

    [Fact]
    public void It_subscribes_once_and_is_live_when_the_node_knows_its_head()
    {
        AskedOnce("eth_subscribe");
        Assert.False(_talk.IsLive);
        Head(100);
        Assert.True(_talk.IsLive);
        Assert.Empty(Asked("eth_subscribe"));
    }

    [Fact]
    public void A_pushed_log_waits_for_the_time_of_its_block_which_is_asked_once()
    {
        Push(Log(100, 1));
        Assert.Empty(Told());
        var header = AskedOnce("eth_getBlockByNumber");
        Push(Log(100, 2));
        Assert.Empty(Asked("eth_getBlockByNumber"));
        Time(header, 100);
        Assert.Equal([1, 2], Told());
        Assert.All(_talk.Observations, told => Assert.Equal(100, ((Observation.Log)told).Fill.Timestamp));
        Push(Log(100, 3));
        Assert.Equal([3], Told());
    }

    [Fact]
    public void A_log_that_was_not_pushed_is_found_by_the_sweep_and_told_before_its_end()
    {
        SweepThrough(100);
        Tick();
        Head(102);
        var (id, parameters) = Assert.Single(Asked("eth_getLogs"));
        Assert.Contains("\"fromBlock\":\"0x64\",\"toBlock\":\"0x66\"", parameters);
        Answer(id, $"[{Log(101, 5)}]");
        Assert.Null(_talk.Swept);
        var headers = Asked("eth_getBlockByNumber");
        Assert.Equal(2, headers.Count);
        Time(headers[0].Id, 101);
        Assert.Equal([5], Told());
        Assert.Null(_talk.Swept);
        Time(headers[1].Id, 102);
        Assert.Equal((100, 102, 100_000), _talk.Swept);
        Assert.Equal(102, _cursor.Through);
    }

    [Fact]
    public void A_new_connection_goes_on_where_the_last_one_was()
    {
        SweepThrough(100);
        Open(100);
        Head(150);
        Assert.Contains("\"fromBlock\":\"0x64\",\"toBlock\":\"0x96\"", Assert.Single(Asked("eth_getLogs")).Params);
    }

    [Fact]
    public void A_node_that_is_behind_what_was_swept_is_asked_again_and_swept_back_by_nobody()
    {
        SweepThrough(100);
        Tick();
        Head(98);
        Assert.Empty(Asked("eth_getLogs"));
        Tick();
        Head(101);
        Error(AskedOnce("eth_getLogs"), "invalid block range params");
        Tick();
        Head(101);
        AskedOnce("eth_getLogs");
    }

    [Fact]
    public void A_range_that_is_too_large_is_halved_until_it_is_not_and_the_sweep_gets_on_block_by_block()
    {
        _cursor.Through = 100;
        Open(4);
        Head(110);
        Error(AskedOnce("eth_getLogs"), "block range is too large");
        Tick();
        Head(110);
        var (id, parameters) = Assert.Single(Asked("eth_getLogs"));
        Assert.Contains("\"fromBlock\":\"0x64\",\"toBlock\":\"0x65\"", parameters);
        Error(id, "block range is too large");
        Tick();
        for (var block = 101; block <= 110; block++)
        {
            Head(110);
            Answer(AskedOnce("eth_getLogs"), "[]");
            Time(AskedOnce("eth_getBlockByNumber"), block);
            Assert.Equal(block, _cursor.Through);
        }
        Head(110);
        Assert.Empty(_talk.Frames);
    }

    [Fact]
    public void A_block_that_the_node_does_not_have_yet_is_asked_for_with_the_next_tick_and_not_in_a_loop()
    {
        Head(100);
        Answer(AskedOnce("eth_getLogs"), "[]");
        var header = AskedOnce("eth_getBlockByNumber");
        for (var n = 0; n < 10; n++)
        {
            Answer(header, "null");
            Assert.Empty(_talk.Frames);
            Tick();
            Assert.Null(_talk.Failure);
            header = AskedOnce("eth_getBlockByNumber");
        }
        Time(header, 100);
        Assert.Equal(100, _talk.Swept?.Through);
    }

    [Fact]
    public void A_removed_log_is_told_and_does_not_wait_for_a_time()
    {
        Push(Log(100, 1));
        var header = AskedOnce("eth_getBlockByNumber");
        Push(Log(100, 1, removed: true));
        Assert.Equal(1, Assert.IsType<Observation.LogRemoved>(Assert.Single(_talk.Observations)).LogIndex);
        Time(header, 100);
        Assert.Empty(Told());
    }

    [Fact]
    public void A_node_that_stops_answering_is_given_up()
    {
        for (var n = 0; n < 4; n++)
            Tick();
        Assert.Null(_talk.Failure);
        Tick();
        Assert.NotNull(_talk.Failure);
    }

    [Fact]
    public void A_refused_subscription_ends_the_connection()
    {
        Error(AskedOnce("eth_subscribe"), "method not found");
        Assert.Contains("method not found", _talk.Failure);
    }

    [Fact]
    public void A_head_that_is_no_number_starts_no_sweep()
    {
        Answer(AskedOnce("eth_blockNumber"), "\"soon\"");
        Assert.Empty(_talk.Frames);
        Assert.Null(_cursor.Through);
    }
}
