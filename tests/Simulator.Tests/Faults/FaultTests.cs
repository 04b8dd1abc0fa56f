using System.Text.Json;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.Venues;
using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Simulator.Tests.Faults;

public sealed class FaultTests
{
    private const string Trades = """{"action":"subscribe","subscriptions":[{"topic":"activity","type":"orders_matched"},{"topic":"activity","type":"trades"}]}""";
    private const string Logs = """{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["logs",{"topics":["0xd543adfd945773f1a62f74f0ee55a5e3b9b1a28262980ba90b1a89f2ea84d8ee"]}]}""";
    private const string BlockNumber = """{"jsonrpc":"2.0","id":2,"method":"eth_blockNumber"}""";

    private readonly StandInRun _run = new();

    [Fact]
    public void Drop_ends_the_connections_that_are_there_without_a_close_frame()
    {
        var client = Rtds();
        Inject("""{"venue":"rtds","kind":"drop"}""");
        Assert.Equal(FrameKind.Drop, client.Last.Kind);
        Assert.True(client.Connection.Ended);
        Assert.Empty(_run.StandIn.Venues[0].Connections);
        Assert.NotEmpty(Rtds().Run(_run, 5).Data);
    }

    [Fact]
    public void Drop_that_lasts_ends_new_connections_at_their_first_frame_too()
    {
        Inject("""{"venue":"rtds","kind":"drop","for":"10s"}""");
        Assert.Equal([FrameKind.Drop], Rtds().Frames.Select(frame => frame.Frame.Kind));
        _run.Run(10);
        Assert.Equal([""], Rtds().Texts);
    }

    [Theory]
    [InlineData(1000, "all subscribed assets resolved")]
    [InlineData(1013, "slow consumer: send buffer full")]
    [InlineData(4003, "")]
    public void Close_has_any_code_and_reason(int code, string reason)
    {
        var client = Rtds();
        Inject($$"""{"venue":"rtds","kind":"close","code":{{code}},"reason":"{{reason}}"}""");
        Assert.Equal((FrameKind.Close, code, reason), (client.Last.Kind, client.Last.Code, client.Last.Reason));
        Assert.True(client.Connection.Ended);
    }

    [Fact]
    public void Freeze_lets_nothing_out_pongs_and_answers_included_and_thaws()
    {
        var client = Rtds();
        Inject("""{"venue":"rtds","kind":"freeze","topic":null,"connection":"all","share":1.0,"for":"30s","code":1013,"reason":"","status":429,"retry_after":5}""");
        client.Frames.Clear();
        client.Say("PING").Say(Trades).Connection.Receive(new ClientFrame(ClientFrameKind.Ping, default));
        _run.Run(29);
        Assert.Empty(client.Frames);
        Assert.False(client.Connection.Ended);
        Assert.NotEmpty(client.Run(_run, 5).Data);
    }

    [Fact]
    public void Freeze_can_keep_the_pongs()
    {
        var (rtds, polygon) = (Rtds(), _run.Connect("polygon").Say(Logs));
        Inject("""{"venue":"rtds","kind":"freeze_keep_pongs"}""");
        Inject("""{"venue":"polygon","kind":"freeze_keep_pongs"}""");
        (rtds.Frames, polygon.Frames).Clear();
        rtds.Say("PING").Connection.Receive(new ClientFrame(ClientFrameKind.Ping, new byte[] { 1 }));
        polygon.Say(BlockNumber).Say("""{"jsonrpc":"2.0","id":2,"method":"eth_getLogs","params":[{}]}""");
        _run.Run(20);
        Assert.Equal([FrameKind.Text, FrameKind.Pong], rtds.Frames.Select(frame => frame.Frame.Kind));
        Assert.Equal("0x", Assert.Single(polygon.Texts.Select(text => JsonElement.Parse(text).GetProperty("result").GetString()))![..2]);
    }

    [Theory]
    [InlineData("trades", "orders_matched")]
    [InlineData("orders_matched", "trades")]
    [InlineData("activity/trades", "orders_matched")]
    [InlineData("activity", null)]
    public void Mute_silences_one_topic(string topic, string? left)
    {
        var client = Rtds();
        Inject($$"""{"venue":"rtds","kind":"mute","topic":"{{topic}}"}""");
        Assert.Equal(left is null ? [] : [left], client.Run(_run, 10).Data.Select(row => row.GetProperty("type").GetString()).Distinct());
    }

    [Fact]
    public void Lose_takes_its_share_of_single_frames_out_and_the_log_is_still_there_for_a_sweep()
    {
        var client = _run.Connect("polygon").Say(Logs);
        Inject("""{"venue":"polygon","kind":"lose","topic":"logs","share":0.1}""");
        client.Run(_run, 60);
        Assert.InRange(client.Data.Count / (double)_run.World.Chain.Fills.Count, 0.87, 0.93);
        client.Frames.Clear();
        var found = client.Ask($$"""{"jsonrpc":"2.0","id":1,"method":"eth_getLogs","params":[{"fromBlock":"0x{{_run.World.Chain.Start:x}}","topics":["0xd543adfd945773f1a62f74f0ee55a5e3b9b1a28262980ba90b1a89f2ea84d8ee"]}]}""");
        Assert.Equal(_run.World.Chain.Fills.Count, found.GetProperty("result").GetArrayLength());
    }

    [Fact]
    public void Duplicate_sends_frames_twice()
    {
        var client = _run.Connect("polygon").Say(Logs);
        Inject("""{"venue":"polygon","kind":"duplicate","share":0.5}""");
        client.Run(_run, 30);
        Assert.InRange(client.Data.Count / (double)_run.World.Chain.Fills.Count, 1.4, 1.6);
        Assert.Equal(_run.World.Chain.Fills.Count, client.Data.Select(LogPlace).Distinct().Count());
    }

    [Fact]
    public void Reorder_changes_the_order_and_loses_nothing()
    {
        var client = _run.Connect("polygon").Say(Logs);
        Inject("""{"venue":"polygon","kind":"reorder","share":0.3}""");
        client.Run(_run, 30);
        var places = client.Data.Select(LogPlace).ToList();
        Assert.Equal(_run.World.Chain.Fills.Count, places.Count);
        Assert.NotEqual(places.Order(), places);
        Assert.Equal(places.Order().Distinct(), places.Order());
    }

    [Fact]
    public void Delay_makes_frames_late_by_what_was_asked_for()
    {
        var client = _run.Connect("polygon").Say(Logs);
        Inject("""{"venue":"polygon","kind":"delay","by":"3s","for":"20s"}""");
        _run.Run(30);
        var blocks = client.Frames.Where(frame => frame.Frame.Role == FrameRole.Data).Select(frame => (frame.At - Chain.TimeOf(BlockOf(frame.Frame))).TotalSeconds).ToList();
        Assert.Equal([0.0, 3.0], blocks.Distinct().Order());
        Assert.Equal(_run.World.Chain.Fills.Count, client.Data.Count);
    }

    [Fact]
    public void Reorg_sends_the_logs_again_as_removed_and_what_was_mined_instead()
    {
        var client = _run.Connect("polygon").Say(Logs).Say("""{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}""");
        client.Run(_run, 20).Frames.Clear();
        var before = _run.World.Chain.Head;
        Inject("""{"venue":"polygon","kind":"reorg","blocks":2,"gone":0.5}""");
        var frames = client.Data.Select(frame => frame.GetProperty("params").GetProperty("result")).ToList();
        var logs = frames.Where(frame => frame.TryGetProperty("removed", out _)).ToList();
        var removed = logs.Where(log => log.GetProperty("removed").GetBoolean()).Select(Transaction).ToHashSet();
        var again = logs.Where(log => !log.GetProperty("removed").GetBoolean()).Select(Transaction).ToHashSet();
        Assert.NotEmpty(again);
        Assert.ProperSubset(removed, again);
        Assert.Equal(2, frames.Count(frame => frame.TryGetProperty("parentHash", out _)));
        Assert.Equal(before.Number, _run.World.Chain.Head.Number);
        var gone = Enumerable.Range(1, _run.World.Chain.Fills.Count).Select(number => _run.World.Chain.Fills[number]!).Where(fill => fill.Settlement.Removed);
        Assert.Equal(removed, gone.Select(fill => fill.Settlement.Match.TransactionHash.ToString()).ToHashSet());
    }

    [Fact]
    public void Reorg_that_lasts_comes_again_and_again()
    {
        _run.Run(10);
        var reorg = Inject("""{"venue":"polygon","kind":"reorg","for":"20s","blocks":1,"gone":0}""");
        _run.Run(30);
        Assert.InRange(reorg.Hits, 9, 10);
    }

    [Fact]
    public void Garbage_and_text_come_between_good_frames_and_take_none_away()
    {
        var client = Rtds();
        Inject("""{"venue":"rtds","kind":"garbage","share":0.5,"for":"20s"}""");
        Inject("""{"venue":"rtds","kind":"text","share":0.5,"for":"20s"}""");
        client.Run(_run, 20);
        var noise = client.Frames.Where(frame => frame.Frame.Role == FrameRole.Reply).Skip(1).ToList();
        Assert.Contains(noise, frame => frame.Frame.Kind == FrameKind.Binary);
        Assert.Contains(client.Texts, text => text == "NO NEW ASSETS");
        Assert.Contains(client.Texts, text => text == "null");
        Assert.True(client.Data.Count > 1_000);
    }

    [Fact]
    public void Garbage_and_text_can_be_single_frames()
    {
        var client = Rtds();
        client.Frames.Clear();
        Inject("""{"venue":"rtds","kind":"garbage"}""");
        Inject("""{"venue":"rtds","kind":"text"}""");
        Assert.Equal(2, client.Frames.Count);
        Assert.Empty(_run.StandIn.Faults.Active);
    }

    [Fact]
    public void Half_a_frame_is_the_last_of_its_connection()
    {
        var client = Rtds();
        Inject("""{"venue":"rtds","kind":"half_frame"}""");
        client.Run(_run, 5);
        Assert.Equal(FrameKind.Half, client.Last.Kind);
        Assert.True(client.Last.Length > 300);
        Assert.True(client.Connection.Ended);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(429)]
    [InlineData(503)]
    public void Status_refuses_the_handshake_and_the_request(int status)
    {
        Inject($$"""{"venue":"rtds","kind":"status","status":{{status}},"retry_after":5,"for":"10s"}""");
        Inject($$"""{"venue":"gamma","kind":"status","status":{{status}},"retry_after":5,"for":"10s"}""");
        Assert.Equal((status, 5), _run.Connect("rtds").Handshake.Refusal is { } refusal ? (refusal.Status, refusal.RetryAfter) : default);
        var answer = _run.Get("/markets/keyset");
        Assert.Equal(status, answer.Status);
        Assert.Contains(KeyValuePair.Create("Retry-After", "5"), answer.Headers);
        _run.Run(10);
        Assert.NotNull(_run.Connect("rtds").Handshake.Connection);
        Assert.Equal(200, _run.Get("/markets/keyset").Status);
    }

    [Fact]
    public void Accept_then_close_closes_right_after_the_upgrade()
    {
        Inject("""{"venue":"rtds","kind":"accept_then_close","code":4001,"reason":"no"}""");
        var client = _run.Connect("rtds");
        Assert.Equal((FrameKind.Close, 4001), (Assert.Single(client.Frames).Frame.Kind, client.Last.Code));
    }

    [Fact]
    public void Hang_never_answers()
    {
        Inject("""{"venue":"rtds","kind":"hang"}""");
        Inject("""{"venue":"gamma","kind":"hang"}""");
        Assert.Same(Handshake.Hang, _run.Connect("rtds").Handshake);
        Assert.Equal(AnswerFate.Hangs, _run.Get("/markets/keyset").Fate);
    }

    [Fact]
    public void Requests_can_be_dropped_broken_and_late()
    {
        Inject("""{"venue":"gamma","kind":"drop","for":"1s"}""");
        Assert.Equal(AnswerFate.Dropped, _run.Get("/markets/keyset").Fate);
        _run.Run(1);
        Inject("""{"venue":"gamma","kind":"half_frame","for":"1s"}""");
        Inject("""{"venue":"gamma","kind":"delay","by":"4s","for":"1s"}""");
        var answer = _run.Get("/markets/keyset");
        Assert.Equal((AnswerFate.Half, TimeSpan.FromSeconds(4)), (answer.Fate, answer.Delay));
        _run.Run(1);
        Inject("""{"venue":"gamma","kind":"garbage","for":"1s"}""");
        Assert.ThrowsAny<JsonException>(() => StandInRun.Json(_run.Get("/markets/keyset")));
    }

    [Fact]
    public void One_connection_can_be_meant_by_its_number_or_as_the_oldest_or_newest()
    {
        var clients = Enumerable.Range(0, 4).Select(_ => Rtds()).ToList();
        Inject("""{"venue":"rtds","kind":"drop","connection":"oldest"}""");
        Inject("""{"venue":"rtds","kind":"drop","connection":"newest"}""");
        Inject("""{"venue":"rtds","kind":"drop","connection":2}""");
        Assert.Equal([true, true, false, true], clients.Select(client => client.Connection.Ended));
    }

    [Fact]
    public void A_share_of_the_connections_is_the_same_share_as_long_as_the_fault_lasts()
    {
        var clients = Enumerable.Range(0, 200).Select(_ => Rtds()).ToList();
        Inject("""{"venue":"rtds","kind":"mute","share":0.25}""");
        _run.Run(10);
        Assert.InRange(clients.Count(client => client.Frames.Count == 1), 30, 70);
        var silent = clients.Where(client => client.Frames.Count == 1).ToList();
        _run.Run(5);
        Assert.Equal(silent, clients.Where(client => client.Frames.Count == 1));
    }

    [Fact]
    public void Faults_are_the_same_under_the_same_seed()
    {
        Assert.Equal(Lossy(1), Lossy(1));
        Assert.NotEqual(Lossy(1), Lossy(2));

        static List<string> Lossy(long seed)
        {
            var run = new StandInRun(new WorldSettings { Seed = seed });
            var client = run.Connect("rtds").Say(Trades);
            foreach (var kind in new[] { "lose", "duplicate", "reorder", "delay", "garbage" })
                run.StandIn.Faults.Inject(FaultReader.Read(JsonElement.Parse($$"""{"venue":"rtds","kind":"{{kind}}","share":0.2,"for":"1h"}""")));
            run.Run(20);
            return [.. client.Texts];
        }
    }

    [Fact]
    public void Healing_ends_a_fault_and_can_be_repeated()
    {
        var mute = Inject("""{"venue":"rtds","kind":"mute"}""");
        Assert.Equal([mute.Id], _run.StandIn.Faults.Active.Select(fault => fault.Id));
        Assert.True(_run.StandIn.Faults.Heal(mute.Id));
        Assert.True(_run.StandIn.Faults.Heal(mute.Id));
        Assert.False(_run.StandIn.Faults.Heal("f99"));
        Assert.NotEmpty(Rtds().Run(_run, 5).Data);
        Inject("""{"venue":"rtds","kind":"mute"}""");
        Inject("""{"venue":"dome","kind":"hang"}""");
        _run.StandIn.Faults.HealAll();
        Assert.Empty(_run.StandIn.Faults.Active);
    }

    [Fact]
    public void So_many_faults_at_once_and_no_more()
    {
        for (var i = 0; i < 100; i++) Inject("""{"venue":"rtds","kind":"mute"}""");
        Assert.Throws<FaultRejectedException>(() => Inject("""{"venue":"rtds","kind":"mute"}"""));
    }

    [Fact]
    public void A_frozen_dome_does_not_drop_the_client_that_could_not_answer()
    {
        var client = _run.Connect("dome", "/demo-dev");
        Inject("""{"venue":"dome","kind":"freeze","for":"120s"}""");
        _run.Run(125);
        Assert.False(client.Connection.Ended);
    }

    private ActiveFault Inject(string json) => _run.StandIn.Faults.Inject(FaultReader.Read(JsonElement.Parse(json)));

    private Client Rtds() => _run.Connect("rtds").Say(Trades);

    private static (string?, string?) LogPlace(JsonElement frame)
    {
        var log = frame.GetProperty("params").GetProperty("result");
        return (log.GetProperty("transactionHash").GetString(), log.GetProperty("logIndex").GetString());
    }

    private static string Transaction(JsonElement log) => log.GetProperty("transactionHash").GetString()!;

    private static long BlockOf(ServerFrame frame) => Convert.ToInt64(
        JsonElement.Parse(frame.Payload()).GetProperty("params").GetProperty("result").GetProperty("blockNumber").GetString()![2..], 16);
}

file static class FaultTestSteps
{
    public static Client Run(this Client client, StandInRun run, double seconds)
    {
        run.Run(seconds);
        return client;
    }

    public static void Clear<T>(this (List<T>, List<T>) lists)
    {
        lists.Item1.Clear();
        lists.Item2.Clear();
    }
}
