using System.Text;
using Oddswire.Actors.Feeds;
using Oddswire.Messages.Feeds;
using Xunit;

namespace Oddswire.Actors.Tests.Feeds;

public sealed class DomeConversationTests
{
    private static readonly DomeRules Small = new(Subscriptions: 4, Wallets: 5, TimeSpan.FromSeconds(30));

    private static void Covers(ServerSide server, params IEnumerable<Interest> wanted) =>
        Assert.Equal(ServerSide.Texts(wanted), server.Everything());

    [Fact]
    public void Nothing_is_said_while_nothing_is_followed_and_that_is_live()
    {
        var server = ServerSide.For(Small).Open().Run(10);
        Assert.Empty(server.Commands);
        Assert.True(server.Talk.IsLive);
    }

    [Fact]
    public void Wallets_are_packed_into_as_few_subscriptions_as_the_tier_allows()
    {
        var server = new ServerSide(500, 500).Open(ServerSide.Wallets(1, 1_001)).Run(2);
        Assert.Equal(["subscribe", "subscribe", "subscribe"], server.Commands);
        Assert.Equal([500, 500, 1], server.Subscribed.Values.Select(filter => filter.Count));
        Covers(server, ServerSide.Wallets(1, 1_001));
        Assert.True(server.Talk.IsLive);
    }

    [Fact]
    public void All_that_a_tier_allows_is_subscribed_at_a_pace_that_servers_take_and_it_is_live_only_then()
    {
        var server = new ServerSide(500, 500).Open(ServerSide.Wallets(1, 250_000));
        for (var ticks = 1; server.Subscribed.Count < 500; ticks++)
        {
            Assert.False(server.Talk.IsLive);
            Assert.Equal(ticks * 8, server.Commands.Count);
            server.Run();
        }
        server.Run();
        Assert.True(server.Talk.IsLive);
        Assert.Equal(500, server.Commands.Count);
        Assert.Equal(250_000, server.Everything().Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void What_changes_in_a_tick_is_one_update_of_the_subscription_concerned()
    {
        var server = ServerSide.For(Small).Open(ServerSide.Wallets(1, 8)).Run();
        server.Commands.Clear();
        server.Want([ServerSide.Wallet(9)], []);
        server.Want([ServerSide.Wallet(10)], [ServerSide.Wallet(7)]);
        Assert.Empty(server.Commands);
        server.Run(3);
        Assert.Equal(["update"], server.Commands);
        Covers(server, ServerSide.Wallets(1, 10).Where(one => one != ServerSide.Wallet(7)));
    }

    [Fact]
    public void A_subscription_has_one_command_under_way_and_its_changes_wait_for_the_answer()
    {
        var server = ServerSide.For(Small).Open(ServerSide.Wallet(1));
        server.IsDumb = true;
        for (var n = 2; n <= 4; n++)
        {
            server.Want([ServerSide.Wallet(n)], []);
            server.Run();
        }
        Assert.Equal(["subscribe"], server.Commands);
        server.IsDumb = false;
        server.Run(2);
        Assert.Equal(["subscribe", "update"], server.Commands);
        Covers(server, ServerSide.Wallets(1, 4));
    }

    [Fact]
    public void Who_is_followed_and_left_in_one_tick_costs_nothing_and_repeats_are_no_change()
    {
        var server = ServerSide.For(Small).Open(ServerSide.Wallets(1, 5)).Run();
        server.Commands.Clear();
        server.Want([ServerSide.Wallet(6)], []);
        server.Want([ServerSide.Wallet(1)], [ServerSide.Wallet(6), ServerSide.Wallet(77)]);
        server.Run(2);
        Assert.Empty(server.Commands);
    }

    [Fact]
    public void A_subscription_that_carries_nothing_any_more_is_unsubscribed_and_its_place_is_free()
    {
        var server = ServerSide.For(Small).Open(ServerSide.Wallets(1, 20)).Run(2);
        server.Want([], ServerSide.Wallets(6, 20));
        server.Run(3);
        Assert.Single(server.Subscribed);
        server.Want(ServerSide.Wallets(21, 35), []);
        server.Run(3);
        Assert.Equal(4, server.Subscribed.Count);
        Covers(server, [.. ServerSide.Wallets(1, 5), .. ServerSide.Wallets(21, 35)]);
        server.Want([], [.. ServerSide.Wallets(1, 5), .. ServerSide.Wallets(21, 35)]);
        server.Run(3);
        Assert.Empty(server.Subscribed);
    }

    [Fact]
    public void Sparse_subscriptions_are_put_together_and_nothing_is_missed_meanwhile()
    {
        var server = ServerSide.For(Small).Open(ServerSide.Wallets(1, 15)).Run(2);
        server.Want([], [ServerSide.Wallet(1), ServerSide.Wallet(2), ServerSide.Wallet(6), ServerSide.Wallet(7), ServerSide.Wallet(8)]);
        var stay = ServerSide.Wallets(1, 15).Except([ServerSide.Wallet(1), ServerSide.Wallet(2), ServerSide.Wallet(6), ServerSide.Wallet(7), ServerSide.Wallet(8)]).ToArray();
        for (var n = 0; n < 4; n++)
        {
            server.Run();
            Assert.Superset(ServerSide.Texts(stay).ToHashSet(), server.Everything().ToHashSet());
        }
        Assert.Equal(2, server.Subscribed.Count);
        Covers(server, stay);
        Assert.Equal("unsubscribe", server.Commands[^1]);
    }

    [Fact]
    public void Markets_are_asked_for_by_the_names_they_are_followed_under_each_kind_in_subscriptions_of_its_own()
    {
        var server = ServerSide.For(Small).Open(ServerSide.Wallet(1), Interest.In(Made.Condition(1)), Interest.In("market-1"), Interest.In("market-2")).Run();
        Assert.Equal([1, 1, 2], server.Subscribed.Values.Select(filter => filter.Count).Order());
        var sent = string.Concat(server.Talk.Frames.Select(frame => Encoding.UTF8.GetString(frame.Span)));
        Assert.Contains("\"condition_ids\":[", sent);
        Assert.Contains("\"market_slugs\":[\"market-1\",\"market-2\"]", sent);
    }

    [Fact]
    public void A_text_that_is_no_slug_is_not_sent_for_it_could_cost_its_whole_subscription()
    {
        var server = ServerSide.For(Small).Open(Interest.In("market-1"), Interest.In("a/b \"c\"")).Run();
        Covers(server, Interest.In("market-1"));
    }

    [Fact]
    public void Everything_is_one_subscription_and_the_others_go_when_it_stands()
    {
        var server = ServerSide.For(Small).Open(ServerSide.Wallets(1, 12)).Run(2);
        server.Want([Interest.Everything], []);
        server.Run(3);
        Covers(server, Interest.Everything);
        Assert.Single(server.Subscribed);
        server.Commands.Clear();
        server.Want([ServerSide.Wallet(13)], [ServerSide.Wallet(1)]);
        server.Run(3);
        Assert.Empty(server.Commands);
        server.Want([], [Interest.Everything]);
        server.Run(4);
        Covers(server, ServerSide.Wallets(2, 13));
        server.Want([], ServerSide.Wallets(2, 13));
        server.Run(4);
        Assert.Empty(server.Subscribed);
    }

    [Fact]
    public void Everything_goes_only_when_what_takes_its_place_is_subscribed()
    {
        var server = ServerSide.For(Small).Open([Interest.Everything, .. ServerSide.Wallets(1, 20)]).Run(2);
        Assert.Equal(["subscribe"], server.Commands);
        server.Want([], [Interest.Everything]);
        for (var n = 0; n < 5; n++)
        {
            server.Run();
            Assert.True(server.Everything().Contains("*", StringComparer.Ordinal) || server.Subscribed.Count == 4);
        }
        Covers(server, ServerSide.Wallets(1, 20));
    }

    [Fact]
    public void A_key_that_may_not_have_everything_gets_what_is_followed_and_the_ledger_hears_of_it()
    {
        var server = ServerSide.For(Small, wildcard: false).Open([Interest.Everything, .. ServerSide.Wallets(1, 7)]).Run(3);
        Covers(server, ServerSide.Wallets(1, 7));
        Assert.Equal("the server refuses: WILDCARD_NOT_ALLOWED", Assert.Single(server.Talk.Notes));
        Assert.True(server.Talk.IsLive);
    }

    [Fact]
    public void More_than_fits_is_everything_and_without_that_it_is_told_how_much_is_missing_until_there_is_room()
    {
        var rich = ServerSide.For(Small).Open(ServerSide.Wallets(1, 21)).Run(3);
        Covers(rich, Interest.Everything);
        rich.Want([], [ServerSide.Wallet(3)]);
        rich.Run(5);
        Covers(rich, ServerSide.Wallets(1, 21).Where(one => one != ServerSide.Wallet(3)));

        var poor = ServerSide.For(Small, wildcard: false).Open(ServerSide.Wallets(1, 23)).Run(3);
        Assert.Equal(20, poor.Everything().Count());
        Assert.Contains("3 of 23 followed wallets and markets do not fit into 4 subscriptions of 5", poor.Talk.Notes);
        poor.Want([], ServerSide.Wallets(1, 10));
        poor.Run(5);
        Covers(poor, ServerSide.Wallets(11, 23));
        Assert.Equal(3, poor.Subscribed.Count);
    }

    [Fact]
    public void A_tier_that_allows_fewer_subscriptions_than_is_set_is_asked_again_after_a_while_and_not_in_a_loop()
    {
        var server = ServerSide.For(Small, subscriptions: 2).Open(ServerSide.Wallets(1, 15)).Run(100);
        Assert.Equal(2, server.Subscribed.Count);
        Assert.Equal(3, server.Commands.Count);
        Assert.Equal("the server refuses: SUBSCRIPTION_LIMIT", Assert.Single(server.Talk.Notes));
        Assert.True(server.Talk.IsLive);
        server.Run(25);
        Assert.Equal("subscribe", server.Commands[^1]);
        Assert.InRange(server.Commands.Count, 4, 5);
    }

    [Fact]
    public void A_server_that_takes_fewer_wallets_than_is_set_gets_them_in_smaller_portions()
    {
        var server = ServerSide.For(Small, items: 3).Open(ServerSide.Wallets(1, 8)).Run(20);
        Covers(server, ServerSide.Wallets(1, 8));
        Assert.True(server.Talk.IsLive);
    }

    [Fact]
    public void A_subscription_that_the_server_does_not_know_any_more_is_made_anew()
    {
        var server = ServerSide.For(Small).Open(ServerSide.Wallets(1, 2)).Run();
        server.Subscribed.Clear();
        server.Want([ServerSide.Wallet(3)], []);
        server.Run(3);
        Covers(server, ServerSide.Wallets(1, 3));
    }

    [Fact]
    public void A_server_that_leaves_a_command_unanswered_is_given_up()
    {
        var server = ServerSide.For(Small).Open(ServerSide.Wallet(1));
        server.IsDumb = true;
        server.Run(40);
        Assert.Null(server.Talk.Failure);
        server.Run();
        Assert.Equal("the server does not answer commands", server.Talk.Failure);
    }

    [Fact]
    public void A_quiet_server_has_to_answer_an_update_that_changes_nothing()
    {
        var server = ServerSide.For(Small).Open(ServerSide.Wallets(1, 6)).Run(119);
        Assert.Equal(["subscribe", "subscribe"], server.Commands);
        server.Run(2);
        Assert.Equal("update", server.Commands[2]);
        Covers(server, ServerSide.Wallets(1, 6));
        server.IsDumb = true;
        server.Run(200);
        Assert.NotNull(server.Talk.Failure);
    }

    [Fact]
    public void An_ack_of_another_subscription_ends_a_connection_whose_answers_cannot_be_told_apart()
    {
        var server = ServerSide.For(Small).Open(ServerSide.Wallet(1)).Run();
        server.IsDumb = true;
        server.Want([ServerSide.Wallet(2)], []);
        server.Run();
        server.Say("""{"type":"ack","subscription_id":"sub_other"}""");
        Assert.NotNull(server.Talk.Failure);
    }

    [Fact]
    public void The_refusal_of_an_unsubscribe_is_nobody_s_answer()
    {
        var server = ServerSide.For(Small).Open(ServerSide.Wallet(1));
        server.Say(ServerSide.Refusal("unsubscribe", "SUBSCRIPTION_NOT_FOUND"));
        server.Run(2);
        Assert.Equal(["subscribe"], server.Commands);
        Assert.True(server.Talk.IsLive);
    }

    [Fact]
    public void An_event_that_names_its_log_is_a_log_and_one_that_does_not_is_a_row_of_its_subscription()
    {
        const string complete = """
            {"type":"event","subscription_id":"sub_a","data":{"token_id":"1","side":"BUY","market_slug":"s","condition_id":"","shares":9000000,"shares_normalized":9,"price":0.56,"block_number":100,"log_index":42,"tx_hash":"0xaccc1246d7bc1c95ad44789a6e7ecbc7819dd308632aa0190fedf9673c034077","title":"t","timestamp":1762480391,"order_hash":"0xc2b8ee7c9dced1374ac8e2307c65e5204283781c98e1640e28d25d6cc14a0e13","user":"0x6031b6eed1c97e853c6e0f03ad3ce3529351f96d","taker":"0x8d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e"}}
            """;
        var server = ServerSide.For(Small).Open();
        server.Say(complete);
        server.Say(complete.Replace("\"0xc2b8ee7c9dced1374ac8e2307c65e5204283781c98e1640e28d25d6cc14a0e13\"", "null", StringComparison.Ordinal));
        server.Say(complete.Replace("\"log_index\":42,", "", StringComparison.Ordinal));
        var log = Assert.IsType<Observation.Log>(server.Talk.Observations[0]).Fill;
        Assert.Equal((100, 42), (log.Block, log.LogIndex));
        foreach (var told in server.Talk.Observations.Skip(1))
        {
            var row = Assert.IsType<Observation.Row>(told);
            Assert.Equal(("sub_a", null, null), (row.Topic, row.Fill.Block, row.Fill.LogIndex));
        }
    }

    [Fact]
    public void The_fill_of_an_event_that_came_as_it_goes_out_lies_in_its_frame()
    {
        const string data = """{"token_id":"1","token_label":"Yes","side":"BUY","market_slug":"s","condition_id":"0x5853a47d2d7d97571684c458e2ac28f7f232e12d5490a96cc5b302bd8b4c61bd","shares":9000000,"shares_normalized":9,"price":0.56,"block_number":100,"log_index":42,"tx_hash":"0xaccc1246d7bc1c95ad44789a6e7ecbc7819dd308632aa0190fedf9673c034077","title":"t","timestamp":1762480391,"order_hash":"0xc2b8ee7c9dced1374ac8e2307c65e5204283781c98e1640e28d25d6cc14a0e13","user":"0x6031b6eed1c97e853c6e0f03ad3ce3529351f96d","taker":"0x8d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e"}""";
        const string head = """{"type":"event","subscription_id":"sub_a","data":""";
        var server = ServerSide.For(Small).Open();
        ReadOnlyMemory<byte> frame = Encoding.UTF8.GetBytes(head + data + "}");
        server.Conversation.Heard(frame, server.Talk);
        server.Say(head + data.Replace("0.56", "0.560", StringComparison.Ordinal) + "}");
        var logs = server.Talk.Observations.Cast<Observation.Log>().ToArray();
        Assert.True(logs[0].Data.Equals(frame.Slice(head.Length, data.Length)));
        Assert.True(logs[1].Data.IsEmpty);
        Assert.Equal(logs[0], logs[1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void However_interest_comes_and_goes_exactly_what_is_wanted_is_subscribed_in_the_end(int seed)
    {
        var random = new Random(seed);
        var server = ServerSide.For(Small, wildcard: seed % 2 == 0);
        HashSet<Interest> wanted = [.. ServerSide.Wallets(1, random.Next(15))];
        server.Open(wanted);
        for (var n = 0; n < 500; n++)
        {
            Interest[] began = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Any())];
            Interest[] ended = [.. wanted.Except(began).Where(_ => random.Next(5) == 0)];
            wanted.UnionWith(began);
            wanted.ExceptWith(ended);
            server.Want(began, ended);
            server.IsDumb = random.Next(3) == 0;
            server.Run(random.Next(3));
        }
        server.IsDumb = false;
        server.Want([], wanted.Where(one => one.IsEverything));
        wanted.Remove(Interest.Everything);
        server.Run(250);
        Assert.Null(server.Talk.Failure);
        Assert.InRange(wanted.Count, 1, 20);
        Covers(server, wanted);
        Assert.Equal(wanted.GroupBy(one => (one.Wallet is null, one.Condition is null)).Sum(kind => (kind.Count() + 4) / 5), server.Subscribed.Count);

        Interest Any() => random.Next(40) switch
        {
            0 => Interest.Everything,
            < 4 => Interest.In($"market-{random.Next(3)}"),
            < 7 => Interest.In(Made.Condition(random.Next(3))),
            _ => ServerSide.Wallet(random.Next(40)),
        };
    }
}
