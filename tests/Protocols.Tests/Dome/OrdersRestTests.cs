using System.Text;
using Oddswire.Messages.Tests;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Protocols.Tests.Dome;

public sealed class OrdersRestTests
{
    private static readonly PaginationKey Key = new(1_762_480_391, 41);

    [Fact]
    public void A_page_holds_the_bytes_of_the_events()
    {
        ReadOnlyMemory<byte> row = Encoding.UTF8.GetBytes(Golden.Written(output => DomeEventCodec.EncodeData(Samples.Fill, output)));
        Golden.Matches("dome-7.1-orders-page", output => OrdersPageCodec.Encode([row], new() { Limit = 50 }, 1250, Key, output));
        Golden.Matches("dome-7.1-orders-last-page", output => OrdersPageCodec.Encode([], new(), 0, null, output));
        var two = Golden.Written(output => OrdersPageCodec.Encode([row, row], new(), 2, null, output));
        using var json = System.Text.Json.JsonDocument.Parse(two);
        Assert.Equal(2, json.RootElement.GetProperty("orders").GetArrayLength());
    }

    [Fact]
    public void Errors_have_two_texts()
    {
        Golden.Matches("dome-7.1-error", output => OrdersPageCodec.EncodeError(new("Invalid time range", "start_time must be less than end_time"), output));
        Golden.Matches("dome-7.1-not-found", output => OrdersPageCodec.EncodeError(new("NOT_FOUND", "not served here"), output));
    }

    [Fact]
    public void Without_parameters_the_latest_hundred_are_asked_for() => Assert.Equal(new OrdersQuery(), Parse());

    [Fact]
    public void All_parameters_are_read()
    {
        Assert.Equal(
            new OrdersQuery { User = Samples.Fill.User, Token = Samples.Fill.Token, From = 10, To = 20, Limit = 1000, Offset = 5, After = Key },
            Parse(
                ("user", "0x6031B6EED1C97E853C6E0F03AD3CE3529351F96D"), ("token_id", Samples.Fill.Token.ToString()), ("start_time", "10"), ("end_time", "20"),
                ("limit", "1000"), ("offset", "5"), ("pagination_key", Key.ToString()), ("unknown", "x"), ("unknown", "y")));
        Assert.Equal(new OrdersQuery { Slug = "rain" }, Parse(("market_slug", "rain")));
        Assert.Equal(new OrdersQuery { Condition = new(default) }, Parse(("condition_id", "0x" + new string('0', 64))));
    }

    [Theory]
    [InlineData("start_time=soon", "Invalid start_time parameter", "start_time must be a valid Unix timestamp")]
    [InlineData("start_time=1762480391000", "Invalid start_time parameter", "start_time must be a valid Unix timestamp")]
    [InlineData("end_time=-1", "Invalid end_time parameter", "end_time must be a valid Unix timestamp")]
    [InlineData("start_time=5&end_time=5", "Invalid time range", "start_time must be less than end_time")]
    [InlineData("end_time=5&start_time=6", "Invalid time range", "start_time must be less than end_time")]
    [InlineData("limit=0", "Invalid limit parameter", "limit must be a number between 1 and 1000")]
    [InlineData("limit=1001", "Invalid limit parameter", "limit must be a number between 1 and 1000")]
    [InlineData("limit=ten", "Invalid limit parameter", "limit must be a number between 1 and 1000")]
    [InlineData("limit=", "Invalid limit parameter", "limit must be a number between 1 and 1000")]
    [InlineData("offset=-1", "Invalid offset parameter", "offset must be a non-negative number")]
    [InlineData("market_slug=a&token_id=1", "Invalid filter combination", "Only one of market_slug, token_id, or condition_id can be provided")]
    [InlineData("user=me", "Invalid user parameter", "user must be a wallet address, 0x and 40 hex digits")]
    [InlineData("user=", "Invalid user parameter", "user must be a wallet address, 0x and 40 hex digits")]
    [InlineData("token_id=0x12", "Invalid token_id parameter", "token_id must be a decimal token id")]
    [InlineData("condition_id=12", "Invalid condition_id parameter", "condition_id must be 0x and 64 hex digits")]
    [InlineData("market_slug=", "Invalid market_slug parameter", "market_slug must be a market slug of 1 to 256 characters")]
    [InlineData("pagination_key=abc", "Invalid pagination_key parameter", "pagination_key must be the one of an earlier answer")]
    [InlineData("limit=5&limit=6", "Invalid limit parameter", "limit must be given only once")]
    public void Wrong_parameters_are_refused_in_domes_words(string parameters, string error, string message)
    {
        Assert.False(OrdersQueryParser.TryParse(Split(parameters), out _, out var refused));
        Assert.Equal(new RestError(error, message), refused);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"timestamp":1}""")]
    [InlineData("""{"timestamp":1,"offset":-1}""")]
    [InlineData("""{"timestamp":"1","offset":1}""")]
    [InlineData("""{"timestamp":1,"offset":1,"more":1}""")]
    [InlineData("""{"timestamp":1,"offset":1}{}""")]
    [InlineData("""{"timestamp":1,"offset":""")]
    public void Cursors_that_we_did_not_make_are_refused(string json) =>
        Assert.False(PaginationKey.TryParse(Convert.ToBase64String(Encoding.UTF8.GetBytes(json)), out _));

    [Fact]
    public void Any_cursor_survives_its_text() => Properties.Hold(
        Samples.Positions,
        static position => PaginationKey.TryParse(new PaginationKey(position.Epoch, position.Offset).ToString(), out var key) && key == new PaginationKey(position.Epoch, position.Offset));

    [Fact]
    public void A_long_cursor_is_refused_unread() => Assert.False(PaginationKey.TryParse(new string('A', 100_000), out _));

    private static OrdersQuery Parse(params (string Name, string Value)[] parameters)
    {
        Assert.True(OrdersQueryParser.TryParse(parameters.Select(static each => KeyValuePair.Create(each.Name, each.Value)), out var query, out var error), error?.Message);
        return query;
    }

    private static IEnumerable<KeyValuePair<string, string>> Split(string parameters) =>
        parameters.Split('&').Select(static each => each.Split('=')).Select(static pair => KeyValuePair.Create(pair[0], pair[1]));
}
