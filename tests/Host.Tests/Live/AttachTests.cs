using System.Text.Json;
using Oddswire.Messages.Values;
using Xunit;

namespace Oddswire.Host.Tests.Live;

/// <summary>What a client of a durable subscription gets at its socket, and what it gets again after it, or the gateway, was away.</summary>
[Collection(nameof(LiveGateway))]
public sealed class AttachTests(LiveGateway gateway)
{
    private const string Everything = """{"users":["*"]}""";

    private readonly DurableDesk _desk = new(gateway, "demo-dev");

    private sealed record Event(Position Position, bool Replayed);

    private async Task<string> Made(string filters = Everything, string from = "now")
    {
        var made = await _desk.Create(filters, from);
        Assert.Equal(201, made.Status);
        return made.Text("id");
    }

    private static async Task<(Position Acknowledged, Position Head)> Attached(RawSocket socket, string id)
    {
        var frame = JsonElement.Parse(await socket.NextText());
        Assert.Equal(("gateway.attached", id), (frame.GetProperty("type").GetString(), frame.GetProperty("subscription_id").GetString()));
        return (At(frame, "position"), At(frame, "head"));
    }

    private static Position At(JsonElement frame, string field)
    {
        Assert.True(Position.TryParse(frame.GetProperty(field).GetString(), out var position));
        return position;
    }

    private static async Task<List<Event>> Take(RawSocket socket, string id, int count)
    {
        var events = new List<Event>();
        while (events.Count < count)
        {
            var frame = JsonElement.Parse(await socket.NextText());
            if (frame.GetProperty("type").GetString() != "event")
                continue;
            Assert.Equal(id, frame.GetProperty("subscription_id").GetString());
            Assert.Equal(16, frame.GetProperty("data").EnumerateObject().Count());
            events.Add(new Event(At(frame, "position"), frame.TryGetProperty("replayed", out var replayed) && replayed.GetBoolean()));
        }
        return events;
    }

    private static void WithoutAHoleAfter(Position before, IEnumerable<Event> events) =>
        Assert.Equal(events.Select((_, i) => before.Offset + 1 + i), events.Select(static heard => heard.Position.Offset));

    private static Task Acknowledge(RawSocket socket, string id, Position position) =>
        socket.Text($$"""{"action":"ack","subscription_id":"{{id}}","position":"{{position}}"}""");

    [Fact]
    public async Task Attached_it_gets_every_event_and_after_an_interruption_again_what_it_has_not_acknowledged()
    {
        var id = await Made();
        Position half, last;
        using (var socket = await _desk.Attach(id))
        {
            var (acknowledged, head) = await Attached(socket, id);
            Assert.True(head.Offset >= acknowledged.Offset);
            Assert.True((await _desk.Get("/" + id)).Body.GetProperty("attached").GetBoolean());
            var events = await Take(socket, id, 40);
            WithoutAHoleAfter(acknowledged, events);
            (half, last) = (events[19].Position, events[^1].Position);
            await Acknowledge(socket, id, half);
            await _desk.Acknowledged(id, half.ToString());
        }
        using var again = await _desk.Attach(id);
        Assert.Equal(half, (await Attached(again, id)).Acknowledged);
        var rest = await Take(again, id, 100);
        WithoutAHoleAfter(half, rest);
        Assert.All(rest.Where(heard => heard.Position.Offset <= last.Offset), static heard => Assert.True(heard.Replayed));
        Assert.Contains(await TakeUntilLive(again, id), static heard => !heard.Replayed);
    }

    private static async Task<List<Event>> TakeUntilLive(RawSocket socket, string id)
    {
        var events = await Take(socket, id, 1);
        while (events[^1].Replayed)
            events.AddRange(await Take(socket, id, 1));
        return events;
    }

    [Fact]
    public async Task It_may_begin_in_the_past_and_nothing_of_that_is_marked_as_told_before()
    {
        Position from;
        var first = await Made();
        using (var socket = await _desk.Attach(first))
        {
            await Attached(socket, first);
            from = (await Take(socket, first, 30))[9].Position;
        }
        var id = await Made(from: from.ToString());
        using var late = await _desk.Attach(id);
        Assert.Equal(from, (await Attached(late, id)).Acknowledged);
        var events = await Take(late, id, 60);
        WithoutAHoleAfter(from, events);
        Assert.DoesNotContain(events, static heard => heard.Replayed);
    }

    [Fact]
    public async Task The_newer_attachment_closes_the_older_with_4009_and_misses_nothing()
    {
        var id = await Made();
        using var older = await _desk.Attach(id);
        await Attached(older, id);
        await Take(older, id, 5);
        using var newer = await _desk.Attach(id);
        var (acknowledged, _) = await Attached(newer, id);
        Assert.Equal(4009, await older.ClosedWith());
        WithoutAHoleAfter(acknowledged, await Take(newer, id, 60));
    }

    [Fact]
    public async Task A_restart_of_the_gateway_keeps_it_and_goes_on_behind_the_acknowledged_position()
    {
        var id = await Made();
        Position acknowledged;
        using (var socket = await _desk.Attach(id))
        {
            await Attached(socket, id);
            acknowledged = (await Take(socket, id, 20))[^1].Position;
            await Acknowledge(socket, id, acknowledged);
            await _desk.Acknowledged(id, acknowledged.ToString());
            var closed = socket.ClosedWith();
            await gateway.Restart();
            Assert.Equal(1012, await closed);
        }
        var found = await _desk.Get("/" + id);
        Assert.Equal((200, "active", acknowledged.ToString()), (found.Status, found.Text("state"), found.Text("acknowledged")));
        using var again = await _desk.Attach(id);
        Assert.Equal(acknowledged, (await Attached(again, id)).Acknowledged);
        var events = await Take(again, id, 1);
        while (events[^1].Position.Epoch == acknowledged.Epoch)
            events.AddRange(await Take(again, id, 1));
        WithoutAHoleAfter(acknowledged, events);
    }

    [Fact]
    public async Task Paused_it_sends_nothing_and_resumed_it_goes_on_where_it_was()
    {
        var id = await Made();
        using var socket = await _desk.Attach(id);
        var (acknowledged, _) = await Attached(socket, id);
        await Take(socket, id, 10);
        Assert.Equal("paused", (await _desk.Do(id, "pause")).Text("state"));
        // An ack of nonsense is answered: when its answer comes, all that was on its way before it has come too.
        await socket.Text("{}");
        while (!(await socket.NextText()).Contains("\"error\"", StringComparison.Ordinal))
        {
        }
        await socket.Text("{}");
        Assert.Contains("\"error\"", await socket.NextText(), StringComparison.Ordinal);
        await _desk.Do(id, "resume");
        WithoutAHoleAfter(acknowledged, await Take(socket, id, 60));
    }

    [Fact]
    public async Task Resumed_with_skip_it_leaves_out_what_came_meanwhile()
    {
        var id = await Made();
        await _desk.Do(id, "pause");
        var resumed = await _desk.Do(id, "resume", ""","skip":true""");
        using var socket = await _desk.Attach(id);
        Assert.Equal(resumed.Text("head"), (await Attached(socket, id)).Acknowledged.ToString());
        Assert.True(Position.TryParse(resumed.Text("head"), out var head));
        WithoutAHoleAfter(head, await Take(socket, id, 30));
    }

    [Fact]
    public async Task A_changed_filter_holds_for_the_attached_client_from_then_on()
    {
        var id = await Made("""{"users":["0x0000000000000000000000000000000000000001"]}""");
        using var socket = await _desk.Attach(id);
        await Attached(socket, id);
        var changed = await _desk.Patch(id, $$$"""{"command_id":"{{{DurableDesk.NewId()}}}","filters":{{{Everything}}}}""");
        Assert.True(Position.TryParse(changed.Text("head"), out var head));
        WithoutAHoleAfter(head, await Take(socket, id, 30));
    }

    [Fact]
    public async Task Deleted_it_closes_its_client_with_1008()
    {
        var id = await Made();
        using var socket = await _desk.Attach(id);
        await Attached(socket, id);
        Assert.Equal(204, (await _desk.Delete(id, "?command_id=" + DurableDesk.NewId())).Status);
        Assert.Equal(1008, await socket.ClosedWith());
    }

    [Theory]
    [InlineData("nonsense", 400)]
    [InlineData("sub_1", 400)]
    public async Task What_is_no_id_is_refused_before_the_upgrade(string id, int status) =>
        Assert.Equal(status, (await gateway.Send(HttpMethod.Get, $"/demo-dev?subscription={id}", key: null)).Status);

    [Fact]
    public async Task Somebody_elses_and_nobodys_subscription_is_not_found()
    {
        var id = await Made();
        using var stranger = await new DurableDesk(gateway, "demo-enterprise").Attach(id);
        Assert.Contains("SUBSCRIPTION_NOT_FOUND", await stranger.NextText(), StringComparison.Ordinal);
        using var nobody = await _desk.Attach("sub_0000000000");
        Assert.Contains("SUBSCRIPTION_NOT_FOUND", await nobody.NextText(), StringComparison.Ordinal);
    }
}
