using System.Text;
using System.Text.Json;
using Oddswire.Protocols.Clob;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.Venues;
using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Simulator.Tests.Venues;

public sealed class ClobRestTests
{
    private readonly StandInRun _run = new(new WorldSettings { Window = TimeSpan.FromSeconds(60) });

    private OutcomeToken Busy => _run.World.Markets.Open[0].Tokens[0];

    [Fact]
    public void A_book_has_the_fields_of_the_venue_in_their_order()
    {
        var book = StandInRun.Json(Get(Busy.Id));
        Assert.Equal(
            ["market", "asset_id", "timestamp", "hash", "bids", "asks", "min_order_size", "tick_size", "neg_risk", "last_trade_price"],
            book.EnumerateObject().Select(static field => field.Name));
        Assert.Equal((Busy.Market.ConditionId, Busy.Id), (book.GetProperty("market").GetString(), book.GetProperty("asset_id").GetString()));
    }

    [Fact]
    public void The_gateway_reads_the_book_and_finds_its_hash()
    {
        _run.Run(30);
        var body = Post($$"""[{"token_id":"{{Busy.Id}}"},{"token_id":"{{Busy.Other.Id}}"},{"token_id":"12345"}]""").Body;
        Assert.True(ClobRestCodec.TryDecodeBooks(body.Span, out var books, out _));
        Assert.Equal(2, books.Length);
        Assert.All(books, static book => Assert.Equal(book.Hash, ClobBookHash.Of(book.Market, book.Token, book.Timestamp, book.Bids.AsSpan(), book.Asks.AsSpan(), book.Terms)));
    }

    [Theory]
    [InlineData("12345", 404, "No orderbook exists for the requested token id")]
    [InlineData(null, 400, "Invalid token id")]
    public void A_token_without_a_book_is_refused(string? token, int status, string error)
    {
        var answer = Get(token);
        Assert.Equal((status, error), (answer.Status, StandInRun.Json(answer).GetProperty("error").GetString()));
    }

    [Fact]
    public void A_settled_token_has_no_book()
    {
        var window = _run.World.Markets.Open.First(static market => market.Plan.EndsAt is not null).Tokens[0];
        Assert.Equal(200, Get(window.Id).Status);
        _run.Run(120);
        Assert.Equal(404, Get(window.Id).Status);
        Assert.Equal("[]", Encoding.UTF8.GetString(Post($$"""[{"token_id":"{{window.Id}}"}]""").Body.Span));
    }

    [Theory]
    [InlineData(500, 200)]
    [InlineData(501, 400)]
    public void More_than_500_ids_exceed_the_limit(int ids, int status)
    {
        var answer = Post($"[{string.Join(',', Enumerable.Range(1, ids).Select(static id => $$"""{"token_id":"{{id}}"}"""))}]");
        Assert.Equal(status, answer.Status);
        if (status == 400) Assert.Equal("Payload exceeds the limit", StandInRun.Json(answer).GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""[{"token_id":1}]""")]
    public void A_bad_body_is_refused(string body) => Assert.Equal(400, Post(body).Status);

    [Fact]
    public void Its_faults_are_those_of_the_venue()
    {
        _run.StandIn.Faults.Inject(new Fault("clob-market", FaultKind.Status) { For = TimeSpan.FromSeconds(5), Status = 503 });
        Assert.Equal(503, Get(Busy.Id).Status);
        _run.Run(6);
        Assert.Equal(JsonValueKind.Object, StandInRun.Json(Get(Busy.Id)).ValueKind);
    }

    private HttpAnswer Get(string? token) =>
        _run.StandIn.Ask("clob-market", new HttpQuestion("GET", "/book", token is null ? [] : [new("token_id", token)], "test", default));

    private HttpAnswer Post(string body) => _run.StandIn.Ask("clob-market", new HttpQuestion("POST", "/books", [], "test", Encoding.UTF8.GetBytes(body)));
}
