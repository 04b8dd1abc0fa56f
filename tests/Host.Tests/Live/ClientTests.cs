using Oddswire.Client;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Xunit;

namespace Oddswire.Host.Tests.Live;

/// <summary>From the venues to a client's hands, through every piece of the program.</summary>
[Collection(nameof(LiveGateway))]
public sealed class ClientTests(LiveGateway gateway)
{
    [Fact]
    public async Task A_client_gets_whole_fills_in_the_order_of_their_positions()
    {
        await using var client = gateway.Client();
        var fills = await Take(client, 100);
        for (var i = 1; i < fills.Count; i++)
            Assert.Equal(fills[i - 1].Position!.Value.Offset + 1, fills[i].Position!.Value.Offset);
        Assert.All(fills, static filled => Assert.True(filled.Fill is { LogIndex: not null, Block: not null, Order: not null, Taker: not null }));
        // A market may be so new that the venue does not tell its name in time.
        Assert.InRange(fills.Count(static filled => filled.Fill.Market.Title.Length > 0), 80, fills.Count);
    }

    [Fact]
    public async Task History_tells_what_the_stream_told()
    {
        await using var client = gateway.Client();
        var filled = (await Take(client, 1))[0].Fill;
        var (status, page) = await gateway.Send(HttpMethod.Get, $"/v1/polymarket/orders?user={filled.User}&limit=1000", key: "demo-dev");
        Assert.Equal(200, status);
        Assert.Contains(page.GetProperty("orders").EnumerateArray(), row =>
            row.GetProperty("tx_hash").GetString() == filled.Tx.ToString() && row.GetProperty("log_index").GetInt32() == filled.LogIndex);
    }

    [Fact]
    public async Task A_restart_is_bridged_without_a_hole_and_without_a_repeat()
    {
        await using var client = gateway.Client();
        await client.Connect(TestContext.Current.CancellationToken);
        await client.Subscribe(OrderFilter.Everything, cancel: TestContext.Current.CancellationToken);
        var positions = new List<Position>();
        var restarted = Task.CompletedTask;
        var reason = "";
        var after = 0;
        await foreach (var heard in client.Events(TestContext.Current.CancellationToken))
        {
            if (heard is ClientEvent.Disconnected gone)
                reason = gone.Reason;
            if (heard is not ClientEvent.Filled filled)
                continue;
            positions.Add(filled.Position!.Value);
            if (positions.Count == 30)
                restarted = gateway.Restart();
            if (reason.Length > 0 && ++after == 100)
                break;
        }
        await restarted;
        Assert.StartsWith("1012 ", reason, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, positions.Count).Select(i => positions[0].Offset + i), positions.Select(static position => position.Offset));
    }

    [Fact]
    public async Task A_client_that_never_reads_is_closed_with_1013_and_sixteen_others_miss_nothing()
    {
        await using var own = new LiveGateway();
        await own.InitializeAsync();
        await own.Stop();
        await own.Start("limits.outbox=4MiB");
        var healthy = Enumerable.Range(0, 16).Select(_ => own.Client()).ToList();
        var streams = healthy.ConvertAll(static client => Take(client, 600));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));     // lines go on for ever; that what is waited for does not come must show
        await own.Terminal.Output.Line("  16 clients", limit.Token);
        using var deaf = await RawSocket.Open(own.Sockets, receiveBuffer: 4096);
        // Each subscription is a frame more per fill: what it leaves unread soon grows beyond what two kernels hold for it.
        for (var i = 0; i < 25; i++)
            await deaf.Text(Oddswire.Host.Operations.Greeting.Subscribe);
        await own.Terminal.Output.Until(
            static text => text.IndexOf("  17 clients", StringComparison.Ordinal) is var came and >= 0 && text.IndexOf("  16 clients", came, StringComparison.Ordinal) >= 0,
            limit.Token);
        Assert.Equal(1013, await deaf.ClosedWith());
        foreach (var fills in await Task.WhenAll(streams))
        {
            for (var i = 1; i < fills.Count; i++)
                Assert.Equal(fills[i - 1].Position!.Value.Offset + 1, fills[i].Position!.Value.Offset);
        }
        foreach (var client in healthy)
            await client.DisposeAsync();
    }

    [Fact]
    public async Task A_client_that_comes_back_may_ask_for_all_its_subscriptions_at_once()
    {
        using var socket = await RawSocket.Open(gateway.Sockets);
        var nobody = Oddswire.Host.Operations.Greeting.Subscribe.Replace("\"*\"", "\"0x0000000000000000000000000000000000000001\"", StringComparison.Ordinal);
        const int all = 500;
        await socket.Bytes(Enumerable.Range(0, all).SelectMany(_ => RawSocket.Made(0x81, System.Text.Encoding.UTF8.GetBytes(nobody))).ToArray());
        for (var i = 0; i < all; i++)
            Assert.Contains("\"ack\"", await socket.NextText(), StringComparison.Ordinal);
        await socket.Text(nobody);
        Assert.Contains("SUBSCRIPTION_LIMIT", await socket.NextText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_commands_close_the_socket_with_1008_over_all_sockets_of_the_key()
    {
        using var first = await RawSocket.Open(gateway.Sockets, "/demo-free");
        using var second = await RawSocket.Open(gateway.Sockets, "/demo-free");
        byte[] Many(int count) => Enumerable.Range(0, count).SelectMany(static _ => RawSocket.Made(0x81, "{}"u8.ToArray())).ToArray();
        await first.Bytes(Many(52));
        for (var i = 0; i < 52; i++)
            Assert.Contains("\"error\"", await first.NextText(), StringComparison.Ordinal);
        await second.Bytes(Many(400));      // what comes back meanwhile is fifty a second
        Assert.Equal(1008, await second.ClosedWith());
        await first.Frame(0x89, []);
        Assert.Equal(Oddswire.Host.Downstream.Opcode.Pong, (await first.Next())!.Value.Opcode);
    }

    private static async Task<List<ClientEvent.Filled>> Take(DomeClient client, int count)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        var cancel = limit.Token;
        await client.Connect(cancel);
        await client.Subscribe(OrderFilter.Everything, cancel: cancel);
        var fills = new List<ClientEvent.Filled>();
        await foreach (var heard in client.Events(cancel))
        {
            Assert.IsNotType<ClientEvent.Disconnected>(heard);
            if (heard is ClientEvent.Filled filled)
                fills.Add(filled);
            if (fills.Count == count)
                break;
        }
        return fills;
    }
}
