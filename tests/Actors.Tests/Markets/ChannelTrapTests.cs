using Oddswire.Messages.Books;
using Xunit;

namespace Oddswire.Actors.Tests.Markets;

/// <summary>What the venue's market channel does beside its documentation, frame by frame, and what clients of the gateway get of it.</summary>
public sealed class ChannelTrapTests
{
    private const string Whole = "0.4x10 0.45x5 | 0.6x10 0.55x5";

    private readonly ScriptedVenue _venue = new();

    private async Task<BookState> State() => (await _venue.Glance(Made.Token(1))).State;

    [Fact]
    public async Task The_price_change_of_2024_and_the_one_of_2025_change_the_book_and_are_told_in_the_form_of_today()
    {
        var client = _venue.Follow();
        Assert.Equal(Whole, client.Book("1"));
        client.Forget();
        _venue.Say($$"""{"event_type":"price_change","asset_id":"1","market":"{{ScriptedVenue.Market}}","price":"0.45","side":"BUY","size":"0","hash":"{{ScriptedVenue.Hash}}","timestamp":"1001"}""");
        _venue.Say($$"""{"event_type":"price_change","asset_id":"1","market":"{{ScriptedVenue.Market}}","hash":"{{ScriptedVenue.Hash}}","timestamp":"1002","changes":[{"price":"0.41","side":"BUY","size":"7"},{"price":"0.60","side":"SELL","size":"0"}]}""");
        Assert.Equal("0.4x10 0.41x7 | 0.55x5", client.Book("1"));
        Assert.Equal(BookState.Good, await State());
        Assert.All(client.Texts, static text => Assert.StartsWith($$"""{"market":"{{ScriptedVenue.Market}}","price_changes":[{"asset_id":"1",""", text, StringComparison.Ordinal));
        Assert.Equal(("0.41", "0.55"), (Best(client, "best_bid"), Best(client, "best_ask")));
    }

    private static string? Best(BookClient client, string name) => client.Events[^1].GetProperty("price_changes")[0].GetProperty(name).GetString();

    [Fact]
    public async Task The_timestamp_of_an_opening_book_may_be_old_and_says_nothing_about_its_freshness()
    {
        var client = _venue.Follow(timestamp: 5);
        _venue.Run(20);
        Assert.Equal(BookState.Good, await State());
        Assert.Equal(Whole, client.Book("1"));
        Assert.DoesNotContain("gateway.stale", client.Kinds);
    }

    [Fact]
    public async Task A_frame_that_comes_again_with_its_entries_reversed_changes_nothing()
    {
        var client = _venue.Follow();
        string[] entries = [ScriptedVenue.Change("0.46", "3", "BUY", "0.46", "0.55"), ScriptedVenue.Change("0.54", "3", "SELL", "0.46", "0.54", token: 2)];
        _venue.Say(ScriptedVenue.Changes(1_001, entries)).Say(ScriptedVenue.Changes(1_001, entries[1], entries[0])).Say(ScriptedVenue.Changes(1_001, entries));
        Assert.Equal("0.4x10 0.45x5 0.46x3 | 0.6x10 0.55x5", client.Book("1"));
        Assert.Equal(BookState.Good, await State());
    }

    [Fact]
    public async Task Events_that_come_in_an_array_are_events_and_no_answer_to_a_question()
    {
        var client = _venue.Stages.Connect().Open("1");
        _venue.Say("[]\n").Say($"[{ScriptedVenue.Changes(900, ScriptedVenue.Change("0.46", "3", "BUY", "0.46", "0.55"))}]");
        Assert.Empty(client.Read().Texts);
        _venue.Say($"[{ScriptedVenue.Book(1_000)}]\n").Say($"[{ScriptedVenue.Changes(1_001, ScriptedVenue.Change("0.46", "3", "BUY", "0.46", "0.55"))}]");
        Assert.Equal("0.4x10 0.45x5 0.46x3 | 0.6x10 0.55x5", client.Book("1"));
        Assert.Equal(BookState.Good, await State());
        Assert.StartsWith("{", client.Texts[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_tick_size_change_is_delivered_twice_and_told_once()
    {
        var client = _venue.Follow();
        var change = $$"""{"market":"{{ScriptedVenue.Market}}","asset_id":"1","old_tick_size":"0.01","new_tick_size":"0.001","timestamp":"1001","event_type":"tick_size_change"}""";
        client.Forget();
        _venue.Say(change).Say(change);
        Assert.Equal([change], client.Read().Texts);
        Assert.Contains("\"tick_size\":\"0.001\"", _venue.Stages.Connect().Open("1").Next(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_best_bid_ask_that_is_out_of_order_is_handed_on_and_moves_no_book()
    {
        var client = _venue.Follow();
        var best = $$"""{"market":"{{ScriptedVenue.Market}}","asset_id":"1","best_bid":"0.10","best_ask":"","spread":"","timestamp":"400","event_type":"best_bid_ask"}""";
        client.Forget();
        _venue.Say(best);
        Assert.Equal([best], client.Read().Texts);
        Assert.Equal(Whole, client.Book("1"));
        Assert.Equal(BookState.Good, await State());
    }

    [Fact]
    public async Task A_burst_of_size_0_changes_that_empties_a_book_is_no_failure()
    {
        var client = _venue.Follow();
        _venue.Say(ScriptedVenue.Changes(
            1_001, ScriptedVenue.Change("0.45", "0", "BUY", "0", "1"), ScriptedVenue.Change("0.40", "0", "BUY", "0", "1"), ScriptedVenue.Change("0.55", "0", "SELL", "0", "1"), ScriptedVenue.Change("0.60", "0", "SELL", "", "")));
        _venue.Run(2);
        Assert.Equal(" | ", client.Book("1"));
        Assert.Equal(BookState.Good, await State());
        Assert.DoesNotContain("gateway.stale", client.Kinds);
    }

    /// <summary>py-clob-client#180: 0.01 to 0.99, from long before.</summary>
    [Fact]
    public async Task A_stale_REST_book_is_not_believed_against_the_stream()
    {
        _venue.Rest = static token => ScriptedVenue.Seed(token, 10, "0.01", "0.99");
        var client = _venue.Follow();
        _venue.Run(60);
        Assert.NotEmpty(_venue.Asked);
        Assert.Equal(BookState.Good, await State());
        Assert.Equal(Whole, client.Book("1"));
        Assert.DoesNotContain("gateway.stale", client.Kinds);
    }

    [Fact]
    public void REST_takes_500_ids_and_is_never_asked_for_more()
    {
        _venue.Rest = static token => ScriptedVenue.Seed(token, 10, "0.40", "0.60");
        foreach (var tokens in Enumerable.Range(1, 1_201).Select(static n => $"{n}").Chunk(400))
            _venue.Stages.Connect().Open(tokens);
        _venue.Run(20);
        Assert.All(_venue.Asked, static asked => Assert.InRange(asked.Length, 1, 500));
        Assert.Equal(1_201, _venue.Asked.SelectMany(static asked => asked).Distinct().Count());
    }

    [Fact]
    public void Settled_and_unknown_tokens_are_left_out_of_the_answer_without_a_word()
    {
        _venue.Rest = static token => token == Made.Token(1) ? ScriptedVenue.Seed(token, 1_000, "0.40", "0.60") : null;
        var client = _venue.Stages.Connect().Open("1", "7");
        _venue.Say("[]\n").Say($"[{ScriptedVenue.Book(1_000)}]\n");
        _venue.Run(10);
        Assert.Equal(["1"], client.Read().Whole.Select(static told => told.Token).Distinct());
        Assert.True(client.Socket.IsOpen);
    }
}
