using System.Text.Json;
using Oddswire.Simulator.Venues;
using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Simulator.Tests.Venues;

public sealed class RtdsTests
{
    private const string Both = """{"action":"subscribe","subscriptions":[{"topic":"activity","type":"orders_matched"},{"topic":"activity","type":"trades"}]}""";

    private readonly StandInRun _run = new();

    [Fact]
    public void A_subscription_is_acknowledged_with_an_empty_text_and_nothing_is_said_before_it()
    {
        var client = _run.Connect("rtds");
        _run.Run(5);
        Assert.Empty(client.Frames);
        client.Say(Both);
        Assert.Equal([""], client.Texts);
    }

    [Fact]
    public void A_match_is_one_row_under_orders_matched_and_all_rows_under_trades_about_two_seconds_later()
    {
        var client = _run.Connect("rtds").Say(Both);
        var matches = new List<Match>();
        _run.Run(20);
        _run.World.Pause();
        _run.Run(5);
        for (var number = _run.World.Chain.Start; number <= _run.World.Chain.Head.Number; number++)
            matches.AddRange(_run.World.Chain[number]!.Settlements.Select(settlement => settlement.Match));
        var rows = client.Data.ToLookup(row => row.GetProperty("payload").GetProperty("transactionHash").GetString());
        Assert.Equal(matches.Count, rows.Count);
        foreach (var match in matches)
        {
            var mine = rows[match.TransactionHash.ToString()].ToList();
            var matched = Assert.Single(mine, row => row.GetProperty("type").GetString() == "orders_matched");
            Assert.Equal(match.Taker.Order.Wallet.Address.Checksummed, matched.GetProperty("payload").GetProperty("proxyWallet").GetString());
            Assert.Equal(match.Fills, mine.Count(row => row.GetProperty("type").GetString() == "trades"));
            var delay = matched.GetProperty("timestamp").GetInt64() - match.At.ToUnixTimeMilliseconds();
            Assert.InRange(delay, 1_600, 2_200);
        }
    }

    [Fact]
    public void A_row_has_the_envelope_and_the_fields_of_the_protocol_page()
    {
        var client = _run.Connect("rtds").Say(Both);
        _run.Run(30);
        foreach (var row in client.Data)
        {
            Assert.Equal(["connection_id", "payload", "timestamp", "topic", "type"], row.EnumerateObject().Select(field => field.Name));
            Assert.Equal(20, row.GetProperty("connection_id").GetString()!.Length);
            Assert.EndsWith("==", row.GetProperty("connection_id").GetString(), StringComparison.Ordinal);
            var payload = row.GetProperty("payload");
            Assert.Equal(
                ["asset", "bio", "conditionId", "eventSlug", "icon", "name", "outcome", "outcomeIndex", "price", "profileImage", "proxyWallet", "pseudonym", "side", "size", "slug", "timestamp", "title", "transactionHash"],
                payload.EnumerateObject().Select(field => field.Name).Where(name => name != "fee"));
            Assert.All(["price", "size", "timestamp", "outcomeIndex"], name => Assert.Equal(JsonValueKind.Number, payload.GetProperty(name).ValueKind));
            var token = _run.World.Markets.Token(payload.GetProperty("asset").GetString()!)!;
            Assert.Equal(token.Market.ConditionId, payload.GetProperty("conditionId").GetString());
            Assert.Equal(66, payload.GetProperty("conditionId").GetString()!.Length);
            Assert.Equal(token.Label, payload.GetProperty("outcome").GetString());
            Assert.Equal(row.GetProperty("timestamp").GetInt64() / 1_000, payload.GetProperty("timestamp").GetInt64());
            Assert.InRange(payload.GetProperty("price").GetDecimal(), 0.0001m, 0.9999m);
        }
        var fees = client.Data.Count(row => row.GetProperty("payload").TryGetProperty("fee", out _)) / (double)client.Data.Count;
        Assert.InRange(fees, 0.25, 0.6);
        var outcomes = client.Data.Select(row => row.GetProperty("payload").GetProperty("outcomeIndex").GetInt32()).Distinct().Order();
        Assert.Equal([0, 1, 999], outcomes);
    }

    [Theory]
    [InlineData("""{"event_slug":"fed-decision-next-meeting"}""", true)]
    [InlineData("""{"event_slug": "fed-decision-next-meeting"}""", false)]
    [InlineData("""{"market_slug":"fed-decision-next-meeting-cut"}""", true)]
    [InlineData("""{"market_slug":"no-such-market"}""", false)]
    [InlineData("""{"wallet":"0x00"}""", false)]
    [InlineData("nonsense", false)]
    public void A_filter_works_in_its_compact_form_alone(string filter, bool matches)
    {
        var client = _run.Connect("rtds").Say($$"""{"action":"subscribe","subscriptions":[{"topic":"activity","type":"trades","filters":{{JsonSerializer.Serialize(filter)}}}]}""");
        Assert.Equal([""], client.Texts);
        _run.Run(10);
        Assert.Equal(matches, client.Data.Count > 0);
        Assert.All(client.Data, row => Assert.Equal("fed-decision-next-meeting", row.GetProperty("payload").GetProperty("eventSlug").GetString()));
    }

    [Fact]
    public void The_last_filter_of_a_topic_replaces_the_earlier_one()
    {
        var client = _run.Connect("rtds").Say("""{"action":"subscribe","subscriptions":[{"topic":"activity","type":"trades"}]}""");
        client.Say("""{"action":"subscribe","subscriptions":[{"topic":"activity","type":"trades","filters":"{\"event_slug\":\"none\"}"}]}""");
        _run.Run(10);
        Assert.Empty(client.Data);
    }

    [Fact]
    public void Unsubscribed_topics_stop()
    {
        var client = _run.Connect("rtds").Say(Both).Say(Both.Replace("\"action\":\"subscribe\"", "\"action\":\"unsubscribe\"", StringComparison.Ordinal));
        _run.Run(10);
        Assert.Empty(client.Data);
    }

    [Fact]
    public void Without_an_action_there_is_only_silence()
    {
        var client = _run.Connect("rtds").Say("""{"subscriptions":[{"topic":"activity","type":"trades"}]}""");
        _run.Run(10);
        Assert.Empty(client.Frames);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"action":"dance","subscriptions":[{"topic":"activity","type":"trades"}]}""")]
    [InlineData("""{"action":"subscribe"}""")]
    [InlineData("""{"action":"subscribe","subscriptions":[{"topic":"weather","type":"rain"}]}""")]
    [InlineData("""{"action":"subscribe","subscriptions":[{"topic":"activity","type":"trades","filters":{"event_slug":"x"}}]}""")]
    public void What_it_cannot_read_is_an_invalid_request_body(string text) =>
        Assert.Equal("Invalid request body", _run.Connect("rtds").Ask(text).GetProperty("message").GetString());

    [Theory]
    [InlineData("PING")]
    [InlineData("ping")]
    public void Ping_is_answered_with_an_empty_text_never_with_pong(string ping) =>
        Assert.Equal([""], _run.Connect("rtds").Say(ping).Texts);

    [Fact]
    public void Without_ping_the_data_stops_after_six_minutes_for_good_and_the_socket_stays_open()
    {
        var silent = _run.Connect("rtds").Say(Both);
        var lively = _run.Connect("rtds").Say(Both);
        for (var i = 0; i < 100; i++)
        {
            lively.Say("PING");
            _run.Run(5);
        }
        var last = silent.Frames[^1].At - StandInRun.Start;
        Assert.InRange(last, TimeSpan.FromSeconds(355), TimeSpan.FromSeconds(361));
        Assert.InRange(lively.Frames[^1].At, StandInRun.Start.AddSeconds(499), StandInRun.Start.AddSeconds(500));
        Assert.False(silent.Connection.Ended);
        silent.Frames.Clear();
        silent.Say("PING");
        _run.Run(10);
        Assert.Equal([""], silent.Texts);
    }

    [Fact]
    public void Rows_are_encoded_once_and_shared_by_all_connections()
    {
        var (one, other) = (_run.Connect("rtds").Say(Both), _run.Connect("rtds").Say(Both));
        _run.Run(5);
        Assert.NotEmpty(one.Data);
        foreach (var (first, second) in one.Frames.Zip(other.Frames).Where(pair => pair.First.Frame.Role == FrameRole.Data))
        {
            Assert.True(first.Frame.Body.Equals(second.Frame.Body));
            Assert.False(first.Frame.Head.Span.SequenceEqual(second.Frame.Head.Span));
        }
    }

    [Fact]
    public void A_close_is_answered_and_a_binary_or_oversized_message_closes()
    {
        var client = _run.Connect("rtds");
        client.Connection.Receive(new ClientFrame(ClientFrameKind.Close, new byte[] { 0x03, 0xE9 }));
        Assert.Equal((FrameKind.Close, 1001), (client.Last.Kind, client.Last.Code));
        Assert.Empty(_run.StandIn.Venues[0].Connections);
        var binary = _run.Connect("rtds");
        binary.Connection.Receive(new ClientFrame(ClientFrameKind.Binary, new byte[3]));
        Assert.Equal(1003, binary.Last.Code);
        var oversized = _run.Connect("rtds").Say(new string('x', 65 * 1024));
        Assert.Equal(1009, oversized.Last.Code);
    }
}
