using System.Text.Json;
using Oddswire.Host.Upstream;
using Oddswire.Messages.Values;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Host.Tests.Live;

/// <summary>/ws/market of the whole program over real sockets: who may come in, the books of the stand-in venue, and what a client may not do.</summary>
[Collection(nameof(LiveGateway))]
public sealed class MarketChannelTests(LiveGateway gateway)
{
    [Theory]
    [InlineData("/ws/market")]
    [InlineData("/demo-dev/ws/market")]
    [InlineData("/ws/market?ext=1")]
    public async Task Books_come_at_once_and_changes_after_them(string path)
    {
        var tokens = await Tokens();
        using var socket = await RawSocket.Open(gateway.Sockets, path);
        await socket.Text($$"""{"assets_ids":["{{tokens[0]}}","{{tokens[1]}}"],"type":"market"}""");
        var opening = await socket.NextText();
        Assert.EndsWith("]\n", opening, StringComparison.Ordinal);
        Assert.Equal(tokens[..2].Order(StringComparer.Ordinal), JsonElement.Parse(opening).EnumerateArray().Select(static book => book.GetProperty("asset_id").GetString()).Order(StringComparer.Ordinal));
        string text;
        do text = await socket.NextText();
        while (!text.Contains("\"price_change\"", StringComparison.Ordinal));
        Assert.StartsWith("{\"market\":", text, StringComparison.Ordinal);
        await socket.Text("PING");
        do text = await socket.NextText();
        while (text[0] == '{');
        Assert.Equal("PONG", text);
    }

    [Fact]
    public async Task The_feed_is_live_and_the_venue_sees_one_connection_for_many_clients()
    {
        var tokens = await Tokens();
        var sockets = new List<RawSocket>();
        for (var i = 0; i < 20; i++)
        {
            sockets.Add(await RawSocket.Open(gateway.Sockets, "/ws/market"));
            await sockets[i].Text($$"""{"assets_ids":["{{tokens[0]}}"],"type":"market"}""");
        }
        foreach (var socket in sockets)
            Assert.Contains(tokens[0], await socket.NextText(), StringComparison.Ordinal);
        using var http = new HttpClient();
        var sim = JsonElement.Parse(await http.GetStringAsync(new Uri(gateway.Simulator, "/sim"), TestContext.Current.CancellationToken));
        Assert.Equal(1, sim.GetProperty("venues").GetProperty("clob-market").GetProperty("connections").GetInt32());
        var (_, feeds) = await gateway.Send(HttpMethod.Get, "/api/v1/feeds");
        Assert.Contains(feeds.GetProperty("feeds").EnumerateArray(), static feed => (feed.GetProperty("name").GetString(), feed.GetProperty("state").GetString()) == ("clob-market", "live"));
        foreach (var socket in sockets)
            socket.Dispose();
    }

    [Theory]
    [InlineData("/nobody/ws/market", 401)]
    [InlineData("/metrics/ws/market", 404)]
    [InlineData("/ws/markets", 404)]
    public async Task Who_has_no_key_that_is_known_stays_outside(string path, int status)
    {
        var (answered, _) = await gateway.Send(HttpMethod.Get, path, key: null);
        Assert.Equal(status, answered);
    }

    [Fact]
    public async Task A_bad_first_frame_ends_with_1008_binary_with_1003_and_a_flood_with_1008()
    {
        using var bad = await RawSocket.Open(gateway.Sockets, "/ws/market");
        await bad.Text("PING");
        Assert.Equal(1008, await bad.ClosedWith());
        using var binary = await RawSocket.Open(gateway.Sockets, "/ws/market");
        await binary.Frame(0x82, [1, 2, 3]);
        Assert.Equal(1003, await binary.ClosedWith());
        using var flood = await RawSocket.Open(gateway.Sockets, "/ws/market");
        await flood.Text("""{"assets_ids":[],"type":"market"}""");
        for (var i = 0; i < 200; i++)
            await flood.Text("PING");
        Assert.Equal(1008, await flood.ClosedWith());
    }

    [Fact]
    public async Task A_client_that_never_reads_is_closed_with_1013_and_the_others_get_every_trade_and_the_newest_books_meanwhile()
    {
        await using var own = new LiveGateway();
        await own.InitializeAsync();
        await own.Stop();
        await own.Start("limits.outbox=64KiB");
        var tokens = await Tokens(own);
        var opening = $$"""{"assets_ids":[{{string.Join(',', tokens.Select(static token => $"\"{token}\""))}}],"type":"market","custom_feature_enabled":true}""";
        var readers = new List<MarketReader>();
        for (var i = 0; i < 4; i++)
            readers.Add(await MarketReader.Open(own.Sockets, opening));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(90));     // lines go on for ever; that what is waited for does not come must show
        await own.Terminal.Output.Line("  4 clients", limit.Token);
        // Fills are listed when they are mined: who is behind one that all have heard was made while they listened.
        await Eventually.Holds(() => readers.TrueForAll(static reader => reader.Trades.Count > 0));
        var heard = readers[^1].Trades[^1];
        var listed = 0L;
        await Eventually.Holds(async () =>
        {
            var (fills, next) = await Fills(own, listed);
            listed = next;
            return fills.Exists(fill => fill.Tx == heard);
        }, TimeSpan.FromSeconds(20));
        using var deaf = await RawSocket.Open(own.Sockets, "/ws/market", receiveBuffer: 4096);
        await deaf.Text(opening);
        await own.Terminal.Output.Until(
            static text => text.IndexOf("  5 clients", StringComparison.Ordinal) is var came and >= 0 && text.IndexOf("  4 clients", came, StringComparison.Ordinal) >= 0,
            limit.Token);
        Assert.Equal(1013, await deaf.ClosedWith());       // it has seconds to read that
        var made = await Fills(own, listed);
        var trades = made.Of.Where(fill => tokens.Contains(fill.Token)).Select(static fill => fill.Tx).ToHashSet(StringComparer.Ordinal);
        Assert.True(trades.Count > 50);
        foreach (var reader in readers)
        {
            using (reader)
            {
                await reader.Has(trades);
                Assert.Distinct(reader.Trades);
                Assert.All(reader.Changes.Zip(reader.Changes.Skip(1)), static pair => Assert.InRange(pair.Second - pair.First, -1_000, 2_000));
            }
        }
    }

    [Fact]
    public async Task REST_is_asked_for_books_and_leaves_out_what_has_none()
    {
        var tokens = await Tokens();
        using var rest = new ClobRestBooks(new Uri(gateway.Simulator, "/clob-market"));
        var books = await rest.Find([WireText.Parse<TokenId>(tokens[0]), WireText.Parse<TokenId>("12345")], TestContext.Current.CancellationToken);
        Assert.Equal(tokens[0], Assert.Single(books).Token.ToString());
        using var nowhere = new ClobRestBooks(new Uri(gateway.Simulator, "/nowhere"));
        await Assert.ThrowsAsync<HttpRequestException>(async () => await nowhere.Find([WireText.Parse<TokenId>("1")], TestContext.Current.CancellationToken));
    }

    private static async Task<(List<(string Tx, string Token)> Of, long Next)> Fills(LiveGateway own, long after)
    {
        using var http = new HttpClient();
        var all = new List<(string, string)>();
        while (true)
        {
            var page = JsonElement.Parse(await http.GetStringAsync(new Uri(own.Simulator, $"/sim/fills?after={after}&limit=1000"), TestContext.Current.CancellationToken));
            var fills = page.GetProperty("fills").EnumerateArray().ToList();
            if (fills.Count == 0)
                return (all, after);
            all.AddRange(fills.Select(static fill => (fill.GetProperty("tx_hash").GetString()!, fill.GetProperty("token_id").GetString()!)));
            after = page.GetProperty("next").GetInt64();
        }
    }

    private Task<List<string>> Tokens() => Tokens(gateway);

    private static async Task<List<string>> Tokens(LiveGateway of)
    {
        using var http = new HttpClient();
        var sim = JsonElement.Parse(await http.GetStringAsync(new Uri(of.Simulator, "/sim"), TestContext.Current.CancellationToken));
        return [.. sim.GetProperty("markets").EnumerateArray().Where(static market => market.GetProperty("state").GetString() == "open")
            .SelectMany(static market => market.GetProperty("tokens").EnumerateArray()).Select(static token => token.GetProperty("token_id").GetString()!)];
    }
}
