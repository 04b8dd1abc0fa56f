using Microsoft.Extensions.Logging.Abstractions;
using Oddswire.Client;
using Oddswire.Client.PolymarketUs;
using Oddswire.Protocols.PolymarketUs;
using Oddswire.Simulator.Shell;
using Oddswire.Simulator.Venues.PolymarketUs;
using Oddswire.Simulator.World;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Simulator.Tests.Clients;

// The C# client of Polymarket US over real sockets, against the stand-in and its faults. Whatever is waited for has to come within five seconds.
public sealed class UsClientTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly HttpClient _http = new();
    private SimulatorServer _server = null!;

    private UsClientOptions Options => new()
    {
        Url = _server.Url,
        KeyId = "demo-us",
        Secret = UsKey.DemoSecret,
        FirstDelay = TimeSpan.FromMilliseconds(20),
        LongestDelay = TimeSpan.FromMilliseconds(100),
        Random = new Random(7),
    };

    private CancellationToken Limit => _limit.Token;

    public async ValueTask InitializeAsync()
    {
        var settings = new SimulatorSettings { Port = 0, Venues = ["us"], World = new WorldSettings { Rate = 1 }, Us = new() { Heartbeat = TimeSpan.FromSeconds(0.2) } };
        _server = await SimulatorServer.Start(settings, TimeProvider.System, NullLoggerFactory.Instance, Limit);
        _http.BaseAddress = _server.Url;
        _limit.CancelAfter(6 * Patience); // the account's owner trades by chance: in a third of this once in a hundred times not at all
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        _limit.Dispose();
    }

    [Fact]
    public async Task Books_tops_and_trades_are_streams()
    {
        await using var ws = new UsClient(Options).Markets();
        var slug = await First();
        await foreach (var book in ws.Books(slug, Limit))
        {
            Assert.Equal((slug, UsMarketState.Open), (book.Slug, book.State));
            Assert.True(book.Bids[0].Price.Micros < book.Offers[0].Price.Micros);
            break;
        }
        await foreach (var top in ws.Tops([], Limit))
        {
            Assert.NotNull(top.BestBid);
            break;
        }
        await foreach (var trade in ws.Trades(slug, Limit))
        {
            Assert.Equal(slug, trade.Slug);
            break;
        }
        await Eventually.Holds(async () => await Subscriptions() == 0); // nobody reads any more
    }

    [Fact]
    public async Task The_account_has_orders_updates_positions_and_a_balance()
    {
        await using var ws = new UsClient(Options).Private();
        Assert.NotEmpty(await ws.OpenOrders(cancel: Limit));
        Assert.Empty(await ws.OpenOrders(["nowhere"], Limit));
        var (updates, positions) = (Next(ws.OrderUpdates(cancel: Limit)), Next(ws.PositionUpdates(cancel: Limit)));
        await foreach (var balance in ws.Balances(Limit))
        {
            Assert.Equal("USD", balance.Currency);
            break;
        }
        Assert.NotEqual("", (await updates).Order.Id);
        Assert.NotNull((await positions).AfterPosition);
    }

    [Theory]
    [InlineData("""{"venue":"us-markets","kind":"close","code":1001}""", "1001")]
    [InlineData("""{"venue":"us-markets","kind":"drop"}""", "")]
    public async Task A_lost_socket_is_dialled_signed_and_subscribed_again_and_the_gap_is_told(string fault, string reason)
    {
        await using var ws = new UsClient(Options).Markets();
        var gap = new TaskCompletionSource<UsGap>(TaskCreationOptions.RunContinuationsAsynchronously);
        ws.Gap += told => gap.TrySetResult(told);
        var books = 0;
        await foreach (var book in ws.Books(await First(), Limit))
        {
            Assert.NotEmpty(book.Bids);
            if (++books == 1) await Fault(fault);
            if (gap.Task.IsCompleted) break;
        }
        var told = await gap.Task;
        Assert.Contains(reason, told.Reason, StringComparison.Ordinal);
        Assert.True(told.To >= told.From);
    }

    [Fact]
    public async Task A_socket_that_says_nothing_not_even_a_heartbeat_is_given_up()
    {
        await using var ws = new UsClient(Options with { Silence = TimeSpan.FromSeconds(1) }).Markets();
        var gap = new TaskCompletionSource<UsGap>(TaskCreationOptions.RunContinuationsAsynchronously);
        ws.Gap += told => gap.TrySetResult(told);
        var reading = Task.Run(
            async () =>
            {
                await foreach (var _ in ws.Books([], cancel: Limit))
                    if (gap.Task.IsCompleted) return;
            },
            Limit);
        await Eventually.Holds(async () => await Subscriptions() == 1);
        await Fault("""{"venue":"us-markets","kind":"freeze","connection":"oldest"}""");
        Assert.Contains("nothing was heard", (await gap.Task.WaitAsync(Patience, TimeProvider.System, Limit)).Reason, StringComparison.Ordinal);
        await reading.WaitAsync(Patience, TimeProvider.System, Limit);
    }

    [Fact]
    public async Task A_refused_request_ends_its_stream_alone()
    {
        await using var ws = new UsClient(Options).Markets();
        var slug = await First();
        await using var books = ws.Books(slug, Limit).GetAsyncEnumerator(Limit);
        Assert.True(await books.MoveNextAsync());
        var refused = await Assert.ThrowsAsync<UsRefusedException>(() => Next(ws.Books(slug, Limit)));
        Assert.Equal($"slug already subscribed: {slug}", refused.Message);
        Assert.True(await books.MoveNextAsync());
    }

    [Fact]
    public async Task A_reader_that_leaves_while_the_others_wait_for_it_holds_nobody_up()
    {
        await using var ws = new UsClient(Options with { Buffer = 1 }).Markets();
        var slow = ws.Books([], cancel: Limit).GetAsyncEnumerator(Limit);
        Assert.True(await slow.MoveNextAsync());
        await using var trades = ws.Trades([], Limit).GetAsyncEnumerator(Limit);
        var next = trades.MoveNextAsync();
        await slow.DisposeAsync(); // six books came at once: one was read, one has its place, the third one waits
        Assert.True(await next);
    }

    [Fact]
    public async Task A_key_that_is_refused_ends_every_stream_and_other_refusals_are_waited_out()
    {
        await using var stranger = new UsClient(Options with { KeyId = "someone" }).Markets();
        Assert.True((await Assert.ThrowsAsync<DialRefusedException>(() => Next(stranger.Trades([], Limit)))).IsFinal);
        await Assert.ThrowsAsync<DialRefusedException>(() => Next(stranger.Books([], cancel: Limit))); // also of those that come later
        await Fault("""{"venue":"us-markets","kind":"status","status":429,"for":"1s"}""");
        await using var patient = new UsClient(Options).Markets();
        Assert.NotEmpty((await Next(patient.Books([], cancel: Limit))).Bids);
    }

    [Fact]
    public async Task An_upgrade_that_is_never_answered_is_tried_again()
    {
        await Fault("""{"venue":"us-markets","kind":"hang","for":"500ms"}""");
        await using var ws = new UsClient(Options with { DialTimeout = TimeSpan.FromSeconds(0.2) }).Markets();
        Assert.NotEmpty((await Next(ws.Books([], cancel: Limit))).Bids);
    }

    [Fact]
    public void A_secret_is_refused_at_once_when_it_is_none_and_is_never_printed()
    {
        Assert.Throws<ArgumentException>(() => new UsClient(Options with { Secret = "secret" }));
        Assert.DoesNotContain(UsKey.DemoSecret, Options.ToString(), StringComparison.Ordinal);
    }

    private static async Task<T> Next<T>(IAsyncEnumerable<T> stream)
    {
        await foreach (var item in stream) return item;
        throw new InvalidOperationException("the stream ended");
    }

    private async Task<string> First() => (await Sim()).GetProperty("us").GetProperty("markets")[0].GetProperty("slug").GetString()!;

    private async Task<System.Text.Json.JsonElement> Sim() => System.Text.Json.JsonElement.Parse(await _http.GetStringAsync("/sim", Limit));

    private async Task<int> Subscriptions() => (await Sim()).GetProperty("venues").GetProperty("us-markets").GetProperty("subscriptions").GetArrayLength();

    private async Task Fault(string json)
    {
        using var body = new StringContent(json);
        using var answer = await _http.PostAsync("/sim/faults", body, Limit);
        Assert.Equal(System.Net.HttpStatusCode.Created, answer.StatusCode);
    }
}
