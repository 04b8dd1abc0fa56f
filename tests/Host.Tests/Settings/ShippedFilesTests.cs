using Oddswire.Host.Hocon;
using Oddswire.Host.Settings;
using Oddswire.Messages.Keys;
using Xunit;

namespace Oddswire.Host.Tests.Settings;

public sealed class ShippedFilesTests
{
    [Fact]
    public void The_defaults_file_and_the_code_have_the_same_keys()
    {
        var written = Leaves("", Written()).ToList();
        var declared = Shipped.Defaults.Load().Effective.Select(setting => setting.Key);
        Assert.Equal(written.Order(), declared.Order());
        foreach (var key in written)
        {
            var refused = Assert.Throws<ConfigurationException>(() => GatewaySettings.Read(Without(Written(), key.Split('.'))));
            Assert.Contains($"in `{key}`, found none", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_setting_of_the_defaults_file_is_explained()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "hocon", "oddswire.conf"));
        var unexplained = Shipped.Defaults.Load().Effective.Where(setting => !IsExplained(lines, setting.From.Line - 1)).Select(setting => setting.Key);
        Assert.Empty(unexplained);
    }

    [Theory]
    [InlineData("http.host", "127.0.0.1")]
    [InlineData("http.port", "8080")]
    [InlineData("operations.port", "8081")]
    [InlineData("simulator.port", "8090")]
    [InlineData("simulator.enabled", "false")]
    [InlineData("simulator.rate", "60")]
    [InlineData("storage.path", "./data")]
    [InlineData("storage.postgres", "")]
    [InlineData("tape.store", "sqlite")]
    [InlineData("tape.keep", "72h")]
    [InlineData("tape.max", "10GB")]
    [InlineData("tape.buffer", "64MiB")]
    [InlineData("orders.release", "complete")]
    [InlineData("orders.wait_at_most", "5s")]
    [InlineData("orders.late_after", "60s")]
    [InlineData("catalog.wait", "500ms")]
    [InlineData("feeds.rtds.ping", "5s")]
    [InlineData("feeds.rtds.silence", "15s")]
    [InlineData("feeds.rtds.redial", "10m")]
    [InlineData("feeds.polygon.sweep", "5s")]
    [InlineData("feeds.polygon.heartbeat", "30s")]
    [InlineData("feeds.polygon.confirmations", "0")]
    [InlineData("feeds.dome.enabled", "false")]
    [InlineData("feeds.dome.subscriptions", "500")]
    [InlineData("journal.synchronous", "full")]
    [InlineData("why.keep", "72h")]
    [InlineData("why.samples", "2000000")]
    [InlineData("us.legacy_payloads", "false")]
    [InlineData("us.snapshot_on_subscribe", "true")]
    [InlineData("clob.open", "false")]
    [InlineData("cluster.enabled", "false")]
    [InlineData("keys", "[]")]
    public void Defaults_that_others_rely_on_stay(string key, string value) =>
        Assert.Equal(value, Assert.Single(Shipped.Defaults.Load().Effective, setting => setting.Key == key).Value);

    [Fact]
    public void Values_arrive_in_their_types()
    {
        var settings = Shipped.Defaults.Load().Values;
        Assert.Equal(TimeSpan.FromMilliseconds(500), settings.Catalog.Wait);
        Assert.Equal(10_000_000_000, settings.Tape.Max);
        Assert.Equal(64 * 1024 * 1024, settings.Tape.Buffer);
        Assert.Equal(TapeStore.Sqlite, settings.Tape.Store);
        Assert.Equal(new BackoffSettings(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)), settings.Feeds.Rtds.Backoff);
        Assert.Equal("wss://ws-live-data.polymarket.com/", settings.Feeds.Rtds.Url!.Uri.AbsoluteUri);
        Assert.Equal(4, settings.Feeds.Polygon.Contracts.Length);
        Assert.False(settings.Feeds.Polygon.Enabled); // enabled, but without a url
        Assert.Null(settings.Http.Tls);
        Assert.Empty(settings.Keys);
    }

    [Fact]
    public void The_demo_stands_on_the_simulator_port_alone()
    {
        var demo = Shipped.With("simulator.port=7001", "feeds.dome.enabled=true");
        Assert.True(demo.Values.Simulator.Enabled);
        Assert.True(demo.Values.Storage.IsTemporary);
        Uri?[] urls = [demo.Values.Feeds.Rtds.Url?.Uri, demo.Values.Feeds.Polygon.Url?.Uri, demo.Values.Feeds.Dome.Url?.Uri, demo.Values.Catalog.Url?.Uri];
        Assert.All(urls, url => Assert.Equal("127.0.0.1:7001", url?.Authority));
        Assert.Equal(["demo-free", "demo-dev", "demo-enterprise", "demo-user", "demo-us", "demo-admin"], demo.Values.Keys.Select(key => key.Name));
        Assert.All(demo.Values.Keys, key => Assert.True(key.IsDemo));
        Assert.Equal([Tier.Free, Tier.Dev, Tier.Enterprise, Tier.Dev, Tier.Dev, Tier.Enterprise], demo.Values.Keys.Select(key => key.Tier));
        Assert.Empty(demo.Notices);
    }

    [Fact]
    public void The_live_file_takes_its_endpoint_from_the_environment()
    {
        var live = Shipped.Layers with { File = "hocon/live.conf" };
        var without = live.Load();
        Assert.Null(without.Values.Feeds.Polygon.Url);
        Assert.Contains("RTDS is the only source", Assert.Single(without.Notices), StringComparison.Ordinal);
        var with = (live with { Environment = new Dictionary<string, string> { ["POLYGON_RPC_URL"] = "wss://rpc.example/v2/abc" } }).Load();
        Assert.Equal("wss://rpc.example/v2/abc", with.Values.Feeds.Polygon.Url!.Uri.OriginalString);
        Assert.True(with.Values.Feeds.Polygon.Enabled);
        Assert.Empty(with.Notices);
        Assert.Equal("environment POLYGON_RPC_URL", with.Effective.Single(setting => setting.Key == "feeds.polygon.url").From.ToString());
    }

    private static HoconObject Written()
    {
        var reader = new HoconReader(AppContext.BaseDirectory, null, _ => null);
        reader.AddFile("hocon/oddswire.conf");
        return reader.Resolve();
    }

    private static IEnumerable<string> Leaves(string path, HoconObject values) => values.Fields.Values.SelectMany(field =>
        field.Value is HoconObject inner ? Leaves(path + field.Name + ".", inner) : [path + field.Name]);

    private static HoconObject Without(HoconObject values, ReadOnlySpan<string> path)
    {
        var fields = new OrderedDictionary<string, HoconField>(values.Fields);
        if (path.Length == 1) fields.Remove(path[0]);
        else fields[path[0]] = fields[path[0]] with { Value = Without((HoconObject)fields[path[0]].Value, path[1..]) };
        return new HoconObject(values.At, fields);
    }

    // A comment directly above, or above the neighbours or the object that it belongs to.
    private static bool IsExplained(string[] lines, int index)
    {
        while (index > 0 && lines[index].Length > 0 && !lines[index].TrimStart().StartsWith('#')) index--;
        return lines[index].TrimStart().StartsWith('#');
    }
}
