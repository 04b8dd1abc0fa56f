using Oddswire.Messages.PolymarketUs;
using Oddswire.Messages.Values;
using Oddswire.Protocols.PolymarketUs;
using Oddswire.Simulator.World.Us;
using Xunit;
using static Oddswire.Simulator.Tests.Venues.PolymarketUs.UsRequestTests;

namespace Oddswire.Simulator.Tests.Venues.PolymarketUs;

// What the gateway's codecs read out of the simulator's frames is what its world has.
public sealed class UsTwoHandsTests
{
    private readonly StandInRun _run = new();

    [Fact]
    public void The_gateway_reads_the_books_tops_and_trades_of_the_world()
    {
        var slugs = _run.StandIn.Us.Markets.Select(static market => market.Slug).ToArray();
        var client = _run.Us("us-markets").Say(Subscribe("m", "MARKET_DATA", slugs)).Say(Subscribe("l", "MARKET_DATA_LITE", slugs)).Say(Subscribe("t", "TRADE", slugs));
        _run.Run(30);
        var books = new Dictionary<string, UsBook>();
        var tops = new Dictionary<string, UsLite>();
        var trades = new Dictionary<string, UsTrade>();
        foreach (var read in Read(client, UsSocket.Markets))
        {
            if (read.Kind == UsFrameKind.MarketData) books[read.Book.Slug] = read.Book.Copy();
            else if (read.Kind == UsFrameKind.MarketDataLite) tops[read.Lite.Slug] = read.Lite;
            else if (read.Kind == UsFrameKind.Trade) trades[read.Trade.Slug] = read.Trade;
        }
        foreach (var market in _run.StandIn.Us.Markets)
        {
            var (book, top, trade) = (books[market.Slug], tops[market.Slug], trades[market.Slug]);
            Assert.Equal(market.Book.Bids(0).Reverse().Select(static level => (100L * level.Price, 10_000L * level.Size)), book.Bids.Select(static level => (level.Price.Micros, level.Size.Micros)));
            Assert.Equal(market.Book.Asks(0).Reverse().Select(static level => (100L * level.Price, 10_000L * level.Size)), book.Offers.Select(static level => (level.Price.Micros, level.Size.Micros)));
            Assert.Equal((book.Bids[0].Price, book.Offers[0].Price, book.Bids.Count, book.Offers.Count), (top.BestBid!.Value, top.BestAsk!.Value, top.BidDepth!.Value, top.AskDepth!.Value));
            Assert.Equal((100L * market.Last!.Price, market.Last.Id), (trade.Price.Micros, trade.Id));
            Assert.Equal((UsMarketState.Open, trade.Price, 10_000L * market.SharesTraded), (book.State, book.Stats[UsStatAmount.LastTradePx]!.Value, book.Stats[UsStatQuantity.SharesTraded]!.Value.Micros));
            Assert.Equal(market.Book.ChangedAt, book.TransactTime!.Value.ToDateTimeOffset());
        }
    }

    [Fact]
    public void The_gateway_reads_the_account_of_the_world()
    {
        var client = _run.Us("us-private").Say(Subscribe("o", "ORDER")).Say(Subscribe("p", "POSITION")).Say(Subscribe("b", "ACCOUNT_BALANCE"));
        _run.Run(120);
        client.Say(Subscribe("s", "ORDER_SNAPSHOT"));
        _run.World.Pause();
        _run.Run(1);
        var positions = new Dictionary<string, UsPosition>();
        var states = new Dictionary<string, Oddswire.Protocols.PolymarketUs.UsOrder>();
        UsBalance? balance = null;
        List<Oddswire.Protocols.PolymarketUs.UsOrder> open = [];
        foreach (var read in Read(client, UsSocket.Private))
        {
            if (read.Kind == UsFrameKind.Heartbeat) continue;
            switch (read.Account)
            {
                case UsAccountEvent.OrderUpdate(var execution): states[execution.Order.Id] = execution.Order; break;
                case UsAccountEvent.OrderSnapshot(var orders, _): open.AddRange(orders); break;
                case UsAccountEvent.PositionUpdate(var change): positions[change.AfterPosition!.MarketMetadata!.Slug] = change.AfterPosition; break;
                case UsAccountEvent.BalanceSnapshot(var balances): balance = balances[0]; break;
                case UsAccountEvent.BalanceUpdate(var change): balance = change.AfterBalance; break;
                default: Assert.Fail($"{read.Kind}"); break;
            }
        }
        var account = _run.StandIn.Us.Account;
        Assert.Equal(account.Holdings.Select(static held => (held.Market.Slug, (decimal?)held.Net / 100)), positions.OrderBy(static held => held.Key, StringComparer.Ordinal).Select(static held => (held.Key, held.Value.NetPositionDecimal)));
        Assert.Equal(account.Open.Select(static order => (order.Id, order.Leaves / 100m)), open.Select(static order => (order.Id, order.LeavesQuantity)));
        Assert.Equal((account.Funds.Cash, "USD"), (balance!.CurrentBalance, balance.Currency));
        foreach (var order in open)
            if (states.TryGetValue(order.Id, out var told)) Assert.Equal((told.State, told.CumQuantity, told.Price), (order.State, order.CumQuantity, order.Price));
        Assert.Contains(states.Values, static order => order.State == Oddswire.Protocols.PolymarketUs.UsOrderState.Filled);
    }

    [Fact]
    public void What_the_gateway_writes_is_understood()
    {
        foreach (var spelling in Enum.GetValues<UsSpelling>())
        {
            var frame = new System.Buffers.ArrayBufferWriter<byte>();
            UsCommandCodec.Encode(new UsCommand.Subscribe("r", UsSubscriptionType.AccountBalance, [], Debounced: true), spelling, frame);
            var client = _run.Us("us-private").Say(System.Text.Encoding.UTF8.GetString(frame.WrittenSpan));
            _run.Run(0.2);
            Assert.True(Assert.Single(client.Data).TryGetProperty("accountBalancesSnapshot", out _));
        }
    }

    // Read one after the other into the same scratch.
    private static IEnumerable<UsFrame> Read(Client client, UsSocket socket)
    {
        var read = new UsFrame();
        foreach (var payload in client.Frames.Select(static frame => frame.Frame.Payload()))
        {
            UsFrameReader.Read(payload, socket, read);
            Assert.Null(read.Problem);
            yield return read;
        }
    }
}
