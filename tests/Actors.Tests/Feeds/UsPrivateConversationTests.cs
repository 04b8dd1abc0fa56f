using System.Text;
using Oddswire.Actors.Feeds;
using Oddswire.Messages.PolymarketUs;
using Xunit;

namespace Oddswire.Actors.Tests.Feeds;

/// <summary>The words of the private socket, as one connection meets them.</summary>
public sealed class UsPrivateConversationTests
{
    private readonly UsPrivateConversation _conversation = new(new UsPrivateRules());
    private readonly Talk _talk = new() { Running = 1_000_000 };

    public UsPrivateConversationTests()
    {
        _conversation.Opened([], _talk);
        Assert.Equal(
            ["ORDER", "POSITION", "ACCOUNT_BALANCE", "ORDER_SNAPSHOT"],
            Sent.Select(static frame => frame.Split("SUBSCRIPTION_TYPE_")[1].Split('"')[0]));
    }

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
    public void A_snapshot_in_chunks_is_one_and_what_is_told_meanwhile_holds_against_it()
    {
        Chunk("ow-4", "false", Order("a"), Order("b"));
        Assert.Empty(_talk.UsAccount);
        Say(Update("e-1", Order("a", "ORDER_STATE_FILLED", 5)));
        Say(Update("e-2", Order("c")));
        Chunk("ow-4", "false", Order("d"));
        Chunk("ow-4", "true");
        Assert.Equal(["b", "d", "c"], Assert.IsType<UsAccountFrame.Orders>(_talk.UsAccount[^1]).Open.Select(static order => order.Id));
    }

    [Fact]
    public void A_snapshot_that_failed_is_discarded_and_asked_for_again()
    {
        Chunk("ow-4", "false", Order("a"));
        Say("""{"requestId":"ow-4","subscriptionType":"SUBSCRIPTION_TYPE_ORDER_SNAPSHOT","orderSubscriptionSnapshot":{"orders":[],"eof":true},"error":"deadline exceeded"}""");
        Assert.Empty(_talk.UsAccount);
        Assert.Contains("the venue refused OrderSnapshot: deadline exceeded", _talk.Notes);
        _talk.Clear();
        Tick(0.6);
        Assert.Equal(["""{"subscribe":{"requestId":"ow-5","subscriptionType":"SUBSCRIPTION_TYPE_ORDER_SNAPSHOT"}}"""], Sent);
        Chunk("ow-4", "true", Order("late"));
        Assert.Empty(_talk.UsAccount);
        Chunk("ow-5", "true", Order("b"));
        Assert.Equal(["b"], Assert.IsType<UsAccountFrame.Orders>(Assert.Single(_talk.UsAccount)).Open.Select(static order => order.Id));
    }

    [Fact]
    public void A_refused_type_is_asked_for_again_less_and_less_often()
    {
        Say("""{"requestId":"ow-2","error":"subscription failed"}""");
        _talk.Clear();
        Tick(0.6);
        Assert.Contains("\"ow-5\"", Assert.Single(Sent), StringComparison.Ordinal);
        Say("""{"requestId":"ow-5","error":"subscription failed"}""");
        _talk.Clear();
        Tick(0.6);
        Assert.Empty(Sent);
        Tick(0.6);
        Assert.Contains("SUBSCRIPTION_TYPE_POSITION", Assert.Single(Sent), StringComparison.Ordinal);
    }

    [Fact]
    public void A_venue_that_tells_the_balance_and_no_orders_is_believed()
    {
        Say("""{"requestId":"ow-3","subscriptionType":"SUBSCRIPTION_TYPE_ACCOUNT_BALANCE","accountBalancesSnapshot":{"balances":[]}}""");
        Say("""{"heartbeat":{}}""");
        Tick(20);
        Assert.Null(_talk.Failure);
        Assert.Contains("the venue refused OrderSnapshot: no answer", _talk.Notes);
    }

    [Fact]
    public void One_that_tells_nothing_at_all_is_silent()
    {
        Say("""{"heartbeat":{}}""");
        Tick(16);
        Assert.StartsWith("silent: no answer", _talk.Failure, StringComparison.Ordinal);
    }

    private static string Order(string id, string state = "ORDER_STATE_NEW", int filled = 0) =>
        $$"""{"id":"{{id}}","marketSlug":"m","quantity":5,"cumQuantity":{{filled}},"leavesQuantity":{{5 - filled}},"state":"{{state}}"}""";

    private static string Update(string id, string order)
    {
        var execution = $$"""{"id":"{{id}}","order":{{order}},"type":"EXECUTION_TYPE_NEW"}""";
        return $$"""{"requestId":"ow-1","subscriptionType":"SUBSCRIPTION_TYPE_ORDER","orderSubscriptionUpdate":{"execution":{{execution}} } }""";
    }

    private void Chunk(string request, string eof, params string[] orders)
    {
        var snapshot = $$"""{"orders":[{{string.Join(',', orders)}}],"eof":{{eof}}}""";
        Say($$"""{"requestId":"{{request}}","subscriptionType":"SUBSCRIPTION_TYPE_ORDER_SNAPSHOT","orderSubscriptionSnapshot":{{snapshot}}}""");
    }

    private void Say(string frame) => _conversation.Heard(Encoding.UTF8.GetBytes(frame), _talk);

    private void Tick(double seconds)
    {
        _talk.Running += (long)(seconds * 1000);
        _conversation.Tick(_talk);
    }
}
