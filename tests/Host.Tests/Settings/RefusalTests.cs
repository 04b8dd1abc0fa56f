using Oddswire.Host.Settings;
using Xunit;

namespace Oddswire.Host.Tests.Settings;

public sealed class RefusalTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("http.port = 65536", "1:13: expected a whole number from 0 to 65535 in `http.port`, found `65536`")]
    [InlineData("http { port = eighty }", "1:15: expected a whole number from 0 to 65535 in `http.port`, found `eighty`")]
    [InlineData("http.port = 80.5", "1:13: expected a whole number from 0 to 65535 in `http.port`, found `80.5`")]
    [InlineData("http.port = null", "1:13: expected a whole number from 0 to 65535 in `http.port`, found null")]
    [InlineData("http.port = [1]", "1:13: expected a whole number from 0 to 65535 in `http.port`, found a list")]
    [InlineData("http = 5", "1:8: expected an object such as http { ... } in `http`, found `5`")]
    [InlineData("http.host = example.org", "1:13: expected an IP address such as 127.0.0.1, or localhost in `http.host`, found `example.org`")]
    [InlineData("\n  simulator.enabled = 1", "2:23: expected true or false in `simulator.enabled`, found `1`")]
    [InlineData("catalog.wait = 500", "1:16: expected a duration such as 5s, from 0s to 1m in `catalog.wait`, found `500`")]
    [InlineData("catalog.wait = 2m", "1:16: expected a duration such as 5s, from 0s to 1m in `catalog.wait`, found `2m`")]
    [InlineData("tape.max = 10Gb", "1:12: expected a size such as 64MiB, from 1MiB to 1EB in `tape.max`, found `10Gb`")]
    [InlineData("tape.store = redis", "1:14: expected one of sqlite, postgres, memory in `tape.store`, found `redis`")]
    [InlineData("log.level = \"\"", "1:13: expected one of trace, debug, info, warning, error, none in `log.level`, found a text")]
    [InlineData("feeds.rtds.url = \"https://host\"", "1:18: expected an address such as wss://host:port in `feeds.rtds.url`, found a text")]
    [InlineData("feeds.rtds.url = \"\"", "1:18: expected an address such as wss://host, or enabled = false in `feeds.rtds.url`, found none")]
    [InlineData("catalog.url = \"\"", "1:15: expected an address such as https://host in `catalog.url`, found none")]
    [InlineData("cluster.enabled = true", "1:19: expected false, because this version runs on one node, in `cluster.enabled`, found true")]
    [InlineData("feeds.rtds.backoff { first = 5m }", null)]
    [InlineData("feeds.polygon.contracts = [\"0x12\"]", "1:28: expected an address: 0x and 40 hexadecimal digits in `feeds.polygon.contracts`, found `0x12`")]
    [InlineData("http.tls.key = a.pem", null)]
    [InlineData("tape.store = postgres", null)]
    [InlineData("keys = 5", "1:8: expected a list of objects: [{ ... }, { ... }] in `keys`, found a text")]
    [InlineData("keys = [x]", "1:9: expected an object: { ... } in `keys[0]`, found a text")]
    [InlineData("keys = [{ name = a, key = k, tier = gold }]", "1:37: expected one of free, dev, enterprise in `keys[0].tier`, found `gold`")]
    [InlineData("keys = [{ name = a, key = k, tier = dev, scopes = [all] }]", "1:52: expected one of stream, orders, subscriptions, operate, admin, account:NAME in `keys[0].scopes`, found `all`")]
    [InlineData("keys = [{ name = a, key = rtds, tier = dev }]", "1:27: expected a key of letters, digits, - and _, up to 200, that is no first segment of the gateway's own paths in `keys[0].key`, found another text")]
    [InlineData("keys = [{ name = a, tier = dev }]", "1:9: expected either a key or its sha256 in `keys[0].key`, found neither")]
    [InlineData("keys = [{ name = a, key = k, tier = dev }, { name = a, key = l, tier = dev }]", "1:8: expected a name of its own for each key in `keys`, found one twice")]
    [InlineData("keys = [{ name = a, key = k, tier = dev }, { name = b, key = k, tier = dev }]", "1:8: expected each key once in `keys`, found one twice")]
    public void A_wrong_value_is_refused_at_its_place(string text, string? expected)
    {
        _folder.Write("my.conf", text);
        var refusal = Shipped.Refusal(Shipped.Layers with { WorkingDirectory = _folder.Path, File = "my.conf" });
        Assert.DoesNotContain('\n', refusal);
        // Without an expectation: the fault is in the default, whose line may move.
        if (expected is null) Assert.Contains("oddswire.conf:", refusal, StringComparison.Ordinal);
        else Assert.Equal("my.conf:" + expected, refusal);
    }

    [Theory]
    [InlineData("http.prot = 1", "1:6", "http.prot", "did you mean `http.port`?")]
    [InlineData("htpp { port = 1 }", "1:1", "htpp", "did you mean `http`?")]
    [InlineData("port = 1", "1:1", "port", "did you mean `http.port`?")]
    [InlineData("http.port = 1\nfeeds.rtds { silnce = 1s }", "2:14", "feeds.rtds.silnce", "did you mean `feeds.rtds.silence`?")]
    [InlineData("keys = [{ name = a, key = k, tier = dev, scope = [] }]", "1:42", "keys[0].scope", "did you mean `keys[0].scopes`?")]
    [InlineData("xyzzy = 1", "1:1", "xyzzy", "`oddswire config` prints every setting")]
    public void An_unknown_key_is_refused_with_the_nearest_known_one(string text, string place, string name, string hint)
    {
        _folder.Write("my.conf", text);
        var refusal = Shipped.Refusal(Shipped.Layers with { WorkingDirectory = _folder.Path, File = "my.conf" });
        Assert.Equal($"my.conf:{place}: expected a known setting, found `{name}`; {hint}", refusal);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var refusal = Shipped.Refusal(Shipped.Layers with
        {
            Environment = new Dictionary<string, string> { ["ODDSWIRE__HTTP__PROT"] = "1" },
            Sets = ["http.port=x", "tape.keep=ever"],
        });
        Assert.Equal(
            [
                "--set http.port: expected a whole number from 0 to 65535 in `http.port`, found `x`",
                "--set tape.keep: expected a duration such as 5s, from 1m to 3650d in `tape.keep`, found `ever`",
                "environment ODDSWIRE__HTTP__PROT: expected a known setting, found `http.prot`; did you mean `http.port`?",
            ],
            refusal.Split('\n').Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("http.port", "--set: expected key=value, found `http.port`")]
    [InlineData("=5", "--set :1:1: expected a key such as http.port, found the end")]
    [InlineData("a..b=5", "--set a..b:1:3: expected a name between two dots of a key, found nothing; an empty name is written \"\"")]
    [InlineData("keys=[", "--set keys:1:2: expected ']' that closes the '[' of line 1, column 1, found the end")]
    [InlineData("keys=[] x", "--set keys:1:4: expected a list, as before it on the line, found a text")]
    public void A_wrong_set_is_refused(string set, string expected) => Assert.Equal(expected, Shipped.Refusal(set));
}
