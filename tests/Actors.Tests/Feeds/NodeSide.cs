using System.Text;
using System.Text.Json;
using Oddswire.Actors.Feeds;
using Oddswire.Messages.Feeds;
using Oddswire.Protocols.Polygon;
using Xunit;

namespace Oddswire.Actors.Tests.Feeds;

/// <summary>The node's side of a conversation: what it was asked since it last spoke, and what it answers. A tick is a second, and a sweep is due with each.</summary>
internal sealed class NodeSide
{
    internal Talk Talk { get; } = new();
    internal SweepCursor Cursor { get; } = new();
    internal PolygonConversation Conversation { get; private set; } = null!;

    internal NodeSide Open(int range = 100, int confirmations = 0)
    {
        Conversation = new(new PolygonRules(LogFilter.Current, TimeSpan.FromSeconds(1), range, confirmations), Cursor);
        Talk.Clear();
        Conversation.Opened([], Talk);
        return this;
    }

    /// <summary>The questions of a method: their numbers and parameters.</summary>
    internal List<(long Id, string Params)> Asked(string method)
    {
        List<(long, string)> asked = [];
        foreach (var frame in Talk.Frames)
        {
            using var json = JsonDocument.Parse(frame);
            if (json.RootElement.GetProperty("method").GetString() == method)
                asked.Add((json.RootElement.GetProperty("id").GetInt64(), json.RootElement.GetProperty("params").GetRawText()));
        }
        return asked;
    }

    internal long AskedOnce(string method) => Assert.Single(Asked(method)).Id;

    /// <summary>The one eth_getLogs, which must be of these blocks.</summary>
    internal long AskedLogs(int from, int to)
    {
        var (id, parameters) = Assert.Single(Asked("eth_getLogs"));
        Assert.Contains($"\"fromBlock\":\"0x{from:x}\",\"toBlock\":\"0x{to:x}\"", parameters);
        return id;
    }

    internal void Hear(string frame)
    {
        Talk.Clear();
        Conversation.Heard(Encoding.UTF8.GetBytes(frame), Talk);
    }

    internal void Ask(ChainQuestion question)
    {
        Talk.Clear();
        Conversation.Ask(question, Talk);
    }

    internal void Tick()
    {
        Talk.Clear();
        Talk.Running += 1_000;
        Conversation.Tick(Talk);
    }

    internal void Answer(long id, string result) => Hear($$"""{"jsonrpc":"2.0","id":{{id}},"result":{{result}}}""");
    internal void Error(long id, string message) => Hear($$$"""{"jsonrpc":"2.0","id":{{{id}}},"error":{"code":-32000,"message":"{{{message}}}"}}""");
    internal void Head(int block) => Answer(AskedOnce("eth_blockNumber"), $"\"0x{block:x}\"");
    internal void Time(long id, int block) => Answer(id, $$"""{"number":"0x{{block:x}}","timestamp":"0x64"}""");
    internal void Push(string log) => Hear($$$"""{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0x1","result":{{{log}}}}}""");

    /// <param name="fork">Another hash of the block.</param>
    /// <param name="timed">With the time of its block, as some nodes add it.</param>
    internal static string Log(int block, int index, bool removed = false, int fork = 0, bool timed = false) => $$"""
        {"address":"0xE111180000d2663C0091e4f400237545B87B996B","topics":["0xd543adfd945773f1a62f74f0ee55a5e3b9b1a28262980ba90b1a89f2ea84d8ee","0xc2b8ee7c9dced1374ac8e2307c65e5204283781c98e1640e28d25d6cc14a0e13","0x0000000000000000000000006031b6eed1c97e853c6e0f03ad3ce3529351f96d","0x000000000000000000000000f39fd6e51aad88f6f4ce6ab8827279cfffb92266"],"data":"0x0000000000000000000000000000000000000000000000000000000000000000b18ee4bdd493a7b90ef7985202ceaf2d2d87374974d57eda017c1491d0e8a73300000000000000000000000000000000000000000000000000000000004ce7800000000000000000000000000000000000000000000000000000000000895440000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000","blockNumber":"0x{{block:x}}","blockHash":"0x{{(block * 16) + fork:x64}}","transactionHash":"0xaccc1246d7bc1c95ad44789a6e7ecbc7819dd308632aa0190fedf9673c034077","logIndex":"0x{{index:x}}"{{(timed ? ",\"blockTimestamp\":\"0x64\"" : "")}},"removed":{{(removed ? "true" : "false")}}}
        """;

    internal IEnumerable<int?> Told() => Talk.Observations.OfType<Observation.Log>().Select(log => log.Fill.LogIndex);

    internal IEnumerable<(long Block, int Index)> TakenBack() => Talk.Observations.OfType<Observation.LogRemoved>().Select(log => (log.Block, log.LogIndex));

    /// <summary>A sweep of one block or more without logs, to its end.</summary>
    internal void SweepThrough(int block)
    {
        Head(block);
        Answer(AskedOnce("eth_getLogs"), "[]");
        Time(AskedOnce("eth_getBlockByNumber"), block);
        Assert.Equal((block, 100_000), (Talk.Swept?.Through, Talk.Swept?.Time));
    }
}
