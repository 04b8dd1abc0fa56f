using System.Net.WebSockets;
using System.Text.Json;
using Oddswire.Client.PolymarketUs;
using Oddswire.Host.CommandLine;
using Oddswire.Protocols.PolymarketUs;
using Xunit;

namespace Oddswire.Host.Tests.Live;

/// <summary>/v1/ws/markets and /v1/ws/private of the real program, for Python's SDK and for our own client. The one of TypeScript has its turn in tests/Compatibility.</summary>
[Collection(nameof(LiveGateway))]
public sealed class UsTests(LiveGateway gateway)
{
    private UsClient Client(string key = "demo-us", string secret = UsPythonSdk.DemoSecret) => new(new UsClientOptions
    {
        Url = gateway.Http,
        KeyId = key,
        Secret = secret,
        FirstDelay = TimeSpan.FromMilliseconds(20),
        LongestDelay = TimeSpan.FromMilliseconds(200),
        Random = new Random(1),
    });

    private async Task<UsPythonSdk> Python(string socket, string key = "demo-us", string secret = UsPythonSdk.DemoSecret)
    {
        var sdk = new UsPythonSdk();
        await sdk.Connect(gateway.Sockets, socket, key, secret);
        return sdk;
    }

    private async Task<string[]> Slugs()
    {
        using var http = new HttpClient();
        var world = JsonElement.Parse(await http.GetStringAsync(new Uri(gateway.Simulator, "/sim"), TestContext.Current.CancellationToken));
        return [.. world.GetProperty("us").GetProperty("markets").EnumerateArray().Select(static market => market.GetProperty("slug").GetString()!)];
    }

    private async Task<(string Id, string Secret)> NewKey(string name, params string[] options)
    {
        var (code, text, error) = await gateway.Verb(["keys", "add", name, "--ed25519", "--scopes", "stream,account:demo-us", "--json", .. options]);
        Assert.True(code == ExitCode.Done, error);
        var made = JsonElement.Parse(text);
        return (made.GetProperty("key_id").GetString()!, made.GetProperty("secret").GetString()!);
    }

    [Fact]
    public async Task Python_s_sdk_gets_books_tops_and_trades_and_what_it_unsubscribes_is_silent()
    {
        var slugs = await Slugs();
        await using var sdk = await Python("markets");
        await sdk.Subscribe("md", "MARKET_DATA", slugs);
        await sdk.Subscribe("lite", "MARKET_DATA_LITE", slugs);
        await sdk.Subscribe("tr", "TRADE");
        await sdk.Until(() => slugs.All(slug => sdk.Told("market_data").Exists(told => told.GetProperty("marketData").GetProperty("marketSlug").GetString() == slug)));
        await sdk.Until(() => sdk.Told("market_data_lite").Count >= slugs.Length && sdk.Told("trade").Count >= 2);
        await sdk.Subscribe("md", "TRADE", slugs[0]);
        await sdk.Until(() => sdk.Told("error").Count == 1);
        Assert.Equal("request id already exists", sdk.Told("error")[0].GetProperty("error").GetString());
        await sdk.Unsubscribe("md");
        await sdk.Until(() => sdk.Told("message").Exists(static told => told.TryGetProperty("unsubscribed", out _)));
        var told = sdk.Told("market_data").Count;
        await sdk.Subscribe("md", "MARKET_DATA", slugs[1]);
        await sdk.Until(() => sdk.Told("market_data").Count >= told + 2);
        Assert.All(sdk.Told("market_data")[told..], book => Assert.Equal(slugs[1], book.GetProperty("marketData").GetProperty("marketSlug").GetString()));
        Assert.Null(sdk.Crashed);
    }

    [Fact]
    public async Task Python_s_sdk_gets_the_orders_that_are_held_updates_a_snapshot_and_the_balance()
    {
        await using var sdk = await Python("private");
        await sdk.Subscribe("ord", "ORDER");
        await sdk.Subscribe("bal", "ACCOUNT_BALANCE");
        await sdk.Subscribe("snap", "ORDER_SNAPSHOT");
        await sdk.Until(() => sdk.Told("account_balance_snapshot").Count == 1);
        foreach (var id in new[] { "ord", "snap" })
            await sdk.Until(() => sdk.Told("order_snapshot").Exists(told => told.GetProperty("requestId").GetString() == id && told.GetProperty("orderSubscriptionSnapshot").GetProperty("eof").GetBoolean()));
        Assert.Contains(sdk.Told("order_snapshot"), static told => told.GetProperty("orderSubscriptionSnapshot").GetProperty("orders").GetArrayLength() > 0);
        await sdk.Until(() => sdk.Told("order_update").Count >= 1);
        Assert.Equal((0, null), (sdk.Told("error").Count, sdk.Crashed));
    }

    [Fact]
    public async Task A_wrong_secret_is_401_and_no_socket()
    {
        await using var sdk = new UsPythonSdk();
        await Assert.ThrowsAsync<WebSocketException>(() => sdk.Connect(gateway.Sockets, "markets", secret: Convert.ToBase64String(new byte[32])));
        Assert.Contains("INVALID_SIGNATURE, as 'demo-us'", gateway.Terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_one_s_own_serves_until_it_is_revoked_and_only_what_its_scopes_allow()
    {
        var (id, secret) = await NewKey("us-bot");
        await using var sdk = await Python("markets", id, secret);
        await gateway.Verb("keys", "revoke", "us-bot");
        await sdk.Until(() => sdk.Closed is not null);
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, sdk.Closed);
        var (_, made) = await gateway.Send(HttpMethod.Post, "/api/v1/keys", body: """{"name":"blind","tier":"dev","kind":"ed25519"}""");
        await using var blind = new UsPythonSdk();
        var refused = await Assert.ThrowsAsync<WebSocketException>(
            () => blind.Connect(gateway.Sockets, "private", made.GetProperty("key_id").GetString()!, made.GetProperty("secret").GetString()!));
        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_client_gets_streams_of_markets_and_of_the_account()
    {
        var slug = (await Slugs())[0];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(2 * LiveGateway.Patience);
        await using var markets = Client().Markets();
        await foreach (var book in markets.Books(slug, limit.Token))
        {
            Assert.Equal((slug, UsMarketState.Open), (book.Slug, book.State));
            break;
        }
        await foreach (var trade in markets.Trades(slug, limit.Token))
        {
            Assert.Equal(slug, trade.Slug);
            break;
        }
        await using var account = Client().Private();
        Assert.NotEmpty(await account.OpenOrders(cancel: limit.Token));
        await foreach (var balance in account.Balances(limit.Token))
        {
            Assert.Equal("USD", balance.Currency);
            break;
        }
        await foreach (var update in account.OrderUpdates(cancel: limit.Token))
        {
            Assert.NotEqual("", update.Order.Id);
            break;
        }
    }

    [Fact]
    public async Task Our_client_with_a_stored_key_is_in_again_after_a_restart_and_tells_the_gap()
    {
        var slug = (await Slugs())[0];
        var (id, secret) = await NewKey("us-stored");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(3 * LiveGateway.Patience);
        await using var ws = Client(id, secret).Markets();
        var gap = new TaskCompletionSource<UsGap>(TaskCreationOptions.RunContinuationsAsynchronously);
        ws.Gap += told => gap.TrySetResult(told);
        Task? restarted = null;
        await foreach (var book in ws.Books(slug, limit.Token))
        {
            Assert.NotEmpty(book.Bids);
            restarted ??= gateway.Restart();
            if (gap.Task.IsCompleted)
                break;
        }
        await restarted!;
        Assert.StartsWith("1001", (await gap.Task).Reason, StringComparison.Ordinal);
        await gateway.Verb("keys", "revoke", "us-stored");
    }

    [Fact]
    public async Task Snake_case_is_for_keys_that_want_it()
    {
        var slug = (await Slugs())[0];
        var (id, secret) = await NewKey("us-snake", "--us-snake");
        await using var sdk = await Python("markets", id, secret);
        await sdk.Send($$"""{"subscribe":{"request_id":"md","subscription_type":1,"market_slugs":["{{slug}}"]} }""");
        await sdk.Until(() => sdk.Told("message").Count >= 2);
        Assert.All(sdk.Told("message"), told => Assert.Equal((slug, 1), (told.GetProperty("market_data").GetProperty("market_slug").GetString(), told.GetProperty("subscription_type").GetInt32())));
        await gateway.Verb("keys", "revoke", "us-snake");
    }

    [Fact]
    public async Task Noise_is_answered_frame_by_frame_and_the_socket_stays()
    {
        string[] words = ["{", "}", "[", "]", "\"", ":", ",", "null", "true", "-1", "1e999", "\"subscribe\"", "\"unsubscribe\"", "\"requestId\"", "\"x\"", "\"marketSlugs\"", "\\ud800", "é", "\u0000"];
        var random = new Random(5);
        await using var sdk = await Python("markets");
        for (var i = 1; i <= 200; i++)
        {
            await sdk.Send("{" + string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => words[random.Next(words.Length)])));
            var frames = i;
            await sdk.Until(() => sdk.Told("error").Count == frames);
            Assert.Equal("""{"error":"invalid_message"}""", sdk.Told("error")[^1].GetRawText());
        }
        Assert.Equal((null, null), (sdk.Crashed, sdk.Closed));
    }
}
