using Oddswire.Host.Tests.Settings;
using Oddswire.Messages.Feeds;
using Xunit;

namespace Oddswire.Host.Tests.Upstream;

public sealed class FeedsOfTests
{
    [Fact]
    public void The_demo_has_both_sources_and_only_rtds_is_replaced_in_time()
    {
        var feeds = FeedsOf.Settings(Shipped.With().Values.Feeds, sweptBlock: 7);
        Assert.Equal([("rtds", SourceKind.Witness), ("polygon", SourceKind.Chain)], feeds.Select(static feed => (feed.Name, feed.Kind)));
        Assert.Equal([TimeSpan.FromMinutes(10), null], feeds.Select(static feed => feed.Redial));
        Assert.Equal([TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30)], feeds.Select(static feed => feed.Silence));
        Assert.All(feeds, static feed => Assert.False(feed.TakesInterest));
    }

    [Fact]
    public void The_chain_is_asked_for_its_head_with_the_heartbeat_when_sweeps_are_rarer()
    {
        var feeds = FeedsOf.Settings(Shipped.With("feeds.polygon.sweep=2m", "feeds.polygon.heartbeat=10s").Values.Feeds, sweptBlock: null);
        Assert.Equal(TimeSpan.FromSeconds(10), feeds.Single(static feed => feed.Name == "polygon").Converse().TickEvery);
    }

    [Fact]
    public void A_silence_that_is_shorter_than_the_time_between_two_signs_of_life_is_refused() =>
        Assert.Contains("`feeds.polygon.silence`", Shipped.Refusal("feeds.polygon.silence=4s"), StringComparison.Ordinal);

    [Fact]
    public void The_live_file_refuses_an_endpoint_that_is_no_socket_and_does_not_print_it()
    {
        var live = Shipped.Layers with { File = "hocon/live.conf", Environment = new Dictionary<string, string> { ["POLYGON_RPC_URL"] = "https://rpc.example/secret" } };
        var refusal = Shipped.Refusal(live);
        Assert.Contains("expected an address such as wss://host:port in `feeds.polygon.url`", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void The_live_file_has_the_real_activity_feed_and_no_dome()
    {
        var live = (Shipped.Layers with { File = "hocon/live.conf", Environment = new Dictionary<string, string> { ["POLYGON_RPC_URL"] = "wss://rpc.example/v2/abc" } }).Load();
        var feeds = FeedsOf.Settings(live.Values.Feeds, sweptBlock: null);
        Assert.Equal(["wss://ws-live-data.polymarket.com/", "wss://rpc.example/v2/abc"], feeds.Select(static feed => feed.Address.Url.AbsoluteUri));
        Assert.DoesNotContain("abc", string.Concat(feeds), StringComparison.Ordinal);
        Assert.Empty(live.Notices);
    }

    [Theory]
    [InlineData(true, false, "RTDS is the only source of orders")]
    [InlineData(true, true, "what the other sources of orders lose cannot be seen")]
    [InlineData(false, true, "what the other sources of orders lose cannot be seen")]
    [InlineData(false, false, "there is no source of orders")]
    public void Without_a_chain_it_is_said_what_that_means_and_how_to_change_it(bool rtds, bool dome, string expected)
    {
        var text = (bool on) => on ? "true" : "false";
        var notices = Shipped.With("feeds.polygon.url=\"\"", $"feeds.rtds.enabled={text(rtds)}", $"feeds.dome.enabled={text(dome)}").Notices;
        var notice = Assert.Single(notices);
        Assert.Contains(expected, notice, StringComparison.Ordinal);
        Assert.Contains("POLYGON_RPC_URL", notice, StringComparison.Ordinal);
    }
}
