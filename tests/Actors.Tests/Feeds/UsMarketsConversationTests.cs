using System.Text;
using System.Text.Json;
using Oddswire.Actors.Feeds;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.PolymarketUs;
using Xunit;

namespace Oddswire.Actors.Tests.Feeds;

/// <summary>The words of the markets socket, as one connection meets them.</summary>
public sealed class UsMarketsConversationTests
{
    private const UsSubscriptionType Book = UsSubscriptionType.MarketData;
    private const UsSubscriptionType Trade = UsSubscriptionType.Trade;

    private readonly UsMarketsConversation _conversation = new(new UsConnectionRules { Requests = 4, Slugs = 3 });
    private readonly Talk _talk = new() { Running = 1_000_000 };

    private List<string> Sent
    {
        get
        {
            List<string> sent = [.. _talk.Frames.Select(static frame => Encoding.UTF8.GetString(frame.Span))];
            _talk.Clear();
            return sent;
        }
    }

    [Fact]
    public void What_is_wanted_is_asked_for_by_type_in_as_few_requests_as_it_fits_into()
    {
        Open([In(Book, "a"), In(Trade, "a"), In(Book, "b"), In(Book, "c"), In(Book, "d")]);
        Assert.Equal(
            [
                """{"subscribe":{"requestId":"ow-1","subscriptionType":"SUBSCRIPTION_TYPE_MARKET_DATA","marketSlugs":["a","b","c"]}}""",
                """{"subscribe":{"requestId":"ow-2","subscriptionType":"SUBSCRIPTION_TYPE_MARKET_DATA","marketSlugs":["d"]}}""",
                """{"subscribe":{"requestId":"ow-3","subscriptionType":"SUBSCRIPTION_TYPE_TRADE","marketSlugs":["a"]}}""",
            ], Sent);
    }

    [Fact]
    public void Every_market_is_a_request_without_slugs()
    {
        Open([In(Book, ""), In(Book, "a")]);
        Assert.Contains("""{"subscribe":{"requestId":"ow-2","subscriptionType":"SUBSCRIPTION_TYPE_MARKET_DATA"}}""", Sent);
    }

    [Fact]
    public void A_request_of_which_nothing_is_wanted_any_more_is_unsubscribed_and_its_place_is_free()
    {
        Open([In(Book, "a"), In(Book, "b")]);
        _talk.Clear();
        Want([], [In(Book, "a")]);
        Assert.Empty(Sent);
        Want([], [In(Book, "b")]);
        Assert.Equal([In(Book, "a"), In(Book, "b")], _talk.Released.Order(Interest.Order));
        Assert.Equal(["""{"unsubscribe":{"requestId":"ow-1"}}"""], Sent);
        Want([In(Book, "a")], []);
        Assert.Equal(["""{"subscribe":{"requestId":"ow-2","subscriptionType":"SUBSCRIPTION_TYPE_MARKET_DATA","marketSlugs":["a"]}}"""], Sent);
    }

    [Fact]
    public void What_a_request_still_carries_is_not_asked_for_beside_it_but_elsewhere()
    {
        Open([In(Book, "a"), In(Book, "b")]);
        Want([], [In(Book, "a")]);
        _talk.Clear();
        Want([In(Book, "a"), In(Book, "c")], []);
        Assert.Equal([In(Book, "a")], Assert.Single(_talk.Elsewhere).What);
        Assert.Contains("[\"c\"]", Assert.Single(Sent), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_request_left_what_is_sparse_moves_with_what_is_new()
    {
        Open([In(Book, "a"), In(Book, "b"), In(Book, "c")]);
        foreach (var slug in new[] { "d", "e", "f" })
            Want([In(Book, slug)], []);
        _talk.Clear();
        Want([In(Book, "g")], []);
        Assert.Equal([In(Book, "d"), In(Book, "e"), In(Book, "f"), In(Book, "g")], Assert.Single(_talk.Elsewhere).What.Order(Interest.Order));
        Assert.Empty(Sent);
    }

    [Fact]
    public void A_slug_that_the_venue_has_already_is_asked_for_elsewhere_and_the_others_again()
    {
        Open([In(Book, "a"), In(Book, "b")]);
        _talk.Clear();
        Say("""{"requestId":"ow-1","subscriptionType":"SUBSCRIPTION_TYPE_MARKET_DATA","error":"slug already subscribed: a"}""");
        Assert.Equal([In(Book, "a")], Assert.Single(_talk.Elsewhere).What);
        Assert.Contains(_talk.Notes, static note => note == "the venue refused request ow-1 for 2 markets: slug already subscribed: a");
        Assert.Contains("""ow-2","subscriptionType":"SUBSCRIPTION_TYPE_MARKET_DATA","marketSlugs":["b"]""", Assert.Single(Sent), StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_id_that_exists_is_replaced_at_once()
    {
        Open([In(Book, "a")]);
        _talk.Clear();
        Say("""{"request_id":"ow-1","error":"request id already exists"}""");
        Assert.Contains("\"ow-2\"", Assert.Single(Sent), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"requestId":"ow-1","error":"deadline exceeded"}""")]
    [InlineData("""{"error":"invalid_message"}""")]
    public void Other_refusals_are_repeated_after_a_while_and_halved_so_that_one_market_does_not_take_others_with_it(string refusal)
    {
        Open([In(Book, "a"), In(Book, "b")]);
        _talk.Clear();
        Say(refusal);
        Sent.Clear();
        Tick(0.2);
        Assert.Empty(Sent);
        Tick(0.5);
        Assert.Contains("[\"a\",\"b\"]", Assert.Single(Sent), StringComparison.Ordinal);
        Say(refusal.Replace("ow-1", "ow-2", StringComparison.Ordinal));
        Sent.Clear();
        Tick(2);
        Assert.Equal(["[\"a\"]", "[\"b\"]"], Sent.Select(static frame => frame[frame.IndexOf('[', StringComparison.Ordinal)..^2]));
    }

    [Fact]
    public void An_error_that_nobody_asked_for_is_on_record()
    {
        Open([In(Book, "a")]);
        Say("""{"requestId":"else","error":"subscription failed"}""");
        Assert.Contains("the venue says 'subscription failed' to else", _talk.Notes);
        Assert.False(_talk.WhatStands);
    }

    [Fact]
    public void All_stands_when_no_refusal_came_in_its_time_and_then_trades_are_covered()
    {
        Open([In(Book, "a"), In(Trade, "b")]);
        _talk.Clear();
        Tick(1);
        Assert.False(_talk.WhatStands);
        Tick(1);
        Assert.True(_talk.WhatStands);
        Assert.Equal(["b"], _talk.UsTrades);
        _talk.Clear();
        Tick(10);
        Assert.False(_talk.WhatStands);
        Assert.Empty(_talk.UsTrades);
    }

    [Fact]
    public void Both_spellings_are_read_and_one_is_handed_on()
    {
        Open([In(Book, "a"), In(Trade, "a")]);
        _talk.Clear();
        Say("""{"requestId":"ow-1","subscriptionType":"SUBSCRIPTION_TYPE_MARKET_DATA","marketData":{"marketSlug":"a","bids":[],"offers":[],"future":{"x":1}}}""");
        Say("""{"request_id":"ow-1","subscription_type":1,"market_data":{"market_slug":"a","bids":[{"px":{"value":"0.020","currency":"USD"},"qty":"16.0"}],"transact_time":"2026-10-02T15:17:29.394621421Z"}}""");
        Say("""{"request_id":"ow-2","trade":{"market_slug":"a","price":{"value":"0.6200"},"quantity":{"value":"1.0"},"trade_time":"2026-10-02T15:17:29Z","id":"T"}}""");
        Assert.Equal(
            [
                """{"marketSlug":"a","bids":[],"offers":[],"future":{"x":1}}""",
                """{"marketSlug":"a","bids":[{"px":{"value":"0.020","currency":"USD"},"qty":"16.0"}],"offers":[],"transactTime":"2026-10-02T15:17:29.394621421Z"}""",
            ], _talk.UsMarkets.Take(2).Select(static told => Encoding.UTF8.GetString(told.Payload.Span)));
        Assert.Equal(1_790_954_249_394_621_421, _talk.UsMarkets[1].Time);
        Assert.Equal(("T", "a", Trade), (_talk.UsMarkets[2].Id, _talk.UsMarkets[2].Slug, _talk.UsMarkets[2].Type));
        Assert.Equal("a", JsonElement.Parse(_talk.UsMarkets[2].Payload.Span).GetProperty("marketSlug").GetString());
    }

    [Fact]
    public void What_is_told_under_a_request_that_was_ended_is_ended_again_and_handed_on_to_nobody()
    {
        Open([In(Book, "a")]);
        Want([], [In(Book, "a")]);
        _talk.Clear();
        var late = """{"requestId":"ow-1","marketData":{"marketSlug":"a","bids":[],"offers":[]}}""";
        Say(late);
        Assert.Empty(_talk.UsMarkets);
        Assert.Empty(Sent);
        _talk.Running += 6_000;
        Say(late);
        Assert.Equal(["""{"unsubscribe":{"requestId":"ow-1"}}"""], Sent);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("17")]
    [InlineData("\"text\"")]
    [InlineData("{\"marketData\":{\"marketSlug\":\"a\",\"bids\":[7]}}")]
    [InlineData("")]
    public void What_is_no_frame_of_the_protocol_is_counted_and_no_more(string frame)
    {
        Open([In(Book, "a")]);
        Say(frame);
        Assert.Equal(1, _talk.Unreadable);
        Assert.Empty(_talk.UsMarkets);
        Assert.Null(_talk.Failure);
    }

    private static Interest In(UsSubscriptionType type, string slug) => Interest.In(type, slug);

    private void Open(Interest[] wanted) => _conversation.Opened(wanted, _talk);

    private void Want(Interest[] began, Interest[] ended) => _conversation.Want(new InterestChange([.. began], [.. ended]), _talk);

    private void Say(string frame) => _conversation.Heard(Encoding.UTF8.GetBytes(frame), _talk);

    private void Tick(double seconds)
    {
        _talk.Running += (long)(seconds * 1000);
        _conversation.Tick(_talk);
    }
}
