using System.Text;
using Oddswire.Messages.Books;
using Oddswire.Messages.Tests;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Clob;
using static Oddswire.Protocols.Tests.Clob.ClobSamples;

namespace Oddswire.Protocols.Tests.Clob;

public sealed class ClobMarketReaderTests
{
    [Fact]
    public void A_snapshot_is_an_array_of_books_and_each_knows_its_place_in_the_frame()
    {
        var frame = Encoding.UTF8.GetBytes(Golden.Text("clob-1.3-snapshot") + "\n");
        var reader = new ClobMarketReader(frame);
        var read = new ClobMarketEvent();
        Assert.Equal(ClobFrameKind.Events, reader.Kind);

        Assert.True(reader.Read(read));
        Assert.Equal((ClobEventKind.Book, Market, Up, 1_790_908_667_676L, Hash), (read.Kind, read.Market!.Value, read.Token!.Value, read.Timestamp, read.Hash!.Value));
        Assert.Equal(Bids, read.Bids);
        Assert.Equal(Asks, read.Asks);
        Assert.Equal((Number("0.01"), Number("0.140"), false), (read.TickSize, read.LastTradePrice, read.IsV2));
        Assert.Equal(Golden.Text("clob-1.7-book"), Encoding.UTF8.GetString(reader.JsonOf(read)));

        Assert.True(reader.Read(read));
        Assert.Equal((Down, Number("0.001"), null, true), (read.Token!.Value, read.TickSize, read.LastTradePrice, read.IsV2));
        Assert.Empty(read.Bids);
        Assert.Empty(read.Asks);
        Assert.False(reader.Read(read));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[]\n")]
    [InlineData(" [ ] ")]
    public void A_snapshot_of_nothing_that_lives_has_no_events(string frame) => Assert.False(new ClobMarketReader(Encoding.UTF8.GetBytes(frame)).Read(new()));

    [Fact]
    public void A_change_names_both_legs()
    {
        var read = Only(Golden.Bytes("clob-1.7-price-change"));
        Assert.Equal((ClobEventKind.PriceChange, Market, 1_791_125_476_001L), (read.Kind, read.Market!.Value, read.Timestamp));
        Assert.Equal(
            [
                new BookChange(Up, Side.Buy, Level("0.198", "3888"), Hash, Number("0.202"), Number("0.203")),
                new BookChange(Down, Side.Sell, Level("0.802", "3888"), OtherHash, Number("0.797"), Number("0.798")),
            ],
            read.Changes);
    }

    /// <summary>A space more, and the JSON reader reads it instead of the scan.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("\"0.198\"", "\"1.98e-1\"")]
    [InlineData("\"0.202\"", "\"\"")]
    [InlineData("\"0.203\"", "\"none\"")]
    [InlineData("\"3888\"", "\"0\"")]
    [InlineData("\"3888\"", "3888")]
    [InlineData("1791125476001", "")]
    [InlineData("1791125476001", "-5")]
    [InlineData("1791125476001", "179112547600100000000000")]
    [InlineData("0458ea57", "")]
    [InlineData("0458ea57", "0458EA57")]
    [InlineData("\"side\":\"BUY\",", "")]
    [InlineData("BUY", "\\u0042UY")]
    [InlineData("0xbd31", "0xBD31")]
    public void The_scan_and_the_json_reader_agree(string text, string other)
    {
        var frame = text.Length == 0 ? Golden.Text("clob-1.7-price-change") : Golden.Text("clob-1.7-price-change").Replace(text, other);
        Assert.Equal(Told(Only(Encoding.UTF8.GetBytes(frame + " "))), Told(Only(Encoding.UTF8.GetBytes(frame))));

        static string Told(ClobMarketEvent read) => string.Join(
            '\n', [.. read.Changes.Select(static change => change.ToString()), $"{read.Kind} {read.Market} {read.Token} {read.Timestamp} {read.Problem}"]);
    }

    [Fact]
    public void Changes_of_old_recordings_are_the_same_changes()
    {
        Assert.Equal([new BookChange(Up, Side.Sell, Level("0.5", "0"), Hash, null, null)], Only(Golden.Bytes("clob-1.7-price-change-2024")).Changes);
        Assert.Equal(
            [new BookChange(Up, Side.Sell, Level("0.4", "3300"), Hash, null, null), new BookChange(Up, Side.Buy, Level("0.5", "0"), Hash, null, null)],
            Only(Golden.Bytes("clob-1.7-price-change-2025")).Changes);
    }

    [Fact]
    public void A_trade_is_told_without_a_wallet()
    {
        var read = Only(Golden.Bytes("clob-1.7-last-trade-price"));
        Assert.Equal((ClobEventKind.LastTrade, Up, Number("0.456"), Number("219.217767"), Side.Buy), (read.Kind, read.Token!.Value, read.Price!.Value, read.Size!.Value, read.Side!.Value));
        Assert.NotNull(read.Tx);
    }

    [Fact]
    public void Ticks_best_prices_new_and_resolved_markets_are_told_apart()
    {
        Assert.Equal((ClobEventKind.TickSize, Number("0.001")), (Only(Golden.Bytes("clob-1.7-tick-size-change")).Kind, Only(Golden.Bytes("clob-1.7-tick-size-change")).TickSize!.Value));
        var best = Only(Golden.Bytes("clob-1.7-best-bid-ask"));
        Assert.Equal((ClobEventKind.BestBidAsk, Number("0.73"), null), (best.Kind, best.BestBid!.Value, best.BestAsk));
        Assert.Equal((ClobEventKind.NewMarket, 2), (Only(Golden.Bytes("clob-1.7-new-market")).Kind, Only(Golden.Bytes("clob-1.7-new-market")).Tokens.Count));
        var resolved = Only(Golden.Bytes("clob-1.7-market-resolved"));
        Assert.Equal(ClobEventKind.Resolved, resolved.Kind);
        Assert.Equal([Up, Down], resolved.Tokens);
        Assert.Equal(ClobEventKind.Other, Only("""{"event_type":"weather"}"""u8).Kind);
    }

    [Theory]
    [InlineData("PONG", ClobFrameKind.Pong)]
    [InlineData("pong", ClobFrameKind.Pong)]
    [InlineData("NO NEW ASSETS", ClobFrameKind.NoNewAssets)]
    [InlineData("INVALID OPERATION", ClobFrameKind.InvalidOperation)]
    [InlineData("INVALID MESSAGE", ClobFrameKind.InvalidMessage)]
    [InlineData("", ClobFrameKind.Text)]
    [InlineData("hello", ClobFrameKind.Text)]
    public void Texts_that_are_no_json_have_their_meaning(string text, ClobFrameKind kind) => Assert.Equal(kind, new ClobMarketReader(Encoding.UTF8.GetBytes(text)).Kind);

    [Theory]
    [InlineData("[1]", "no object")]
    [InlineData("{", "not JSON")]
    [InlineData("{} {}", "not JSON")]
    [InlineData("""{"event_type":"book"}""", "market")]
    [InlineData("""{"event_type":"price_change"}""", "market")]
    public void What_is_wrong_is_named(string frame, string problem)
    {
        var read = new ClobMarketEvent();
        var reader = new ClobMarketReader(Encoding.UTF8.GetBytes(frame));
        while (reader.Read(read) && read.Problem is null)
        {
        }
        Assert.Equal(ClobEventKind.Malformed, read.Kind);
        Assert.Contains(problem, read.Problem);
    }

    [Theory]
    [InlineData("\"0.198\"", "\"cheap\"", "price_changes[0]")]
    [InlineData("\"0.802\"", "null", "price_changes[1]")]
    [InlineData("\"side\":\"BUY\"", "\"side\":\"HOLD\"", "price_changes[0]")]
    [InlineData("\"asset_id\":\"158", "\"asset_id\":\"x158", "price_changes[0].asset_id")]
    [InlineData("\"price_changes\":[", "\"price_changes\":[7,", "price_changes[0]")]
    public void A_change_with_a_wrong_field_is_not_half_applied(string field, string wrong, string problem)
    {
        var read = Only(Encoding.UTF8.GetBytes(Golden.Text("clob-1.7-price-change").Replace(field, wrong)));
        Assert.Equal(ClobEventKind.Malformed, read.Kind);
        Assert.Contains(problem, read.Problem);
    }

    [Theory]
    [InlineData("clob-1.7-price-change")]
    [InlineData("clob-1.7-book")]
    [InlineData("clob-1.7-last-trade-price")]
    public void Reading_allocates_nothing_once_the_scratch_has_its_size(string name)
    {
        var frame = Golden.Bytes(name);
        var read = new ClobMarketEvent();
        Assert.Equal(0, Allocations.Of(() =>
        {
            var reader = new ClobMarketReader(frame);
            while (reader.Read(read))
            {
            }
        }));
    }
}
