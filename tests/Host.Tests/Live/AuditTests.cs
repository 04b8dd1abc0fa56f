using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Oddswire.Client;
using Oddswire.Host.CommandLine;
using Oddswire.Messages.Orders;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Host.Tests.Live;

/// <summary>Who did what, as an operator sees it: over HTTP, on the command line, and on the store afterwards.</summary>
[Collection(nameof(LiveGateway))]
public sealed partial class AuditTests(LiveGateway gateway)
{
    private async Task<List<JsonElement>> Entries(string query = "")
    {
        var entries = new List<JsonElement>();
        for (string? after = "0"; after is not null;)
        {
            var (status, page) = await gateway.Send(HttpMethod.Get, $"/api/v1/audit?limit=7&after={after}{query}");
            Assert.Equal(200, status);
            entries.AddRange(page.GetProperty("entries").EnumerateArray());
            after = page.GetProperty("next").GetString();
        }
        return entries;
    }

    /// <summary>Entries of sockets queue; what is waited for comes within five seconds.</summary>
    private async Task<JsonElement> Expect(string query, string reason = "")
    {
        JsonElement? mine = null;
        await Eventually.Holds(
            async () => (mine = (await Entries(query)).Where(Fits).Cast<JsonElement?>().FirstOrDefault()) is not null,
            what: $"an entry of the audit trail for {query}");
        return mine!.Value;

        // Others use the same gateway and its keys.
        bool Fits(JsonElement entry) => reason.Length == 0 || Text(entry, "reason").StartsWith(reason, StringComparison.Ordinal);
    }

    private static string Text(JsonElement entry, string name) => entry.GetProperty(name).GetString()!;

    [Fact]
    public async Task A_socket_s_subscription_is_on_record_from_its_opening_to_its_end_and_a_refused_one_too()
    {
        string id;
        await using (var client = gateway.Client("demo-free"))
        {
            await client.Connect(TestContext.Current.CancellationToken);
            await Assert.ThrowsAsync<CommandRefusedException>(() => client.Subscribe(OrderFilter.Everything, cancel: TestContext.Current.CancellationToken));
            var wallet = Messages.Values.WireText.Parse<Messages.Values.WalletId>("0x" + new string('a', 40));
            await client.Subscribe(OrderFilter.Of(wallet), cancel: TestContext.Current.CancellationToken);
            var opened = await Expect("&kind=subscription.opened&key=demo-free");
            id = opened.GetProperty("command").GetProperty("subscriptions")[0].GetString()!;
            Assert.Equal(("ledger", "dome", "127.0.0.1", "accepted"), (Text(opened, "stream"), Text(opened, "protocol"), Text(opened, "address"), Text(opened, "outcome")));
            Assert.Equal("0x" + new string('a', 40), opened.GetProperty("command").GetProperty("filters").GetProperty("users")[0].GetString());
            var refused = await Expect("&kind=subscription.refused&key=demo-free", "WILDCARD_NOT_ALLOWED");
            Assert.Equal("refused", Text(refused, "outcome"));
        }
        Assert.Equal("subscription.closed", Text(await Expect($"&kind=subscription.closed&subscription={id}"), "kind"));
        Assert.Equal(2, (await Entries($"&subscription={id}")).Count);
    }

    [Fact]
    public async Task Keys_and_durable_subscriptions_are_on_record_with_who_asked_and_without_a_secret()
    {
        var (_, added) = await gateway.Send(HttpMethod.Post, "/api/v1/keys", body: """{"name":"audited","tier":"dev"}""");
        Assert.Equal(204, (await gateway.Send(HttpMethod.Delete, "/api/v1/keys/audited")).Status);
        var (_, made) = await gateway.Send(HttpMethod.Post, "/api/v1/subscriptions", body: """{"command_id":"audit-1","name":"desk","filters":{"users":["*"]},"from":"now"}""");
        var id = Text(made, "id");
        Assert.Equal(200, (await gateway.Send(HttpMethod.Post, $"/api/v1/subscriptions/{id}/pause", body: """{"command_id":"audit-2"}""")).Status);
        Assert.Equal(204, (await gateway.Send(HttpMethod.Delete, $"/api/v1/subscriptions/{id}?command_id=audit-3")).Status);

        var about = await Entries($"&subscription={id}");
        Assert.Equal(["subscription.opened", "subscription.paused", "subscription.closed"], about.Select(static entry => Text(entry, "kind")));
        Assert.All(about, static entry => Assert.Equal("demo-admin", Text(entry, "key")));
        Assert.Equal("audit-1", Text(about[0].GetProperty("command"), "command_id"));

        var keys = (await Entries("&kind=key")).Where(static entry => entry.GetProperty("command").TryGetProperty("name", out var name) && name.GetString() == "audited").ToList();
        Assert.Equal(["key.added", "key.revoked"], keys.Select(static entry => Text(entry, "kind")));
        var all = string.Concat((await Entries()).Select(static entry => entry.GetRawText()));
        Assert.DoesNotContain(Text(added, "secret"), all, StringComparison.Ordinal);
        Assert.DoesNotContain("sha256\":", string.Concat(keys.Select(static entry => entry.GetRawText())), StringComparison.Ordinal);
        Assert.Contains("feed.connected", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_doors_refuse_is_on_record_without_what_was_given_as_a_key()
    {
        const string secret = "ow_thisisnobodyskeyatallbutlooksso";
        using (var http = new HttpClient())
        {
            Assert.Equal(401, (int)(await http.GetAsync(new Uri(gateway.Http, secret), TestContext.Current.CancellationToken)).StatusCode);
            Assert.Equal(401, (int)(await http.GetAsync(new Uri(gateway.Http, "v1/polymarket/orders"), TestContext.Current.CancellationToken)).StatusCode);
        }
        Assert.Equal(401, (await gateway.Send(HttpMethod.Get, "/api/v1/feeds", key: secret)).Status);
        Assert.Equal(403, (await gateway.Send(HttpMethod.Get, "/api/v1/keys", key: "demo-free")).Status);
        Assert.Equal(404, (await gateway.Send(HttpMethod.Delete, "/api/v1/keys/" + secret)).Status);

        var dial = await Expect("&kind=connection.refused", "INVALID_API_KEY");
        Assert.Equal(("", "127.0.0.1", "refused"), (Text(dial, "key"), Text(dial, "address"), Text(dial, "outcome")));
        var scope = await Expect("&kind=key.refused&key=demo-free", "FORBIDDEN");
        Assert.Equal("GET keys", Text(scope.GetProperty("command"), "action"));
        var revoked = await Expect("&kind=key.refused&key=demo-admin", "NOT_FOUND");
        Assert.Equal(("DELETE keys/{name}", "oddswire"), (Text(revoked.GetProperty("command"), "action"), Text(revoked, "node")));
        Assert.DoesNotContain(secret, string.Concat((await Entries()).Select(static entry => entry.GetRawText())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_operators_may_look_and_a_wrong_question_is_told_what_is_wrong()
    {
        Assert.Equal(403, (await gateway.Send(HttpMethod.Get, "/api/v1/audit", key: "demo-dev")).Status);
        foreach (var (query, field) in new[] { ("since=soon", "since"), ("until=x", "until"), ("after=-1", "after"), ("limit=0", "limit"), ("limit=1001", "limit") })
        {
            var (status, answer) = await gateway.Send(HttpMethod.Get, $"/api/v1/audit?{query}");
            Assert.Equal((400, field), (status, Text(answer, "field")));
        }
        Assert.Empty(await Entries("&since=2100-01-01T00:00:00Z"));
        Assert.Empty(await Entries("&until=2000-01-01T00:00:00Z"));
    }

    [Fact]
    public async Task The_command_line_prints_the_trail_and_verifies_and_exports_the_store()
    {
        using var folder = new TempFolder();
        var store = $"storage.path={Path.Combine(folder.Path, "store")}";
        const string key = "journal.hmac_key=a key that nobody guesses";
        await using var other = new LiveGateway();
        await other.InitializeAsync();
        await other.Stop();
        await other.Start(store, key);
        Assert.Equal(201, (await other.Send(HttpMethod.Post, "/api/v1/keys", body: """{"name":"first","tier":"dev"}""")).Status);
        var (code, lines, _) = await other.Verb("audit", "--kind", "key", "--json");
        Assert.Equal((ExitCode.Done, "first"), (code, Text(JsonElement.Parse(lines).GetProperty("command"), "name")));
        Assert.Matches(@"^\S+Z  key.added +keys/1  demo-admin from 127\.0\.0\.1  ", (await other.Verb("audit", "--by", "demo-admin")).Out);
        var log = other.Terminal;
        await other.Stop();
        var heads = Path.Combine(folder.Path, "heads.log");
        await File.WriteAllTextAsync(heads, log.Error, TestContext.Current.CancellationToken);
        Assert.Matches(HeadOfKeys, log.Error);

        var (good, verified, _) = await other.Verb("journal", "verify", "--json", "--heads", heads, "--set", store, "--set", key);
        Assert.Equal(ExitCode.Done, good);
        Assert.True(JsonElement.Parse(verified).GetProperty("ok").GetBoolean());
        Assert.True(JsonElement.Parse(verified).GetProperty("keyed").GetBoolean());
        var (_, exported, _) = await other.Verb("journal", "export", "--set", store);
        var entries = exported.TrimEnd().Split('\n').Select(static line => JsonElement.Parse(line)).Where(static line => line.TryGetProperty("stream", out _)).ToList();
        Assert.Equal(JsonElement.Parse(verified).GetProperty("entries").GetInt64(), entries.Count);
        Assert.Contains(entries, static entry => Text(entry, "stream") == "ledger" && entry.GetProperty("event").TryGetProperty("heads", out _));

        await using (var database = new SqliteConnection($"Data Source={Path.Combine(folder.Path, "store", "oddswire.db")};Pooling=False"))
        {
            await database.OpenAsync(TestContext.Current.CancellationToken);
            await using var tamper = database.CreateCommand();
            tamper.CommandText = "delete from journal where persistence_id = 'keys'";
            await tamper.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
        var (bad, told, _) = await other.Verb("journal", "verify", "--json", "--set", store, "--set", key);
        Assert.Equal(ExitCode.NotVerified, bad);
        Assert.Equal("""{"stream":"keys","sequence":1,"what":"truncated"}""", JsonElement.Parse(told).GetProperty("first").GetRawText());
        Assert.Equal(ExitCode.WrongUsage, (await other.Verb("journal", "verify", "--heads", folder.Path + "/none", "--set", store)).Code);
        Assert.Equal(ExitCode.Failed, (await other.Verb("journal", "verify", "--set", "storage.path=" + folder.Path)).Code);
        await other.Start();
    }

    [GeneratedRegex("head keys 1 [0-9a-f]{64}", RegexOptions.NonBacktracking)]
    private static partial Regex HeadOfKeys { get; }
}
