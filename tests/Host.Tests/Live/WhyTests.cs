using System.Globalization;
using System.Text.Json;
using Oddswire.Host.CommandLine;
using Oddswire.Messages.Values;
using Xunit;

namespace Oddswire.Host.Tests.Live;

/// <summary>Questions to the real program about fills that went through all of it, over HTTP and on the command line.</summary>
[Collection(nameof(LiveGateway))]
public sealed class WhyTests(LiveGateway gateway)
{
    private const string Everything = """{"users":["*"]}""";
    private const string Nobody = """{"users":["0x0000000000000000000000000000000000000001"]}""";

    private readonly DurableDesk _desk = new(gateway, "demo-dev");

    private sealed record Told(string Position, string Tx, int LogIndex, string Order, string User);

    private async Task<(string Verdict, string Said, JsonElement Body)> Ask(string query, string key = "demo-dev")
    {
        var (status, body) = await gateway.Send(HttpMethod.Get, "/api/v1/why?" + query, key);
        Assert.True(status == 200, body.ToString());
        return (body.GetProperty("verdict").GetString()!, string.Join('\n', body.GetProperty("sentences").EnumerateArray().Select(static sentence => sentence.GetString())), body);
    }

    private static async Task<Told> NextEvent(RawSocket socket)
    {
        while (true)
        {
            var frame = JsonElement.Parse(await socket.NextText());
            // Without a position: on a machine that is very busy the store is late, and the fill goes ahead.
            if (frame.GetProperty("type").GetString() != "event" || frame.GetProperty("position").ValueKind == JsonValueKind.Null)
                continue;
            var data = frame.GetProperty("data");
            return new(frame.GetProperty("position").GetString()!, data.GetProperty("tx_hash").GetString()!, data.GetProperty("log_index").GetInt32(),
                data.GetProperty("order_hash").GetString()!, data.GetProperty("user").GetString()!);
        }
    }

    private async Task<(RawSocket Socket, string Id)> Subscribed(string filters)
    {
        var socket = await RawSocket.Open(gateway.Sockets, "/demo-dev?ext=1");
        await socket.Text($$"""{"action":"subscribe","platform":"polymarket","version":1,"type":"orders","filters":{{filters}}}""");
        return (socket, JsonElement.Parse(await socket.NextText()).GetProperty("subscription_id").GetString()!);
    }

    /// <summary>The position of a fill that comes from now on, for whomever.</summary>
    private async Task<string> SomeLaterFill()
    {
        var (socket, _) = await Subscribed(Everything);
        using (socket)
            return (await NextEvent(socket)).Position;
    }

    [Fact]
    public async Task A_durable_subscription_s_fill_is_traced_from_its_source_to_its_acknowledgement_and_after_a_restart_too()
    {
        var id = (await _desk.Create(Everything)).Text("id");
        Told told;
        using (var socket = await _desk.Attach(id))
        {
            told = await NextEvent(socket);
            await socket.Text($$"""{"action":"ack","subscription_id":"{{id}}","position":"{{told.Position}}"}""");
            await _desk.Acknowledged(id, told.Position);
        }
        string[] names =
        [
            $"position={told.Position}", $"tx={told.Tx}&log_index={told.LogIndex}", $"order={told.Order}",
            string.Create(CultureInfo.InvariantCulture, $"position={WireText.Parse<Position>(told.Position).Offset}"),
        ];
        foreach (var name in names)
        {
            var (verdict, said, _) = await Ask($"{name}&subscription={id}");
            Assert.True(verdict == "delivered", said);
            Assert.Matches(@"polygon/\d+ told of it at \S+Z \(its log\)", said);
            Assert.Matches(@"It was numbered \S+ at \S+Z", said);
            Assert.Matches(@"It was written to connection \d+ \(key 'demo-dev' from 127\.0\.0\.1\) between \S+Z and \S+Z\.", said);
            // An order has several fills: it is answered for the newest, which may not be acknowledged.
            if (!name.StartsWith("order", StringComparison.Ordinal))
                Assert.Contains("had acknowledged it by", said, StringComparison.Ordinal);
        }
        var (code, text, error) = await gateway.Verb("why", "--tx", told.Tx, "--log_index", told.LogIndex.ToString(CultureInfo.InvariantCulture), "--subscription", id);
        Assert.True(code == ExitCode.Done, error);
        Assert.StartsWith("delivered:\n", text, StringComparison.Ordinal);
        Assert.Contains("It was written to connection", text, StringComparison.Ordinal);
        var (_, json, _) = await gateway.Verb("why", "--offset", told.Position, "--wallet", told.User, "--key", "demo-dev", "--json");
        Assert.Equal("delivered", JsonElement.Parse(json).GetProperty("verdict").GetString());

        await gateway.Restart();
        var (again, saidAgain, body) = await Ask($"tx={told.Tx}&log_index={told.LogIndex}&subscription={id}");
        Assert.True(again == "delivered", saidAgain);
        Assert.Contains("It was written to connection", saidAgain, StringComparison.Ordinal);
        var facts = body.GetProperty("facts").EnumerateArray().ToList();
        Assert.Equal(facts.Select(static fact => fact.GetProperty("time").GetDateTimeOffset()).Order(), facts.Select(static fact => fact.GetProperty("time").GetDateTimeOffset()));
        Assert.Contains(facts, static fact => fact.GetProperty("source").GetString() == "journal" && fact.GetProperty("what").GetString()!.Contains("acknowledged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_socket_s_subscription_is_answered_for_while_it_lives_and_when_it_is_gone()
    {
        var (socket, id) = await Subscribed(Everything);
        var told = await NextEvent(socket);
        var (verdict, said, _) = await Ask($"tx={told.Tx}&log_index={told.LogIndex}&subscription={id}");
        Assert.True(verdict == "delivered", said);
        Assert.Contains("subscription of a socket of the key 'demo-dev'", said, StringComparison.Ordinal);
        Assert.Matches(@"It was written to connection \d+ \(key 'demo-dev' from 127\.0\.0\.1\) between \S+Z and \S+Z\.", said);
        socket.Dispose();
        string later;
        do
            later = await SomeLaterFill();
        while ((await Ask($"position={later}&subscription={id}")).Verdict == "delivered");      // the gateway had not noticed yet
        var gone = await Ask($"position={later}&subscription={id}");
        Assert.Equal("not_subscribed", gone.Verdict);
        Assert.Contains("before the fill went out: the client is gone", gone.Said, StringComparison.Ordinal);
        Assert.Equal("delivered", (await Ask($"position={told.Position}&subscription={id}")).Verdict);
    }

    [Fact]
    public async Task A_filter_that_was_changed_too_late_a_pause_and_a_detached_client_were_in_the_way()
    {
        var made = await _desk.Create(Nobody);
        var id = made.Text("id");
        Assert.Equal("before_start", (await Ask($"position={made.Text("head")}&subscription={id}")).Verdict);
        var fill = await SomeLaterFill();
        var before = await Ask($"position={fill}&subscription={id}");
        Assert.True(before.Verdict == "not_matched", before.Said);
        await _desk.Patch(id, $$$"""{"command_id":"{{{DurableDesk.NewId()}}}","filters":{{{Everything}}}}""");
        var changed = await Ask($"position={fill}&subscription={id}");
        Assert.Equal("not_matched", changed.Verdict);
        Assert.Matches(@"A filter that matches holds since \S+Z, for what comes behind offset \d+: \d+\.\d s after the fill went out\.", changed.Said);

        var waiting = await SomeLaterFill();
        var detached = await Ask($"position={waiting}&subscription={id}");
        Assert.True(detached.Verdict == "not_written", detached.Said);
        Assert.Contains("the next attachment gets it", detached.Said, StringComparison.Ordinal);
        await _desk.Do(id, "pause");
        var paused = await Ask($"position={await SomeLaterFill()}&subscription={id}");
        Assert.True(paused.Verdict == "paused", paused.Said);
    }

    [Fact]
    public async Task Everybody_asks_about_his_own_and_operators_about_all()
    {
        var id = (await _desk.Create(Everything)).Text("id");
        var fill = await SomeLaterFill();
        Assert.Equal("not_written", (await Ask($"position={fill}&subscription={id}", "demo-admin")).Verdict);
        var stranger = await Ask($"position={fill}&subscription={id}", "demo-enterprise");
        Assert.Equal("not_subscribed", stranger.Verdict);
        Assert.DoesNotContain("demo-dev", stranger.Said, StringComparison.Ordinal);
        var (_, made) = await gateway.Send(HttpMethod.Post, "/api/v1/keys", body: """{"name":"why-alone","tier":"dev"}""");
        var (socket, _) = await Subscribed(Everything);
        using var open = socket;
        var told = await NextEvent(socket);
        var alone = await Ask($"position={told.Position}&wallet={told.User}", made.GetProperty("secret").GetString()!);
        Assert.True(alone.Verdict == "not_subscribed", alone.Said);
        Assert.Contains("No subscription of the key 'why-alone'", alone.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_fill_that_nobody_told_of_it_says_so_and_what_to_do()
    {
        var unknown = await Ask("position=3-999999999&subscription=sub_0123456789");
        Assert.Equal("unknown_fill", unknown.Verdict);
        Assert.Contains("has not got to offset 999999999 yet", unknown.Said, StringComparison.Ordinal);
        var (code, text, _) = await gateway.Verb("why", "--tx", "0x" + new string('7', 64), "--wallet", "0x" + new string('7', 40));
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("is on the tape", text, StringComparison.Ordinal);
        var (wrong, _, error) = await gateway.Verb("why", "--tx", "0x7", "--wallet", "0x" + new string('7', 40));
        Assert.Equal(ExitCode.WrongUsage, wrong);
        Assert.Contains("tx: tx is a transaction hash", error, StringComparison.Ordinal);
        var (help, usage, _) = await gateway.Verb("why", "--help");
        Assert.Equal(ExitCode.Done, help);
        Assert.Contains("oddswire why --tx 0x4c6f", usage, StringComparison.Ordinal);
    }
}
