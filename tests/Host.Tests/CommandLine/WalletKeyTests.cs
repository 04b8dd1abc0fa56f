using Oddswire.Host.CommandLine;
using Oddswire.Protocols.Clob;
using Xunit;

namespace Oddswire.Host.Tests.CommandLine;

public sealed class WalletKeyTests
{
    // Account 0 of Hardhat: everybody knows it.
    internal const string Hardhat = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    /// <summary>The first is the vector of the protocol page, section 3; the others were made with ethers 5.</summary>
    [Theory]
    [InlineData(80002, 10_000_000, 23, "0xf62319a987514da40e57e2f4d7529f7bac38f0355bd88bb5adbb3768d80de6c1682518e0af677d5260366425f4361e7b70c25ae232aff0ab2331e2b164a1aedc1b")]
    [InlineData(137, 10_000_000, 23, "0x1a7118db6100dfd8efd102be36f472b59475dcac56eb4c9a2a94748d3655ba7c3c89deb8c19ee79eceb0a531122fbfbe88ed118034f9d8212e2b725e7b296b9d1c")]
    [InlineData(137, 1_700_000_000, 0, "0x659ed4b28ae28e0f038fdf0023c00863c9559caacb9ebc83f44eea87059a099a36f1e1dee110e7faa1c4f65d17489b2da1333ebef78bbe2116d81207b975052d1c")]
    public void The_venue_s_own_clients_sign_the_same(int chain, long timestamp, ulong nonce, string signature)
    {
        var key = WalletKey.Parse(Hardhat)!;
        Assert.Equal("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266", key.Wallet.ToString());
        Assert.Equal(signature, key.Sign(ClobAuth.Digest(key.Wallet, timestamp, nonce, chain)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("ac09")]
    [InlineData("zz0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]     // the order of the curve
    public void What_is_no_key_is_none(string text) => Assert.Null(WalletKey.Parse(text));

    [Fact]
    public void It_is_read_with_or_without_its_prefix_and_never_printed()
    {
        Assert.Equal(WalletKey.Parse(Hardhat)!.Wallet, WalletKey.Parse(" " + Hardhat[2..].ToUpperInvariant() + "\n")!.Wallet);
        Assert.DoesNotContain("ac09", WalletKey.Parse(Hardhat)!.ToString());
    }
}
