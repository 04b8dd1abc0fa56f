using System.Text;
using System.Text.Json;
using Oddswire.Actors.Feeds;
using Oddswire.Messages.Books;
using Oddswire.Messages.Feeds;
using Xunit;

namespace Oddswire.Actors.Tests.Feeds;

/// <summary>The traps of the market channel, as one connection meets them.</summary>
public sealed class ClobMarketConversationTests
{
    private readonly ClobMarketConversation _conversation = new(new ClobMarketRules(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(25), 500));
    private readonly Talk _talk = new() { Running = 1_000_000 };

    private List<string> Sent => [.. _talk.Frames.Select(static frame => Encoding.UTF8.GetString(frame.Span))];

    [Fact]
    public void It_is_opened_with_no_token_and_asked_for_them_afterwards()
    {
        Open(1, 2);
        Assert.Equal(["""{"assets_ids":[],"type":"market","custom_feature_enabled":true}""", """{"operation":"subscribe","assets_ids":["1","2"],"custom_feature_enabled":true}"""], Sent);
    }

    [Fact]
    public void A_subscribe_without_custom_features_would_turn_them_off_for_all_so_every_one_has_them()
    {
        Open(1);
        _conversation.Want(new InterestChange([Token(2)], [Token(1)]), _talk);
        Assert.All(Sent.Where(static frame => frame.Contains("\"subscribe\"", StringComparison.Ordinal)), static frame => Assert.EndsWith(",\"custom_feature_enabled\":true}", frame, StringComparison.Ordinal));
        Assert.Equal("""{"operation":"unsubscribe","assets_ids":["1"]}""", Sent[2]);
    }

    [Fact]
    public void A_frame_that_names_more_than_750_tokens_gets_no_books_so_none_names_more_than_500()
    {
        Open([.. Enumerable.Range(1, 1_201)]);
        Assert.Equal([0, 500, 500, 201], Sent.Select(static frame => JsonElement.Parse(frame).GetProperty("assets_ids").GetArrayLength()));
    }

    [Fact]
    public void PING_is_sent_every_ten_seconds_and_a_PONG_behind_the_data_is_waited_for()
    {
        Open(1);
        _talk.Clear();
        Tick(11);
        Assert.Equal(["PING"], Sent);
        Tick(20);
        Assert.Null(_talk.Failure);
        Say("PONG");
        Tick(8);
        Assert.Null(_talk.Failure);
        Tick(30);
        Assert.Equal("silent: no PONG for 25 s", _talk.Failure);
    }

    [Fact]
    public void Tokens_that_the_venue_leaves_out_of_its_answer_are_said_to_have_no_book()
    {
        Open(1, 2, 3);
        Say("[]\n");        // to the opening
        Assert.Empty(_talk.LeftOut);
        Say($"[{Book("1")},{Book("3")}]\n");
        Assert.Equal([Made.Token(2)], _talk.LeftOut);
        Assert.Equal([(BookFrameKind.Opening, Made.Token(1)), (BookFrameKind.Opening, Made.Token(3))], _talk.Books.Select(static frame => (frame.Kind, frame.Token!.Value)));
        Assert.Equal(Book("3"), Encoding.UTF8.GetString(_talk.Books[1].Json.Span));
    }

    [Fact]
    public void A_question_that_is_not_answered_in_time_is_taken_for_answered_with_nothing()
    {
        Open(7);
        Tick(6);
        Assert.Equal([Made.Token(7)], _talk.LeftOut);
    }

    [Fact]
    public void Words_of_the_venue_are_no_events()
    {
        Open(1);
        foreach (var word in (string[])["NO NEW ASSETS", "INVALID OPERATION", "INVALID OPERATION", "INVALID MESSAGE", "ALREADY SUBSCRIBED", "<html>"])
            Say(word);
        Assert.Empty(_talk.Books);
        Assert.Null(_talk.Failure);
        Assert.Equal(["the venue says INVALID OPERATION", "the venue says INVALID MESSAGE"], _talk.Notes);
        Assert.Equal(2, _talk.Unreadable);
    }

    [Fact]
    public void Events_are_handed_on_as_they_came_with_their_market_in_whatever_order_their_keys_stand()
    {
        Open(1);
        var (first, last) = ($$"""{"market":"{{Made.Condition(5)}}","event_type":"x"}""", $$"""{"event_type":"last_trade_price","asset_id":"1","price":"0.5","size":"1","side":"BUY","market":"{{Made.Condition(6)}}"}""");
        Say(first);
        Say(last);
        Assert.Equal([(Made.Condition(5), first), (Made.Condition(6), last)], _talk.Books.Select(static frame => (frame.Market, Encoding.UTF8.GetString(frame.Json.Span))));
        Assert.True(_talk.WasData);
    }

    [Fact]
    public void A_new_market_is_for_everybody()
    {
        Open(1);
        Say("""{"id":"1","question":"?","market":"0x0000000000000000000000000000000000000000000000000000000000000001","assets_ids":["8"],"event_type":"new_market"}""");
        Assert.Equal(BookFrameKind.NewMarket, Assert.Single(_talk.Books).Kind);
    }

    [Theory]
    [InlineData(1000, "all subscribed assets resolved", true, false)]
    [InlineData(1000, "", false, false)]
    [InlineData(1008, "invalid subscription payload", false, true)]
    [InlineData(1013, "slow consumer: send buffer full", false, false)]
    [InlineData(null, "", false, false)]
    public void A_close_is_told_apart_by_its_code_and_reason(int? code, string reason, bool over, bool refusal)
    {
        Assert.Equal(over, _conversation.IsOver(code, reason));
        Assert.Equal(refusal, _conversation.IsRefusal(code, reason));
    }

    [Fact]
    public void It_says_every_ten_seconds_what_it_carries()
    {
        Open(1, 2);
        Say($"[{Book("1")},{Book("2")}]\n");
        for (var n = 0; n < 18; n++)
            Say($$"""{"market":"{{Made.Condition(1)}}","n":{{n}}}""");
        Tick(10);
        Assert.Equal(2, _talk.Load!.FramesPerSecond);
        var market = Assert.Single(_talk.Load.Markets);
        Assert.Equal((20, 2), (market.Frames, market.Tokens.Length));
    }

    private void Open(params int[] tokens) => _conversation.Opened([.. tokens.Select(Token)], _talk);

    private void Say(string text) => _conversation.Heard(Encoding.UTF8.GetBytes(text), _talk);

    private void Tick(int seconds)
    {
        for (; seconds > 0; seconds--)
        {
            _talk.Running += 1_000;
            _conversation.Tick(_talk);
        }
    }

    private static string Book(string token) =>
        $$"""{"market":"{{Made.Condition(1)}}","asset_id":"{{token}}","timestamp":"1","hash":"","bids":[],"asks":[],"tick_size":"0.01","event_type":"book","last_trade_price":""}""";

    private static Interest Token(int n) => Interest.In(Made.Token(n));
}
