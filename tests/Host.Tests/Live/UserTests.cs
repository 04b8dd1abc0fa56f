using System.Runtime.Versioning;
using System.Text.Json;
using Oddswire.Host.CommandLine;
using Oddswire.Host.Tests.CommandLine;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Host.Tests.Live;

/// <summary>/ws/user of the real program, and the ways to its credentials. The clients of others have their turn in tests/Compatibility.</summary>
[Collection(nameof(LiveGateway))]
public sealed class UserTests(LiveGateway gateway)
{
    private static string Opening(string key = "demo-user", string secret = "demo", string passphrase = "demo") =>
        $$"""{"auth":{"apiKey":"{{key}}","secret":"{{secret}}","passphrase":"{{passphrase}}"},"type":"user","markets":[]}""";

    private async Task<RawSocket> Open(string opening, string path = "/ws/user")
    {
        var client = await RawSocket.Open(gateway.Sockets, path);
        await client.Text(opening);
        return client;
    }

    [Fact]
    public async Task The_demo_s_account_trades_and_whoever_has_its_credentials_sees_it()
    {
        using var client = await Open(Opening());
        for (var i = 0; i < 5; i++)
        {
            var told = JsonElement.Parse(await client.NextText());
            Assert.Contains(told.GetProperty("event_type").GetString(), new[] { "order", "trade" });
            Assert.Equal("demo-user", told.GetProperty("owner").GetString());
        }
    }

    [Fact]
    public async Task Who_comes_late_and_asks_for_more_is_told_what_is_held_first()
    {
        using (var first = await Open(Opening()))
            await first.NextText();
        using var client = await Open(Opening(), "/ws/user?ext=1");
        var joined = JsonElement.Parse(await client.NextText());
        Assert.Equal(("gateway.account", "demo-user", "live"), (joined.GetProperty("type").GetString(), joined.GetProperty("account").GetString(), joined.GetProperty("state").GetString()));
        Assert.True(joined.GetProperty("held").GetInt32() > 0);
        Assert.True(JsonElement.Parse(await client.NextText()).TryGetProperty("event_type", out _));
    }

    [Fact]
    public async Task What_nobody_heard_of_an_account_is_among_the_gaps_over_a_restart_and_so_is_the_time_without_a_gateway()
    {
        await using var own = new LiveGateway();
        await own.InitializeAsync();
        using var client = await RawSocket.Open(own.Sockets, "/ws/user");
        await client.Text(Opening());
        await client.NextText();
        using var http = new HttpClient { BaseAddress = own.Simulator };
        using var fault = new StringContent("""{"venue":"clob-user","kind":"drop"}""");
        using var struck = await http.PostAsync(new Uri("/sim/faults", UriKind.Relative), fault, TestContext.Current.CancellationToken);
        await client.NextText();
        var dropped = Assert.Single(await Gaps(own, 1));
        Assert.Equal(("dropped without a close frame", "lost"), (dropped.GetProperty("reason").GetString(), dropped.GetProperty("state").GetString()));
        await own.Restart();
        var gaps = await Gaps(own, 2);
        Assert.Equal(dropped.ToString(), gaps[0].ToString());
        // Its connection was closed with the gateway: from then on, and not from when the next one came.
        Assert.Contains(gaps[1].GetProperty("reason").GetString(), (string[])["closed", "the gateway was not running"]);       // whichever of them was first
        Assert.Equal(("lost", 2), (gaps[1].GetProperty("state").GetString(), gaps.Count));
        Assert.True(gaps[1].GetProperty("from").GetDateTimeOffset() >= dropped.GetProperty("to").GetDateTimeOffset());
        Assert.True(gaps[1].GetProperty("to").GetDateTimeOffset() > gaps[1].GetProperty("from").GetDateTimeOffset());
    }

    /// <summary>Of the account, as soon as there are so many that are over.</summary>
    private static async Task<List<JsonElement>> Gaps(LiveGateway of, int count)
    {
        List<JsonElement> gaps = [];
        await Eventually.Holds(async () =>
        {
            var (_, answer) = await of.Send(HttpMethod.Get, "/api/v1/gaps?state=lost");
            gaps = [.. answer.GetProperty("gaps").EnumerateArray().Where(static gap => gap.GetProperty("source").GetString() == "clob-user-demo-user")];
            return gaps.Count >= count;
        }, LiveGateway.Patience);
        return gaps;
    }

    [Fact]
    public async Task Bad_credentials_are_closed_with_1008()
    {
        using var client = await Open(Opening(secret: "not-it"));
        Assert.Equal(1008, await client.ClosedWith());
        Assert.DoesNotContain("not-it", gateway.Terminal.Error);
    }

    [Fact]
    public async Task A_key_of_one_s_own_reads_the_account_until_it_is_revoked_and_is_no_key_of_another_kind()
    {
        var (code, text, error) = await gateway.Verb("keys", "add", "bot", "--clob", "--scopes", "account:demo-user", "--json");
        Assert.True(code == ExitCode.Done, error);
        var made = JsonElement.Parse(text);
        var (key, secret, passphrase) = (made.GetProperty("apiKey").GetString()!, made.GetProperty("secret").GetString()!, made.GetProperty("passphrase").GetString()!);
        Assert.Equal("clob", made.GetProperty("kind").GetString());
        using var client = await Open(Opening(key, secret, passphrase));
        await client.NextText();
        Assert.Equal(401, (await gateway.Send(HttpMethod.Get, "/api/v1/feeds", secret)).Status);
        var (_, listed) = await gateway.Send(HttpMethod.Get, "/api/v1/keys");
        Assert.DoesNotContain(passphrase, listed.GetRawText());
        await gateway.Verb("keys", "revoke", "bot");
        Assert.Equal(1008, await client.ClosedWith());
        using var again = await Open(Opening(key, secret, passphrase));
        Assert.Equal(1008, await again.ClosedWith());
    }

    [Fact]
    public async Task A_key_that_could_read_no_account_is_not_made()
    {
        var (status, body) = await gateway.Send(HttpMethod.Post, "/api/v1/keys", body: """{"name":"blind","tier":"dev","kind":"clob"}""");
        Assert.Equal((400, "scopes"), (status, body.GetProperty("field").GetString()));
    }

    [Fact]
    public async Task The_feed_of_an_account_is_one_among_the_feeds()
    {
        var (_, body) = await gateway.Send(HttpMethod.Get, "/api/v1/feeds");
        var feed = Assert.Single(body.GetProperty("feeds").EnumerateArray(), static feed => feed.GetProperty("name").GetString() == "clob-user-demo-user");
        Assert.Equal("live", feed.GetProperty("state").GetString());
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Credentials_are_derived_by_a_wallet_s_key_made_once_and_the_same_ever_after()
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "wallet.key");
        await File.WriteAllTextAsync(file, WalletKeyTests.Hardhat + "\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        string[] line = ["keys", "derive", "--private-key-file", file, "--url", new Uri(gateway.Simulator, "/clob-user").ToString(), "--nonce", "7"];
        var (code, first, error) = await gateway.Verb([.. line, "--json"]);
        Assert.True(code == ExitCode.Done, error);
        Assert.Equal("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266", JsonElement.Parse(first).GetProperty("address").GetString());
        Assert.Equal(first, (await gateway.Verb([.. line, "--json"])).Out);
        var written = Path.Combine(folder.Path, "main.conf");
        Assert.Equal(ExitCode.Done, (await gateway.Verb([.. line, "--out", written])).Code);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(written));
        Assert.Contains($"api_key = \"{JsonElement.Parse(first).GetProperty("apiKey").GetString()}\"", await File.ReadAllTextAsync(written, TestContext.Current.CancellationToken));
        Assert.Equal(ExitCode.WrongUsage, (await gateway.Verb([.. line, "--out", written])).Code);
    }

    [Fact]
    public async Task What_cannot_be_derived_is_told_in_a_sentence_without_the_key()
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "wallet.key");
        await File.WriteAllTextAsync(file, WalletKeyTests.Hardhat, TestContext.Current.CancellationToken);
        var missing = await gateway.Verb("keys", "derive", "--private-key-file", Path.Combine(folder.Path, "none"));
        Assert.Equal(ExitCode.WrongUsage, missing.Code);
        Assert.Contains("cannot be read", missing.Error);
        var clear = await gateway.Verb("keys", "derive", "--private-key-file", file, "--url", "http://example.org");
        Assert.Equal(ExitCode.WrongUsage, clear.Code);
        var chain = await gateway.Verb("keys", "derive", "--private-key-file", file, "--url", new Uri(gateway.Simulator, "/clob-user").ToString(), "--chain", "1");
        Assert.Equal(ExitCode.Failed, chain.Code);
        Assert.Contains("INVALID_SIGNATURE", chain.Error);
        var nobody = await gateway.Verb("keys", "derive", "--private-key-file", file, "--url", "http://127.0.0.1:9");
        Assert.Equal(ExitCode.Failed, nobody.Code);
        Assert.Contains("cannot be reached", nobody.Error);
        foreach (var error in new[] { missing.Error, clear.Error, chain.Error, nobody.Error })
            Assert.DoesNotContain("ac0974", error);
    }
}
