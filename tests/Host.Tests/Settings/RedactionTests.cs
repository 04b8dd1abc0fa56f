using Oddswire.Host.Hocon;
using Oddswire.Host.Settings;
using Xunit;

namespace Oddswire.Host.Tests.Settings;

public sealed class RedactionTests
{
    private const string Secret = "Z9s3cret";

    [Theory]
    [InlineData("storage.postgres=Host=db;Password=Z9s3cret")]
    [InlineData("feeds.dome.key=Z9s3cret")]
    [InlineData("feeds.polygon.url=wss://rpc.example/v2/Z9s3cret")]
    [InlineData("feeds.polygon.url=wss://rpc.example/?key=Z9s3cret")]
    [InlineData("feeds.polygon.url=wss://user:Z9s3cret@rpc.example/")]
    [InlineData("feeds.rtds.url=wss://rpc.example/Z9s3cret")]
    [InlineData("catalog.url=https://user:Z9s3cret@gamma.example/")]
    [InlineData("keys=[{ name = a, key = Z9s3cret, tier = dev }]")]
    [InlineData("keys=[{ name = a, api_key = Z9s3cret, secret = Z9s3cret, passphrase = Z9s3cret, tier = dev, scopes = [\"account:a\"] }]")]
    [InlineData("keys=[{ name = a, key_id = a, secret = \"Z9s3cretZ9s3cretZ9s3cretZ9s3cretZ9s3cretZ9s=\", tier = dev }]")]
    [InlineData("accounts.a={ venue = clob, api_key = Z9s3cret, secret = Z9s3cret, passphrase = Z9s3cret }")]
    public void No_secret_is_printed_with_the_settings(string set)
    {
        var loaded = Shipped.With(set);
        Assert.DoesNotContain(loaded.Effective, setting => setting.ToString().Contains(Secret, StringComparison.Ordinal));
        Assert.DoesNotContain(Secret, loaded.Values.ToString(), StringComparison.Ordinal);
        Assert.All(loaded.Values.Keys, key => Assert.DoesNotContain(Secret, key.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain(loaded.Notices, notice => notice.Contains(Secret, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("storage.postgres=[Z9s3cret]")]
    [InlineData("feeds.dome.key={ Z9s3cret }")]
    [InlineData("feeds.dome.key=[\"Z9s3cret\"")]
    [InlineData("feeds.polygon.url=http://rpc.example/Z9s3cret")]
    [InlineData("feeds.polygon.url=Z9s3cret")]
    [InlineData("keys=[{ name = a, key = \"Z9s3cret?\", tier = dev }]")]
    [InlineData("keys=[{ name = a, sha256 = Z9s3cret, tier = dev }]")]
    [InlineData("keys=[{ name = a, key = Z9s3cret, tier = gold }]")]
    [InlineData("keys=[{ name = a, key_id = a, secret = Z9s3cret, tier = dev }]")]
    [InlineData("keys=[{ name = a, key = Z9s3cret@x, tier = dev }]")]
    [InlineData("keys=[{ name = a, key = [Z9s3cret], tier = dev }]")]
    [InlineData("keys=[Z9s3cret]")]
    [InlineData("accounts.a=Z9s3cret")]
    [InlineData("accounts.a={ venue = clob, api_key = Z9s3cret, secret = [Z9s3cret], passphrase = Z9s3cret }")]
    [InlineData("accounts.a={ venue = clob, api_key = Z9s3cret, secret = Z9s3cret }")]
    [InlineData("keys=Z9s3cret")]
    public void No_secret_is_printed_with_a_refusal(string set) => Assert.DoesNotContain(Secret, Shipped.Refusal(set), StringComparison.Ordinal);

    [Fact]
    public void Addresses_on_this_machine_are_printed_in_full() =>
        Assert.Equal("ws://127.0.0.1:8090/rtds", Shipped.With().Effective.Single(setting => setting.Key == "feeds.rtds.url").Value);

    [Fact]
    public void A_key_may_be_given_as_its_hash()
    {
        const string hash = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"; // of "hello world"
        var key = Assert.Single(Shipped.With($"keys=[{{ name = a, sha256 = {hash.ToUpperInvariant()}, tier = free }}]").Values.Keys);
        Assert.Equal(hash, key.Sha256);
        Assert.False(key.IsDemo);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("192.168.1.10")]
    [InlineData("::")]
    public void The_demo_keys_are_refused_beyond_loopback(string host)
    {
        var loaded = Shipped.With($"http.host={host}", "keys=[{ name = mine, key = k-1, tier = dev }, { name = d, key = demo-dev, tier = dev }]");
        Assert.Equal("mine", Assert.Single(loaded.Values.Keys).Name);
        Assert.Contains("demo's keys are refused", Assert.Single(loaded.Notices), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.2")]
    [InlineData("::1")]
    [InlineData("localhost")]
    public void The_demo_keys_work_on_loopback(string host) => Assert.Equal(6, Shipped.With($"http.host={host}").Values.Keys.Length);
}
