using System.Buffers;
using System.Text;
using Oddswire.Messages.Books;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Messages.Tests;
using Oddswire.Messages.Values;
using Oddswire.Protocols.PolymarketUs;

namespace Oddswire.Protocols.Tests.PolymarketUs;

public sealed class UsFrameTests
{
    [Theory]
    [InlineData("us-7.1-market-data")]
    [InlineData("us-7.1-market-data-stats")]
    [InlineData("us-7.2-market-data-lite")]
    [InlineData("us-7.2-market-data-lite-all")]
    [InlineData("us-7.3-trade")]
    public void Market_data_is_written_as_it_was_read(string golden)
    {
        var read = Read(golden, UsSocket.Markets);
        Golden.Matches(golden, frame =>
        {
            var payload = new ArrayBufferWriter<byte>();
            switch (read.Kind)
            {
                case UsFrameKind.MarketData:
                    UsMarketWriter.Encode(read.Book, payload);
                    UsFrameWriter.Encode(read.RequestId!, read.Type, UsMarketWriter.BookKey, payload.WrittenSpan, frame);
                    break;
                case UsFrameKind.MarketDataLite:
                    UsMarketWriter.Encode(read.Lite, payload);
                    UsFrameWriter.Encode(read.RequestId!, read.Type, UsMarketWriter.LiteKey, payload.WrittenSpan, frame);
                    break;
                default:
                    UsMarketWriter.Encode(read.Trade, payload);
                    UsFrameWriter.Encode(read.RequestId!, read.Type, UsMarketWriter.TradeKey, payload.WrittenSpan, frame);
                    break;
            }
        });
    }

    [Theory]
    [InlineData("us-8.1-order-snapshot")]
    [InlineData("us-8.1-order-snapshot-eof")]
    [InlineData("us-8.1-order-update")]
    [InlineData("us-8.2-position")]
    [InlineData("us-8.3-balances-snapshot")]
    [InlineData("us-8.3-balances-update")]
    public void What_happens_to_an_account_is_written_as_it_was_read(string golden)
    {
        var read = Read(golden, UsSocket.Private);
        Assert.Equal(UsFrameKind.Account, read.Kind);
        Golden.Matches(golden, frame =>
        {
            var payload = new ArrayBufferWriter<byte>();
            UsAccountWriter.Encode(read.Account!, payload);
            UsFrameWriter.Encode(read.RequestId!, read.Type, UsAccountWriter.KeyOf(read.Account!), payload.WrittenSpan, frame);
        });
    }

    [Fact]
    public void A_book_has_its_levels_from_the_best_to_the_worst_and_the_time_of_its_change()
    {
        var read = Read("us-7.1-market-data", UsSocket.Markets);
        Assert.Equal(("md-1", UsSubscriptionType.MarketData, "aec-wta-paubad-julgra-2026-04-21", UsMarketState.Open), (read.RequestId, read.Type, read.Book.Slug, read.Book.State));
        Assert.Equal([new BookLevel(Number("0.020"), Number("16000.000"))], read.Book.Bids);
        Assert.Equal([new BookLevel(Number("0.980"), Number("16000.000"))], read.Book.Offers);
        Assert.Equal(Number("0.55"), read.Book.Stats[UsStatAmount.LastTradePx]);
        Assert.Equal(394_621_421, read.Book.TransactTime!.Value.Nanos);
        var copy = read.Book.Copy();
        UsFrameReader.Read("{}"u8, UsSocket.Markets, read);
        Assert.Equal((1, "", Number("150000")), (copy.Bids.Count, read.Book.Slug, copy.Stats[UsStatQuantity.SharesTraded]));
    }

    [Fact]
    public void A_trade_names_its_taker_and_its_contracts()
    {
        var trade = Read("us-7.3-trade", UsSocket.Markets).Trade;
        Assert.Equal((Number("0.6200"), Number("53.4800"), "CVR3KXG46YHR"), (trade.Price, trade.Quantity, trade.Id));
        Assert.Equal((UsOrderSide.Buy, UsOrderIntent.BuyLong, UsOutcomeSide.Yes), (trade.Taker!.Value.Side, trade.Taker.Value.Intent, trade.Taker.Value.OutcomeSide));
        Assert.Equal(UsOrderIntent.Undefined, trade.Maker!.Value.Intent);
    }

    [Fact]
    public void The_payload_is_handed_on_as_the_bytes_that_came()
    {
        var bytes = Golden.Bytes("us-7.1-market-data");
        var read = Read("us-7.1-market-data", UsSocket.Markets);
        Golden.Matches("us-7.1-market-data", frame => UsFrameWriter.Encode("md-1", UsSubscriptionType.MarketData, UsMarketWriter.BookKey, bytes.AsSpan()[read.Payload], frame));
    }

    [Theory]
    [InlineData("us-7.1-market-data")]
    [InlineData("us-7.3-trade")]
    [InlineData("us-8.1-order-update")]
    [InlineData("us-8.2-position")]
    [InlineData("us-8.3-balances-update")]
    public void The_other_spelling_means_the_same(string golden)
    {
        var socket = golden.StartsWith("us-7", StringComparison.Ordinal) ? UsSocket.Markets : UsSocket.Private;
        var (read, snake) = (Read(golden, socket), new UsFrame());
        var text = Golden.Written(frame => UsRespelling.ToSnake(Golden.Bytes(golden), socket, frame));
        Assert.Equal(Snake(Golden.Text(golden), read.Type), text);
        UsFrameReader.Read(Encoding.UTF8.GetBytes(text), socket, snake);
        Assert.Equal((read.Kind, read.RequestId, read.Type, read.Problem), (snake.Kind, snake.RequestId, snake.Type, snake.Problem));
        Assert.Equal(Told(read), Told(snake));
    }

    [Theory]
    [InlineData("us-3-heartbeat", """{"heartbeat":{}}""")]
    [InlineData("us-3-unsubscribed", """{"request_id":"md-1","unsubscribed":true}""")]
    [InlineData("us-4-error-request-id", """{"request_id":"md-1","subscription_type":0,"error":"request id already exists"}""")]
    public void Answers_have_another_spelling_too(string golden, string snake) =>
        Assert.Equal(snake, Golden.Written(frame => UsRespelling.ToSnake(Golden.Bytes(golden), UsSocket.Markets, frame)));

    [Theory]
    [InlineData("us-4-error-invalid-message", null, UsSubscriptionType.Unspecified, UsError.InvalidMessage)]
    [InlineData("us-4-error-slug", "md-2", UsSubscriptionType.MarketData, "slug already subscribed: a")]
    [InlineData("us-4-error-request-id", "md-1", UsSubscriptionType.Unspecified, UsError.RequestIdExists)]
    [InlineData("us-4-error-limit", "md-11", UsSubscriptionType.Unspecified, UsError.TooManySubscriptions)]
    public void An_error_belongs_to_its_request(string golden, string? id, UsSubscriptionType type, string error)
    {
        var read = Read(golden, UsSocket.Markets);
        Assert.Equal((UsFrameKind.Error, id, type, error), (read.Kind, read.RequestId, read.Type, read.Error));
        var hasType = Golden.Text(golden).Contains("subscriptionType");
        Golden.Matches(golden, frame => UsFrameWriter.EncodeError(id, hasType ? type : null, error, frame));
        Assert.Equal(golden == "us-4-error-slug" ? "a" : null, UsError.TakenSlug(error));
    }

    [Fact]
    public void A_snapshot_with_an_error_has_failed_and_an_empty_error_is_none()
    {
        var failed = Read("us-4-error-snapshot", UsSocket.Private);
        Assert.Equal((UsFrameKind.Account, UsError.DeadlineExceeded), (failed.Kind, failed.Error));
        Assert.True(Assert.IsType<UsAccountEvent.OrderSnapshot>(failed.Account).Eof);
        Assert.Null(Of("""{"requestId":"r","error":""}""").Error);
        Assert.Equal(UsFrameKind.Error, Of("""{"error":{"code":1}}""").Kind);
    }

    [Fact]
    public void Heartbeats_acknowledgements_and_unread_events_are_told_apart()
    {
        Assert.Equal(UsFrameKind.Heartbeat, Read("us-3-heartbeat", UsSocket.Markets).Kind);
        Assert.Equal((UsFrameKind.Unsubscribed, "md-1"), (Read("us-3-unsubscribed", UsSocket.Markets).Kind, Read("us-3-unsubscribed", UsSocket.Markets).RequestId));
        Golden.Matches("us-3-unsubscribed", static frame => UsFrameWriter.EncodeUnsubscribed("md-1", frame));
        Assert.Equal((UsFrameKind.Rfq, UsSubscriptionType.Rfq), (Read("us-8.4-rfq-trade", UsSocket.Private).Kind, Read("us-8.4-rfq-trade", UsSocket.Private).Type));
        Assert.Equal(UsFrameKind.Pong, Of("PONG").Kind);
        Assert.Equal(UsFrameKind.Other, Of("""{"weather":{"marketData":1}}""").Kind);
    }

    [Fact]
    public void The_keys_of_older_versions_are_read_into_what_they_mean_today()
    {
        var position = Assert.IsType<UsAccountEvent.PositionUpdate>(Read("us-8.4-legacy-position", UsSocket.Private).Account).Change.AfterPosition!;
        Assert.Equal((-2.25m, "x"), (position.NetPositionDecimal, position.MarketMetadata!.Slug));
        var positions = Assert.IsType<UsAccountEvent.PositionSnapshot>(Read("us-8.4-legacy-positions", UsSocket.Private).Account);
        Assert.Equal((2.25m, true), (positions.Positions["x"].NetPositionDecimal, positions.Eof));
        var balance = Assert.Single(Assert.IsType<UsAccountEvent.BalanceSnapshot>(Read("us-8.4-legacy-balance", UsSocket.Private).Account).Balances);
        Assert.Equal((1000.5m, 850m), (balance.CurrentBalance, balance.BuyingPower));
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("null", "no JSON object")]
    [InlineData("42", "no JSON object")]
    [InlineData("{", "not JSON")]
    [InlineData("{} {}", "not JSON")]
    [InlineData("""{"marketData":{"bids":[]}}""", "marketSlug")]
    [InlineData("""{"marketData":{"marketSlug":"x","bids":[{"px":{"value":"0.5"}}],"offers":[]}}""", "bids[0]")]
    [InlineData("""{"marketData":{"marketSlug":"x","bids":[7],"offers":[{"px":{"value":"much"},"qty":"1"}],"state":"MARKET_STATE_OPEN"}}""", "offers[0]")]
    [InlineData("""{"trade":{"marketSlug":"x","price":{"value":"0.5"},"quantity":{"value":"1"}}}""", "tradeTime")]
    [InlineData("""{"orderSubscriptionUpdate":{}}""", "execution")]
    [InlineData("""{"orderSubscriptionUpdate":{"execution":{"order":{"quantity":"many"}}}}""", "cannot be read")]
    public void What_is_wrong_is_named(string frame, string problem)
    {
        var read = Of(frame);
        Assert.Equal(UsFrameKind.Malformed, read.Kind);
        Assert.Contains(problem, read.Problem);
    }

    [Fact]
    public void What_is_not_known_yet_is_passed_over()
    {
        var read = Of("""{"requestId":"r","subscriptionType":"SUBSCRIPTION_TYPE_NEW","marketData":{"marketSlug":"x","state":"MARKET_STATE_NEW","depth":[1,{"a":2}],"bids":null,"stats":{"odd":{"a":[]}}},"more":[1]}""");
        Assert.Equal((UsFrameKind.MarketData, "x", UsMarketState.Unspecified, UsSubscriptionType.Unspecified), (read.Kind, read.Book.Slug, read.Book.State, read.Type));
    }

    [Theory]
    [InlineData("us-7.1-market-data")]
    [InlineData("us-7.1-market-data-stats")]
    [InlineData("us-7.2-market-data-lite-all")]
    public void Reading_market_data_allocates_nothing_once_the_scratch_has_its_size(string golden)
    {
        var (bytes, read) = (Golden.Bytes(golden.Replace("-stats", "")), new UsFrame());
        Assert.Equal(0, Allocations.Of(() => UsFrameReader.Read(bytes, UsSocket.Markets, read)));
    }

    [Theory]
    [InlineData("2026-10-02T15:17:29Z", "2026-10-02T15:17:29Z")]
    [InlineData("2026-10-02T15:17:29.394621421Z", "2026-10-02T15:17:29.394621421Z")]
    [InlineData("2026-10-02T15:17:29.5Z", "2026-10-02T15:17:29.500Z")]
    [InlineData("2026-10-02T17:17:29.000001+02:00", "2026-10-02T15:17:29.000001Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z")]
    [InlineData("2026-02-29T00:00:00Z", null)]
    [InlineData("2026-10-02 15:17:29Z", null)]
    [InlineData("2026-10-02T15:17:29", null)]
    [InlineData("2026-10-02T15:17:29.Z", null)]
    [InlineData("0001-01-01T00:00:00+01:00", null)]
    public void Times_are_kept_to_the_nanosecond(string text, string? written) =>
        Assert.Equal(written, UsTime.TryParse(text, out var time) ? time.ToString() : null);

    [Fact]
    public void A_time_of_the_clock_has_its_ticks()
    {
        var time = new DateTimeOffset(2026, 10, 2, 15, 17, 29, TimeSpan.Zero).AddTicks(3_946_214);
        Assert.Equal("2026-10-02T15:17:29.394621400Z", UsTime.From(time).ToString());
        Assert.Equal(time, UsTime.From(time).ToDateTimeOffset());
    }

    private static WrittenDecimal Number(string text) => WireText.Parse<WrittenDecimal>(text);

    private static UsFrame Read(string golden, UsSocket socket)
    {
        var read = new UsFrame();
        UsFrameReader.Read(Golden.Bytes(golden), socket, read);
        Assert.Null(read.Problem);
        return read;
    }

    private static UsFrame Of(string frame)
    {
        var read = new UsFrame();
        UsFrameReader.Read(Encoding.UTF8.GetBytes(frame), UsSocket.Markets, read);
        return read;
    }

    // Names in snake_case, and the type of the subscription by its number. What stands between quotes and before a colon is a name.
    private static string Snake(string frame, UsSubscriptionType type)
    {
        var number = type switch { UsSubscriptionType.MarketData or UsSubscriptionType.Order => 1, UsSubscriptionType.Trade or UsSubscriptionType.Position => 3, _ => 4 };
        var parts = frame.Split('"');
        for (var i = 1; i < parts.Length; i += 2)
        {
            if (parts[i + 1].StartsWith(':')) parts[i] = $"\"{string.Concat(parts[i].Select(static letter => char.IsAsciiLetterUpper(letter) ? $"_{char.ToLowerInvariant(letter)}" : $"{letter}"))}\"";
            else parts[i] = parts[i].StartsWith("SUBSCRIPTION_TYPE_", StringComparison.Ordinal) ? $"{number}" : $"\"{parts[i]}\"";
        }
        return string.Concat(parts);
    }

    private static string Told(UsFrame read)
    {
        var payload = new ArrayBufferWriter<byte>();
        if (read.Kind == UsFrameKind.MarketData) UsMarketWriter.Encode(read.Book, payload);
        else if (read.Kind == UsFrameKind.Trade) UsMarketWriter.Encode(read.Trade, payload);
        else UsAccountWriter.Encode(read.Account!, payload);
        return Encoding.UTF8.GetString(payload.WrittenSpan);
    }
}
