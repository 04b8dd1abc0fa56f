using Oddswire.Host.Settings;
using Oddswire.Messages.Keys;
using Xunit;

namespace Oddswire.Host.Tests.Settings;

public sealed class AccountSettingsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string File(string name, string text)
    {
        var path = Path.Combine(_folder.Path, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public void The_three_parts_come_from_the_configuration_or_each_from_a_file()
    {
        var loaded = Shipped.With($$"""accounts.main={ venue = clob, api_key = k, secret_file = "{{File("secret", "s3\n")}}", passphrase = p }""");
        var account = Assert.Single(loaded.Values.Accounts.OfType<ClobAccountSettings>(), static account => account.Name == "main");
        Assert.Equal(("k", "s3", "p"), (account.Credentials.ApiKey, account.Credentials.Secret, account.Credentials.Passphrase));
    }

    [Fact]
    public void What_keys_derive_wrote_is_included()
    {
        var written = File("main.conf", "api_key = \"k-1\"\nsecret = \"s==\"\npassphrase = \"p\"\n");
        var mine = File("my.conf", $$"""
            include required("oddswire.conf")
            accounts.main { venue = clob, include required("{{written}}") }
            """);
        var account = Assert.Single((Shipped.Layers with { File = mine }).Load().Values.Accounts.OfType<ClobAccountSettings>());
        Assert.Equal("s==", account.Credentials.Secret);
    }

    [Theory]
    [InlineData("accounts.main={ api_key = k, secret = s, passphrase = p }", "accounts.main.venue")]
    [InlineData("accounts.main={ venue = eu, api_key = k, secret = s, passphrase = p }", "one of clob, us")]
    [InlineData("accounts.main={ venue = us, secret = \"nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=\" }", "accounts.main.key_id")]
    [InlineData("accounts.main={ venue = us, key_id = k }", "accounts.main.secret")]
    [InlineData("accounts.main={ venue = us, key_id = k, secret = 00ff }", "base64 of 32 bytes")]
    [InlineData("accounts.main={ venue = us, key_id = k, secret_file = \"/no/such/file\" }", "a file that can be read")]
    [InlineData("feeds.us-markets={ enabled = true, account = \"\" }", "feeds.us-markets.account")]
    [InlineData("feeds.us-markets={ enabled = true, account = nobody }", "one of `accounts`")]
    [InlineData("accounts.main={ venue = clob, api_key = k, secret = s }", "accounts.main.passphrase")]
    [InlineData("accounts.main={ venue = clob, api_key = k, secret = s, secret_file = x, passphrase = p }", "not both")]
    [InlineData("accounts.main={ venue = clob, api_key = k, secret_file = \"/no/such/file\", passphrase = p }", "a file that can be read")]
    [InlineData("accounts.main={ venue = clob, api_key = k, secret = s, passphrase = p, pass = q }", "a known setting")]
    [InlineData("accounts.\"a b\"={ venue = clob, api_key = k, secret = s, passphrase = p }", "an account's name")]
    [InlineData("accounts=main", "an object")]
    public void What_is_missing_or_wrong_is_refused(string set, string expected) => Assert.Contains(expected, Shipped.Refusal(set), StringComparison.Ordinal);

    [Fact]
    public void A_key_of_the_configuration_may_sign_and_of_its_secret_only_the_public_half_stays()
    {
        const string Seed = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        var key = Assert.Single(Shipped.With($"keys=[{{ name = a, key_id = k, secret = \"{Seed}\", tier = dev, us_snake = true }}]").Values.Keys);
        Assert.Equal((KeyKind.Ed25519, false, new SigningKey("k", "O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik=", Legacy: false, Snake: true)), (key.Kind, key.IsDemo, key.Signing));
        Assert.Contains("base64 of 32 bytes", Shipped.Refusal("keys=[{ name = a, key_id = k, secret = short, tier = dev }]"), StringComparison.Ordinal);
        Assert.Contains("base64 of 32 bytes", Shipped.Refusal("keys=[{ name = a, key_id = k, tier = dev }]"), StringComparison.Ordinal);
        Assert.Contains("either", Shipped.Refusal($"keys=[{{ name = a, key_id = k, key = x, secret = \"{Seed}\", tier = dev }}]"), StringComparison.Ordinal);
        Assert.Contains("key_id and secret", Shipped.Refusal("keys=[{ name = a, kind = ed25519, key = x, tier = dev }]"), StringComparison.Ordinal);
        // The seed of the RFC, under another id: everybody can sign with it.
        Assert.True(Assert.Single(Shipped.With("keys=[{ name = a, key_id = mine, secret = \"nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=\", tier = dev }]").Values.Keys).IsDemo);
    }

    [Fact]
    public void An_account_at_Polymarket_US_has_the_id_of_a_key_and_a_secret_of_32_or_64_bytes()
    {
        var (seed, publicKey) = (Enumerable.Range(1, 32).Select(static number => (byte)number).ToArray(), new byte[32]);
        var loaded = Shipped.With($$"""accounts.main={ venue = us, key_id = k-1, secret_file = "{{File("us", Convert.ToBase64String([.. seed, .. publicKey]) + "\n")}}" }""");
        var account = Assert.Single(loaded.Values.Accounts.OfType<UsAccountSettings>(), static account => account.Name == "main");
        Assert.Equal("k-1", account.KeyId);
        Assert.Equal(seed, account.Seed());
        Assert.DoesNotContain(Convert.ToBase64String(seed)[..20], account.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_of_the_configuration_may_be_one_of_three_parts()
    {
        var key = Assert.Single(Shipped.With("keys=[{ name = a, api_key = k, secret = s, passphrase = p, tier = dev, scopes = [\"account:main\"] }]").Values.Keys);
        Assert.Equal((KeyKind.Clob, false), (key.Kind, key.IsDemo));
        Assert.Contains("together", Shipped.Refusal("keys=[{ name = a, api_key = k, secret = s, tier = dev }]"), StringComparison.Ordinal);
        Assert.Contains("either", Shipped.Refusal("keys=[{ name = a, key = x, api_key = k, secret = s, passphrase = p, tier = dev }]"), StringComparison.Ordinal);
    }
}
