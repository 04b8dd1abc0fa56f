using System.Text.Json;
using Xunit;

namespace Oddswire.Host.Tests.Live;

/// <summary>Durable subscriptions as a service makes and keeps them: over HTTP. What they send is AttachTests.</summary>
[Collection(nameof(LiveGateway))]
public sealed class SubscriptionsApiTests(LiveGateway gateway)
{
    private const string Everything = """{"users":["*"]}""";
    private const string Nobody = """{"users":["0x0000000000000000000000000000000000000001"]}""";

    private DurableDesk Desk(string key = "demo-dev") => new(gateway, key);

    [Fact]
    public async Task It_is_made_once_and_the_same_command_again_gets_the_same_answer()
    {
        var desk = Desk();
        var id = DurableDesk.NewId();
        var body = $$$"""{"command_id":"{{{id}}}","name":"desk-7","filters":{{{Everything}}},"from":"now"}""";
        var first = await desk.Post("", body);
        Assert.Equal((201, false), (first.Status, first.WasDone));
        Assert.Equal(
            ["id", "name", "state", "filters", "acknowledged", "head", "attached", "created_at"],
            first.Body.EnumerateObject().Select(static field => field.Name));
        Assert.Matches("^sub_[a-z0-9]{10}$", first.Text("id"));
        Assert.Equal(("desk-7", "active", first.Text("head")), (first.Text("name"), first.Text("state"), first.Text("acknowledged")));
        Assert.False(first.Body.GetProperty("attached").GetBoolean());
        Assert.Equal("""{"users":["*"]}""", first.Body.GetProperty("filters").GetRawText());
        Assert.InRange(first.Body.GetProperty("created_at").GetDateTimeOffset(), DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(200));

        var again = await desk.Post("", body);
        Assert.Equal((200, true, first.Raw), (again.Status, again.WasDone, again.Raw));
        var other = await desk.Post("", body.Replace("desk-7", "desk-8", StringComparison.Ordinal));
        Assert.Equal((409, "COMMAND_ID_REUSED", "command_id"), (other.Status, other.Text("error"), other.Text("field")));
        Assert.Equal(first.Text("id"), Assert.Single(await desk.All(), made => made.GetProperty("name").GetString() == "desk-7").GetProperty("id").GetString());
    }

    [Fact]
    public async Task Whitespace_and_the_order_of_fields_make_no_other_command()
    {
        var id = DurableDesk.NewId();
        var first = await Desk().Post("", $$$"""{"command_id":"{{{id}}}","name":"same","filters":{{{Nobody}}}}""");
        var again = await Desk().Post("", $$$"""  { "filters" : {{{Nobody}}}, "from":"now", "name":"same", "command_id":"{{{id}}}" } """);
        Assert.Equal((201, 200, true), (first.Status, again.Status, again.WasDone));
    }

    [Fact]
    public async Task They_are_listed_in_pages_that_leave_none_out()
    {
        var desk = Desk(await NewKey("pages", "dev"));
        var made = new List<string>();
        for (var i = 0; i < 5; i++)
            made.Add((await desk.Create(Nobody)).Text("id"));
        var first = (await desk.Get("?limit=3")).Body;
        Assert.Equal(3, first.GetProperty("subscriptions").GetArrayLength());
        var second = (await desk.Get($"?limit=3&after={first.GetProperty("next").GetString()}")).Body;
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);
        Assert.Equal(made.Order(), DurableDesk.Ids(first).Concat(DurableDesk.Ids(second)).Order());
        Assert.Equal(JsonValueKind.Null, (await desk.Get("?limit=5")).Body.GetProperty("next").ValueKind);
    }

    [Theory]
    [InlineData("?limit=0", "limit")]
    [InlineData("?limit=1001", "limit")]
    [InlineData("?limit=many", "limit")]
    [InlineData("?after=yesterday", "after")]
    public async Task A_page_that_cannot_be_is_refused_with_its_parameter(string query, string field)
    {
        var answer = await Desk().Get(query);
        Assert.Equal((400, "INVALID_FIELD", field), (answer.Status, answer.Text("error"), answer.Text("field")));
    }

    [Fact]
    public async Task Name_and_filter_are_changed_and_stay_so()
    {
        var desk = Desk();
        var id = (await desk.Create(Everything)).Text("id");
        var command = $$$"""{"command_id":"{{{DurableDesk.NewId()}}}","name":"renamed","filters":{{{Nobody}}}}""";
        var changed = await desk.Patch(id, command);
        Assert.Equal((200, false, "renamed", Nobody), (changed.Status, changed.WasDone, changed.Text("name"), changed.Body.GetProperty("filters").GetRawText()));
        var again = await desk.Patch(id, command);
        Assert.Equal((200, true), (again.Status, again.WasDone));
        var found = await desk.Get("/" + id);
        Assert.Equal((200, "renamed", Nobody), (found.Status, found.Text("name"), found.Body.GetProperty("filters").GetRawText()));
        var nothing = await desk.Patch(id, $$"""{"command_id":"{{DurableDesk.NewId()}}"}""");
        Assert.Equal((400, "filters"), (nothing.Status, nothing.Text("field")));
    }

    [Fact]
    public async Task It_pauses_and_goes_on_where_it_was_or_with_skip_from_now()
    {
        var desk = Desk();
        var made = await desk.Create(Everything);
        var id = made.Text("id");
        var paused = await desk.Do(id, "pause");
        Assert.Equal((200, "paused"), (paused.Status, paused.Text("state")));
        var resumed = await desk.Do(id, "resume");
        Assert.Equal((200, "active", made.Text("acknowledged")), (resumed.Status, resumed.Text("state"), resumed.Text("acknowledged")));
        await desk.Do(id, "pause");
        var skipped = await desk.Do(id, "resume", ""","skip":true""");
        Assert.Equal((200, "active", skipped.Text("head")), (skipped.Status, skipped.Text("state"), skipped.Text("acknowledged")));
    }

    [Fact]
    public async Task Deleted_it_is_gone_and_deleting_it_again_is_done_already()
    {
        var desk = Desk();
        var id = (await desk.Create(Nobody)).Text("id");
        var unnamed = await desk.Delete(id, "");
        Assert.Equal((400, "command_id"), (unnamed.Status, unnamed.Text("field")));
        var command = "?command_id=" + DurableDesk.NewId();
        Assert.Equal((204, false), (await desk.Delete(id, command)) is var first ? (first.Status, first.WasDone) : default);
        Assert.Equal((204, true), (await desk.Delete(id, command)) is var second ? (second.Status, second.WasDone) : default);
        Assert.Equal((404, "NOT_FOUND"), (await desk.Get("/" + id)) is var found ? (found.Status, found.Text("error")) : default);
        Assert.DoesNotContain(id, (await desk.Get("?limit=1000")).Raw, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "INVALID_JSON", null)]
    [InlineData("{", "INVALID_JSON", null)]
    [InlineData("", "INVALID_JSON", null)]
    [InlineData("""{"command_id":"c","filters":{"users":["*"]}}{}""", "INVALID_JSON", null)]
    [InlineData("""{"filters":{"users":["*"]}}""", "INVALID_FIELD", "command_id")]
    [InlineData("""{"command_id":"","filters":{"users":["*"]}}""", "INVALID_FIELD", "command_id")]
    [InlineData("""{"command_id":"two words","filters":{"users":["*"]}}""", "INVALID_FIELD", "command_id")]
    [InlineData("""{"command_id":7,"filters":{"users":["*"]}}""", "INVALID_FIELD", "command_id")]
    [InlineData("""{"command_id":"c"}""", "INVALID_FIELD", "filters")]
    [InlineData("""{"command_id":"c","filters":{}}""", "INVALID_FILTERS", "filters")]
    [InlineData("""{"command_id":"c","filters":[]}""", "INVALID_FILTERS", "filters")]
    [InlineData("""{"command_id":"c","filters":{"users":["0x1","*"]}}""", "INVALID_FILTERS", "filters.users[0]")]
    [InlineData("""{"command_id":"c","filters":{"users":["*",7]}}""", "INVALID_FILTERS", "filters.users[1]")]
    [InlineData("""{"command_id":"c","filters":{"wallets":["*"]}}""", "INVALID_FILTERS", "filters")]
    [InlineData("""{"command_id":"c","name":null,"filters":{"users":["*"]}}""", "INVALID_FIELD", "name")]
    [InlineData("""{"command_id":"c","from":"then","filters":{"users":["*"]}}""", "INVALID_FIELD", "from")]
    [InlineData("""{"command_id":"c","from":"9999-1","filters":{"users":["*"]}}""", "POSITION_UNKNOWN", "from")]
    [InlineData("""{"command_id":"c","skip":"yes","filters":{"users":["*"]}}""", "INVALID_FIELD", "skip")]
    [InlineData("""{"command_id":"c","colour":1,"filters":{"users":["*"]}}""", "UNKNOWN_FIELD", "colour")]
    public async Task A_wrong_request_is_told_what_is_wrong_and_where(string body, string code, string? field)
    {
        var answer = await Desk().Post("", body);
        Assert.Equal((400, code), (answer.Status, answer.Text("error")));
        Assert.Equal(field, answer.Body.TryGetProperty("field", out var named) ? named.GetString() : null);
        Assert.NotEmpty(answer.Text("message"));
    }

    [Fact]
    public async Task A_name_or_an_id_of_any_length_is_not_kept()
    {
        var name = await Desk().Post("", $$$"""{"command_id":"c","name":"{{{new string('n', 201)}}}","filters":{{{Nobody}}}}""");
        Assert.Equal((400, "name"), (name.Status, name.Text("field")));
        var id = await Desk().Post("", $$$"""{"command_id":"{{{new string('i', 129)}}}","filters":{{{Nobody}}}}""");
        Assert.Equal((400, "command_id"), (id.Status, id.Text("field")));
    }

    [Fact]
    public async Task Only_a_key_with_the_scope_comes_in_and_each_sees_its_own()
    {
        Assert.Equal(401, (await gateway.Send(HttpMethod.Get, "/api/v1/subscriptions", key: null)).Status);
        var stream = await Desk(await NewKey("streams", "dev", """,["stream"]""")).Get("");
        Assert.Equal((403, "FORBIDDEN"), (stream.Status, stream.Text("error")));

        var id = (await Desk().Create(Nobody)).Text("id");
        var stranger = Desk("demo-enterprise");
        foreach (var answer in new[]
        {
            await stranger.Get("/" + id), await stranger.Do(id, "pause"), await stranger.Do(id, "resume"),
            await stranger.Patch(id, $$"""{"command_id":"{{DurableDesk.NewId()}}","name":"mine"}"""), await stranger.Delete(id, "?command_id=x"),
            await Desk().Get("/sub_0000000000"), await Desk().Get("/sub_"), await Desk().Get("/other"),
        })
            Assert.Equal((404, "NOT_FOUND"), (answer.Status, answer.Text("error")));
        Assert.DoesNotContain(id, (await stranger.Get("?limit=1000")).Raw, StringComparison.Ordinal);
        Assert.Equal(200, (await Desk("demo-admin").Get("/" + id)).Status);
    }

    [Fact]
    public async Task A_tier_limits_how_many_and_of_what()
    {
        var desk = Desk(await NewKey("small", "free"));
        var wildcard = await desk.Create(Everything);
        Assert.Equal((403, "WILDCARD_NOT_ALLOWED", "filters"), (wildcard.Status, wildcard.Text("error"), wildcard.Text("field")));
        var six = string.Join(',', Enumerable.Range(1, 6).Select(static i => $"\"0x{i:x40}\""));
        var many = await desk.Create($$"""{"users":[{{six}}]}""");
        Assert.Equal((400, "ITEMS_PER_SUB_LIMIT"), (many.Status, many.Text("error")));
        var first = await desk.Create(Nobody);
        var second = await desk.Create(Nobody);
        Assert.Equal((201, 201), (first.Status, second.Status));
        var third = await desk.Create(Nobody);
        Assert.Equal((409, "SUBSCRIPTION_LIMIT"), (third.Status, third.Text("error")));
        await desk.Delete(first.Text("id"), "?command_id=room");
        Assert.Equal(201, (await desk.Create(Nobody)).Status);
        var large = await desk.Post("", new string(' ', 70_000));
        Assert.Equal((413, "BODY_TOO_LARGE"), (large.Status, large.Text("error")));
    }

    private async Task<string> NewKey(string name, string tier, string scopes = """,["stream","subscriptions"]""")
    {
        var (status, body) = await gateway.Send(HttpMethod.Post, "/api/v1/keys", body: $$"""{"name":"subs-{{name}}","tier":"{{tier}}","scopes":{{scopes[1..]}}}""");
        Assert.Equal(201, status);
        return body.GetProperty("secret").GetString()!;
    }
}
