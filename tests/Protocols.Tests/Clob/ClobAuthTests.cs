using Oddswire.Messages.Values;
using Oddswire.Protocols.Clob;

namespace Oddswire.Protocols.Tests.Clob;

public sealed class ClobAuthTests
{
    private static readonly WalletId Hardhat = WireText.Parse<WalletId>("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");

    /// <summary>The vector of the protocol page, section 3.</summary>
    [Fact]
    public void A_request_is_signed_as_the_venue_s_own_clients_sign_it() => Assert.Equal(
        "ZwAdJKvoYRlEKDkNMwd5BuwNNtg93kNaR_oU2HrfVvc=",
        ClobAuth.Sign(new string('A', 43) + "=", 1_000_000, "test-sign", "/orders", """{"hash": "0x123"}"""));

    [Fact]
    public void A_secret_of_the_other_alphabet_is_read_too() =>
        Assert.Equal(ClobAuth.Sign("-_-_", 1, "GET", "/"), ClobAuth.Sign("+/+/", 1, "GET", "/"));

    [Fact]
    public void What_a_wallet_signs_depends_on_every_part()
    {
        byte[][] digests =
        [
            ClobAuth.Digest(Hardhat, 10_000_000, 23, 80002), ClobAuth.Digest(Hardhat, 10_000_001, 23, 80002), ClobAuth.Digest(Hardhat, 10_000_000, 24, 80002),
            ClobAuth.Digest(Hardhat, 10_000_000, 23, 137), ClobAuth.Digest(default, 10_000_000, 23, 80002),
        ];
        Assert.Equal(digests.Length, digests.Select(Convert.ToHexString).Distinct().Count());
    }
}
