using Oddswire.Simulator.Faults;
using Oddswire.Simulator.Venues;
using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Simulator.Tests.Venues;

public sealed class ClobMarketTests
{
    private readonly StandInRun _run = new(new WorldSettings { Window = TimeSpan.FromSeconds(60) });

    private OutcomeToken Busy => _run.World.Markets.Open[0].Tokens[0];

    [Fact]
    public void The_first_frame_is_one_array_of_the_living_tokens_ended_by_a_line_feed()
    {
        var client = Open(Busy.Id, "12345", Busy.Other.Id);
        var text = Assert.Single(client.Texts);
        Assert.EndsWith("]\n", text, StringComparison.Ordinal);
        var books = client.Data[0].EnumerateArray().ToList();
        Assert.Equal([Busy.Id, Busy.Other.Id], books.Select(static book => book.GetProperty("asset_id").GetString()));
        Assert.Equal(
            ["market", "asset_id", "timestamp", "hash", "bids", "asks", "tick_size", "event_type", "last_trade_price"],
            books[0].EnumerateObject().Select(static field => field.Name));
        Assert.Equal(["[]\n"], Open("12345").Texts);
        Assert.Equal(["[]\n"], Open().Texts);
    }

    [Theory]
    [InlineData("PING")]
    [InlineData("{}")]
    [InlineData("""{"type":"market"}""")]
    [InlineData("""{"type":"market","assets_ids":[1]}""")]
    [InlineData("""{"type":"user","assets_ids":[]}""")]
    public void A_bad_first_frame_is_closed_with_1008(string text)
    {
        var client = _run.Connect("clob-market").Say(text);
        Assert.Equal((FrameKind.Close, 1008, "invalid subscription payload"), (client.Last.Kind, client.Last.Code, client.Last.Reason));
    }

    [Theory]
    [InlineData("PING", "PONG")]
    [InlineData("ping", "pong")]
    [InlineData("{", "INVALID MESSAGE")]
    [InlineData("[]", "INVALID MESSAGE")]
    [InlineData("""{"type":"market","assets_ids":[]}""", "INVALID OPERATION")]
    [InlineData("""{"operation":"dance","assets_ids":[]}""", "INVALID OPERATION")]
    [InlineData("""{"operation":"subscribe","assets_ids":[]}""", "NO NEW ASSETS")]
    public void Later_frames_are_answered_in_words(string text, string answer)
    {
        var client = Open();
        client.Say(text);
        Assert.Equal(answer, client.Texts.Last());
    }

    [Fact]
    public void What_is_subscribed_later_gets_its_own_array_and_what_is_left_falls_silent()
    {
        var client = Open(Busy.Id);
        var other = _run.World.Markets.Open[1].Tokens[0];
        client.Say($$"""{"type":"market","operation":"subscribe","markets":[],"assets_ids":["{{other.Id}}","{{Busy.Id}}"]}""");
        Assert.Equal([other.Id], client.Data[1].EnumerateArray().Select(static book => book.GetProperty("asset_id").GetString()));
        client.Say($$"""{"operation":"unsubscribe","assets_ids":["{{Busy.Id}}"]}""");
        client.Frames.Clear();
        _run.Run(5);
        Assert.NotEmpty(client.Data);
        Assert.All(client.Data, told => Assert.Equal(other.Market.ConditionId, told.GetProperty("market").GetString()));
    }

    [Fact]
    public void A_change_names_both_legs_in_one_object()
    {
        var client = Open(Busy.Id);
        _run.Run(2);
        var change = client.Data.Last(static told => told.ValueKind == System.Text.Json.JsonValueKind.Object && Type(told) == "price_change");
        var legs = change.GetProperty("price_changes").EnumerateArray().TakeLast(2).ToList();
        Assert.Equal([Busy.Id, Busy.Other.Id], legs.Select(static leg => leg.GetProperty("asset_id").GetString()));
        Assert.Equal(1m, legs.Sum(static leg => decimal.Parse(leg.GetProperty("price").GetString()!, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.NotEqual(legs[0].GetProperty("side").GetString(), legs[1].GetProperty("side").GetString());
    }

    [Fact]
    public void Custom_features_belong_to_the_connection_and_the_last_subscribe_wins()
    {
        var client = Open(custom: true, Busy.Id);
        _run.Run(65);
        Assert.Contains(client.Data, static told => Type(told) == "best_bid_ask");
        Assert.Contains(client.Data, static told => Type(told) == "new_market");
        client.Say($$"""{"operation":"subscribe","assets_ids":["{{_run.World.Markets.Open[1].Tokens[0].Id}}"]}""");
        client.Frames.Clear();
        _run.Run(65);
        Assert.DoesNotContain(client.Data, static told => Type(told) is "best_bid_ask" or "new_market" or "market_resolved");
    }

    [Fact]
    public void A_frame_that_names_more_than_750_tokens_gets_no_books_and_its_changes_flow()
    {
        var client = Open([Busy.Id, .. Enumerable.Range(1, 750).Select(static id => $"{id}")]);
        Assert.Empty(client.Frames);
        _run.Run(5);
        Assert.NotEmpty(client.Data);
    }

    [Fact]
    public void A_connection_on_which_nothing_moves_is_dropped_without_a_close()
    {
        var client = Open();
        _run.Run(124);
        Assert.False(client.Connection.Ended);
        _run.Run(2);
        Assert.Equal(FrameKind.Drop, client.Last.Kind);
        var alive = Open();
        for (var i = 0; i < 30; i++)
        {
            alive.Say("PING");
            _run.Run(10);
        }
        Assert.False(alive.Connection.Ended);
    }

    [Fact]
    public void When_all_that_is_followed_is_settled_the_connection_is_closed_with_1000()
    {
        var window = _run.World.Markets.Open.First(static market => market.Plan.EndsAt is not null);
        var client = Open(custom: true, window.Tokens[0].Id, window.Tokens[1].Id);
        var mixed = Open(window.Tokens[0].Id, Busy.Id);
        _run.Run(100);
        Assert.Contains(client.Data, told => Type(told) == "market_resolved" && told.GetProperty("winning_asset_id").GetString() == window.Winner!.Id);
        Assert.Contains(client.Data, static told => Type(told) == "tick_size_change");
        Assert.Equal((FrameKind.Close, 1000, "all subscribed assets resolved"), (client.Last.Kind, client.Last.Code, client.Last.Reason));
        Assert.False(mixed.Connection.Ended);
        var again = Open(window.Tokens[0].Id);
        Assert.Equal(["[]\n"], again.Texts);
        Assert.False(again.Connection.Ended);
    }

    [Fact]
    public void One_token_of_a_market_can_be_muted()
    {
        var client = Open(Busy.Id);
        _run.StandIn.Faults.Inject(new Fault("clob-market", FaultKind.Mute) { Topic = Busy.Id });
        client.Frames.Clear();
        _run.Run(10);
        Assert.NotEmpty(client.Data);
        Assert.All(client.Texts, text => Assert.DoesNotContain($"\"asset_id\":\"{Busy.Id}\"", text, StringComparison.Ordinal));
        client.Say("PING");
        Assert.Equal("PONG", client.Texts.Last());
    }

    private static string? Type(System.Text.Json.JsonElement told) =>
        told.ValueKind == System.Text.Json.JsonValueKind.Object ? told.GetProperty("event_type").GetString() : null;

    private Client Open(params string[] tokens) => Open(custom: false, tokens);

    private Client Open(bool custom, params string[] tokens) => _run.Connect("clob-market").Say(
        $$"""{"assets_ids":[{{string.Join(',', tokens.Select(static id => $"\"{id}\""))}}],"type":"market"{{(custom ? ",\"custom_feature_enabled\":true" : "")}}}""");
}
