using System.Text;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Clob;
using static Oddswire.Protocols.Tests.Clob.ClobSamples;

namespace Oddswire.Protocols.Tests.Clob;

public sealed class ClobRestCodecTests
{
    private static readonly string Book =
        $$"""{"market":"{{Market}}","asset_id":"{{Up}}","timestamp":"1790908667676","hash":"{{Hash}}","bids":[{"price":"0.01","size":"112689"}],"asks":[],"min_order_size":"5","tick_size":"0.01","neg_risk":true,"last_trade_price":"0.140"}""";

    [Fact]
    public void Tokens_are_asked_for_one_object_each()
    {
        Assert.Equal($$"""[{"token_id":"{{Up}}"},{"token_id":"{{Down}}"}]""", Golden.Written(body => ClobRestCodec.EncodeBooks([Up, Down], body)));
        Assert.Equal("[]", Golden.Written(static body => ClobRestCodec.EncodeBooks([], body)));
    }

    [Fact]
    public void A_book_has_what_its_hash_is_made_of()
    {
        Assert.True(ClobRestCodec.TryDecodeBooks(Encoding.UTF8.GetBytes($"[{Book}]"), out var books, out _));
        var book = Assert.Single(books);
        Assert.Equal((Market, Up, 1_790_908_667_676, Hash), (book.Market, book.Token, book.Timestamp, book.Hash!.Value));
        Assert.Equal([Level("0.01", "112689")], book.Bids);
        Assert.Empty(book.Asks);
        Assert.Equal(new() { MinOrderSize = Number("5"), TickSize = Number("0.01"), NegativeRisk = true, LastTradePrice = Number("0.140") }, book.Terms);
    }

    [Theory]
    [InlineData("[]", 0)]
    [InlineData("[{\"error\":\"x\"}]", 0)]
    public void What_is_no_book_is_left_out(string body, int count)
    {
        Assert.True(ClobRestCodec.TryDecodeBooks(Encoding.UTF8.GetBytes(body), out var books, out _));
        Assert.Equal(count, books.Length);
    }

    [Theory]
    [InlineData("upstream connect error")]
    [InlineData("")]
    [InlineData("[{\"market\":")]
    [InlineData("[1]")]
    public void What_is_no_list_of_books_is_a_problem(string body)
    {
        Assert.False(ClobRestCodec.TryDecodeBooks(Encoding.UTF8.GetBytes(body), out _, out var problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void Changes_that_are_told_without_others_are_written_as_the_venue_writes_them()
    {
        var told = new ClobMarketEvent();
        var frame = Golden.Bytes("clob-1.7-price-change");
        Assert.True(new ClobMarketReader(frame).Read(told));
        Golden.Matches("clob-1.7-price-change", output => ClobBookCodec.EncodeChanges(told.Market!.Value, told.Timestamp, told.Changes.ToArray(), output));
    }

    [Theory]
    [InlineData("clob-1.7-price-change", true)]
    [InlineData("clob-1.7-book-after-trade", true)]
    [InlineData("clob-1.7-last-trade-price", true)]
    [InlineData("clob-1.7-market-resolved", false)]
    [InlineData("clob-1.3-snapshot", false)]
    public void The_market_of_an_event_is_seen_without_reading_it(string name, bool seen)
    {
        var frame = Golden.Bytes(name);
        Assert.Equal(seen, ClobMarketReader.TryPeekMarket(frame, out var market));
        if (!seen)
            return;
        var told = new ClobMarketEvent();
        new ClobMarketReader(frame).Read(told);
        Assert.Equal(told.Market, market);
    }

    [Theory]
    [InlineData("{}", true)]
    [InlineData("{\"a\":{\"b\":[1]}}", true)]
    [InlineData("{", false)]
    [InlineData("[]", false)]
    [InlineData("{}{}", false)]
    [InlineData("PING", false)]
    public void A_frame_is_an_object_or_it_is_not(string text, bool isObject) => Assert.Equal(isObject, ClobCommandCodec.IsObject(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Notices_name_their_token_and_both_kinds_of_type()
    {
        var token = WireText.Parse<TokenId>("7");
        Assert.Equal(
            """{"type":"gateway.stale","event_type":"gateway.stale","asset_id":"7","since":"5","reason":"crossed"}""",
            Golden.Written(frame => ClobNoticeCodec.EncodeStale(token, 5, "crossed", frame)));
        Assert.Equal(
            """{"type":"gateway.gap","event_type":"gateway.gap","asset_id":"7","from":"5","to":"9","reason":"upstream lost"}""",
            Golden.Written(frame => ClobNoticeCodec.EncodeGap(token, 5, 9, "upstream lost", frame)));
        Assert.Equal(
            """{"type":"gateway.resync","event_type":"gateway.resync","asset_id":"7","timestamp":"9","source":"rest"}""",
            Golden.Written(frame => ClobNoticeCodec.EncodeResync(token, 9, fromRest: true, frame)));
        Assert.EndsWith("\"source\":\"stream\"}", Golden.Written(frame => ClobNoticeCodec.EncodeResync(token, 9, fromRest: false, frame)), StringComparison.Ordinal);
    }
}
