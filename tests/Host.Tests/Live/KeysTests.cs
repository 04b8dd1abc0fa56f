using System.Text.Json;
using System.Text.RegularExpressions;
using Oddswire.Client;
using Oddswire.Host.CommandLine;
using Oddswire.Host.Tests.CommandLine;
using Oddswire.Messages.Orders;
using Xunit;

namespace Oddswire.Host.Tests.Live;

/// <summary>Keys as those who hand them out and those who hold them see them: over HTTP, on the command line, at the socket, over a restart.</summary>
[Collection(nameof(LiveGateway))]
public sealed partial class KeysTests(LiveGateway gateway)
{
    private async Task<string> Add(string name, string more = "")
    {
        var (status, body) = await gateway.Send(HttpMethod.Post, "/api/v1/keys", body: $$"""{"name":"{{name}}","tier":"free"{{more}}}""");
        Assert.Equal(201, status);
        return body.GetProperty("secret").GetString()!;
    }

    [Fact]
    public async Task The_secret_is_shown_once_has_160_bits_and_is_nowhere_on_disk()
    {
        var secret = await Add("once");
        Assert.Matches(Secret, secret);
        Assert.NotEqual(secret, await Add("another"));
        var (_, list) = await gateway.Send(HttpMethod.Get, "/api/v1/keys");
        Assert.DoesNotContain(secret, list.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("once", Names(list));
        var hash = Oddswire.Actors.Keys.Keyring.Hash(secret);
        var stored = string.Concat(Directory.EnumerateFiles(gateway.Store).Where(static file => file.EndsWith(".db", StringComparison.Ordinal) || file.EndsWith("-wal", StringComparison.Ordinal)).Select(ReadShared));
        Assert.Contains(hash, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stored_key_opens_a_socket_with_the_limits_of_its_tier_and_a_revoked_one_is_closed_with_1008()
    {
        var secret = await Add("socket");
        await using var client = gateway.Client(secret);
        await client.Connect(TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<CommandRefusedException>(() => client.Subscribe(OrderFilter.Everything, cancel: TestContext.Current.CancellationToken));
        Assert.Equal("WILDCARD_NOT_ALLOWED", refused.Code);

        Assert.Equal(204, (await gateway.Send(HttpMethod.Delete, "/api/v1/keys/socket")).Status);
        var closed = default(string);
        // The client dials again, is refused with 401 and gives up: its events end with that.
        var final = await Assert.ThrowsAsync<DialRefusedException>(async () =>
        {
            await foreach (var heard in client.Events(TestContext.Current.CancellationToken))
                closed ??= (heard as ClientEvent.Disconnected)?.Reason;
        });
        Assert.StartsWith("1008 ", closed, StringComparison.Ordinal);
        Assert.Equal(401, (int)final.Status);
        Assert.Equal(404, (await gateway.Send(HttpMethod.Delete, "/api/v1/keys/socket")).Status);
    }

    [Theory]
    [InlineData("""{"tier":"free"}""", "INVALID_FIELD", "name")]
    [InlineData("""{"name":"x"}""", "INVALID_FIELD", "tier")]
    [InlineData("""{"name":"api","tier":"free"}""", "INVALID_FIELD", "name")]
    [InlineData("""{"name":"a b","tier":"free"}""", "INVALID_FIELD", "name")]
    [InlineData("""{"name":"x","tier":"gold"}""", "INVALID_FIELD", "tier")]
    [InlineData("""{"name":"x","tier":"free","scopes":["stream","all"]}""", "INVALID_FIELD", "scopes[1]")]
    [InlineData("""{"name":"x","tier":"free","limits":{"wallets":-1}}""", "INVALID_FIELD", "limits.wallets")]
    [InlineData("""{"name":"x","tier":"free","limits":{"sockets":1}}""", "UNKNOWN_FIELD", "limits.sockets")]
    [InlineData("""{"name":"x","tier":"free","kind":"clob"}""", "INVALID_FIELD", "scopes")]
    [InlineData("""{"name":"x","tier":"free","kind":"rsa"}""", "INVALID_FIELD", "kind")]
    [InlineData("""{"name":"x","tier":"free","us_snake":true}""", "INVALID_FIELD", "us_snake")]
    [InlineData("""{"name":"x","tier":"free","kind":"ed25519","us_snake":1}""", "INVALID_FIELD", "us_snake")]
    [InlineData("""{"name":"x","tier":"free","us_legacy":true}""", "INVALID_FIELD", "us_legacy")]
    [InlineData("""{"name":"x","tier":"free","colour":1}""", "UNKNOWN_FIELD", "colour")]
    [InlineData("""{"name":7,"tier":"free"}""", "INVALID_FIELD", "name")]
    [InlineData("[]", "INVALID_JSON", null)]
    [InlineData("{", "INVALID_JSON", null)]
    public async Task A_wrong_request_is_told_what_is_wrong_and_where(string body, string code, string? field)
    {
        var (status, answer) = await gateway.Send(HttpMethod.Post, "/api/v1/keys", body: body);
        Assert.Equal((400, code), (status, answer.GetProperty("error").GetString()));
        Assert.Equal(field, answer.TryGetProperty("field", out var named) ? named.GetString() : null);
        Assert.NotEmpty(answer.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task The_body_of_the_documentation_makes_a_key_with_the_tier_s_limits()
    {
        await Add("documented", ""","scopes":[],"kind":"dome","us_legacy":false,"limits":{"subscriptions":0,"wallets":0}""");
        var (_, list) = await gateway.Send(HttpMethod.Get, "/api/v1/keys");
        var key = list.GetProperty("keys").EnumerateArray().Single(static key => key.GetProperty("name").GetString() == "documented");
        Assert.Equal("""{"subscriptions":2,"wallets":5}""", key.GetProperty("limits").GetRawText());
        Assert.Equal("""["stream","orders"]""", key.GetProperty("scopes").GetRawText());
    }

    [Fact]
    public async Task Only_an_admin_sees_or_changes_keys_and_those_of_the_configuration_stay()
    {
        Assert.Equal(401, (await gateway.Send(HttpMethod.Get, "/api/v1/keys", key: null)).Status);
        Assert.Equal(403, (await gateway.Send(HttpMethod.Get, "/api/v1/keys", key: "demo-enterprise")).Status);
        Assert.Equal(409, (await gateway.Send(HttpMethod.Delete, "/api/v1/keys/demo-free")).Status);
        Assert.Equal(409, (await gateway.Send(HttpMethod.Post, "/api/v1/keys", body: """{"name":"demo-free","tier":"dev"}""")).Status);
        var (status, tooLarge) = await gateway.Send(HttpMethod.Post, "/api/v1/keys", body: new string(' ', 70_000));
        Assert.Equal((413, "BODY_TOO_LARGE"), (status, tooLarge.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task The_command_line_adds_lists_and_revokes()
    {
        var (code, secret, about) = await gateway.Verb("keys", "add", "desk", "--tier", "enterprise", "--wallets", "7", "--scopes", "stream,orders,operate");
        Assert.Equal(ExitCode.Done, code);
        Assert.Matches(Secret, secret.Trim());
        Assert.Contains("enterprise, 100000 subscriptions of 7 wallets, stream,orders,operate", about, StringComparison.Ordinal);
        var (_, listed, _) = await gateway.Verb("keys", "list", "--json");
        var desk = listed.TrimEnd().Split('\n').Select(static line => JsonElement.Parse(line)).Single(static key => key.GetProperty("name").GetString() == "desk");
        Assert.Equal(7, desk.GetProperty("limits").GetProperty("wallets").GetInt32());

        Assert.Equal(ExitCode.Done, (await gateway.Verb("feeds", "retry", "rtds", "--key", secret.Trim())).Code);
        var (forbidden, _, why) = await gateway.Verb("keys", "list", "--key", secret.Trim());
        Assert.Equal((ExitCode.Failed, "oddswire: the key 'desk' has no scope 'admin' (403 FORBIDDEN)\n"), (forbidden, why));
        Assert.Equal(ExitCode.Failed, (await gateway.Verb("keys", "add", "--name", "desk")).Code);
        Assert.Equal((ExitCode.Done, "revoked 'desk'\n", ""), await gateway.Verb("keys", "revoke", "desk"));
        Assert.Equal(ExitCode.Failed, (await gateway.Verb("keys", "revoke", "desk")).Code);
        Assert.Equal(ExitCode.WrongUsage, (await gateway.Verb("keys", "add", "openapi")).Code);
        Assert.Equal(ExitCode.WrongUsage, (await gateway.Verb("keys", "add")).Code);
    }

    [Fact]
    public async Task A_key_that_signs_is_an_id_and_a_seed_of_which_the_public_half_is_kept()
    {
        var (code, text, about) = await gateway.Verb("keys", "add", "signer", "--ed25519", "--us-legacy", "--us-snake", "--scopes", "stream,account:demo-us");
        Assert.Equal(ExitCode.Done, code);
        var lines = text.TrimEnd().Split('\n');
        Assert.True(Guid.TryParse(lines[0]["key_id ".Length..], out _));
        var secret = lines[1]["secret ".Length..];
        Assert.Equal(32, Convert.FromBase64String(secret).Length);
        Assert.Contains("/v1/ws/private", about, StringComparison.Ordinal);
        var (_, list) = await gateway.Send(HttpMethod.Get, "/api/v1/keys");
        var listed = list.GetProperty("keys").EnumerateArray().Single(static key => key.GetProperty("name").GetString() == "signer");
        Assert.Equal(("ed25519", lines[0]["key_id ".Length..]), (listed.GetProperty("kind").GetString(), listed.GetProperty("key_id").GetString()));
        Assert.True(listed.GetProperty("us_legacy").GetBoolean() && listed.GetProperty("us_snake").GetBoolean());
        Assert.Equal(32, Convert.FromBase64String(listed.GetProperty("public_key").GetString()!).Length);
        Assert.DoesNotContain(secret, list.GetRawText(), StringComparison.Ordinal);
        var stored = string.Concat(Directory.EnumerateFiles(gateway.Store).Where(static file => file.EndsWith(".db", StringComparison.Ordinal) || file.EndsWith("-wal", StringComparison.Ordinal)).Select(ReadShared));
        Assert.Contains(listed.GetProperty("key_id").GetString()!, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, stored, StringComparison.Ordinal);
        Assert.Equal(401, (await gateway.Send(HttpMethod.Get, "/api/v1/feeds", key: secret)).Status);
        await gateway.Verb("keys", "revoke", "signer");
    }

    [Fact]
    public async Task Offline_is_refused_while_a_gateway_has_the_store_open_and_says_which()
    {
        var (code, _, error) = await gateway.Verb("keys", "list", "--offline", "--set", $"storage.path={gateway.Store}");
        Assert.Equal(ExitCode.StoreUnusable, code);
        Assert.Contains($"in use by process {Environment.ProcessId}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offline_keys_are_those_of_the_gateway_that_is_started_next()
    {
        using var folder = new TempFolder();
        var store = $"storage.path={Path.Combine(folder.Path, "store")}";
        var (code, secret, _) = await gateway.Verb("keys", "add", "night", "--offline", "--set", store);
        Assert.Equal(ExitCode.Done, code);
        await using var other = new LiveGateway();
        await other.InitializeAsync();
        await other.Stop();
        await other.Start(store);
        Assert.Equal(200, (await other.Send(HttpMethod.Get, "/api/v1/feeds", key: secret.Trim())).Status);
        await other.Restart();
        Assert.Equal(200, (await other.Send(HttpMethod.Get, "/api/v1/feeds", key: secret.Trim())).Status);
    }

    [Fact]
    public async Task What_makes_no_sense_is_wrong_usage()
    {
        Assert.Equal(ExitCode.WrongUsage, (await gateway.Verb("keys", "list", "--offline")).Code);      // the demo keeps nothing
        Assert.Equal(ExitCode.WrongUsage, (await gateway.Verb("keys", "list", "--offline", "--key", "x", "--set", "storage.path=a")).Code);
        Assert.Equal(ExitCode.WrongUsage, (await gateway.Verb("keys", "list", "--set", "storage.path=a")).Code);
        Assert.Equal(ExitCode.WrongUsage, (await gateway.Verb("keys", "list", "--url", "nowhere")).Code);
        Assert.Equal((ExitCode.WrongUsage, "oddswire: `keys` needs a verb: add, list, revoke, derive\noddswire: `oddswire keys --help` shows what there is\n"), (await gateway.Verb("keys")) is var (code, _, error) ? (code, error) : default);
        using var nobody = new FakeTerminal();
        Assert.Equal(ExitCode.Failed, await nobody.Run("keys", "list", "--url", "http://127.0.0.1:1"));
        Assert.StartsWith("oddswire: no gateway answers at http://127.0.0.1:1", nobody.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<string?> Names(JsonElement list) => list.GetProperty("keys").EnumerateArray().Select(static key => key.GetProperty("name").GetString());

    private static string ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
        return reader.ReadToEnd();
    }

    [GeneratedRegex("^ow_[a-z2-7]{32}$", RegexOptions.NonBacktracking)]
    private static partial Regex Secret { get; }
}
