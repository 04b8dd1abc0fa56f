using Oddswire.Protocols.PolymarketUs;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Oddswire.Protocols.Tests.PolymarketUs;

/// <summary>The vectors of the page: the seed of RFC 8032, vector 1, and what it signs.</summary>
public sealed class UsSigningTests : IEd25519
{
    private const string Secret = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
    private const string Timestamp = "1795176710911";
    private const string MarketsSignature = "OAqu2Hrj2TAw1es95S38zYht/7aKbk5eHrHrEpj8wnENFgvtg/wxPR0R64osceuZPDOoH50ehi2Gedl4btaYCg==";
    private const string PrivateSignature = "Vq0729fYZkTUrzwmZdfF9NKF3MePjTogxyegV0x7U8V7Eb7EKnH0sc/Gww2+6zODJl/Iaqz1ihM9dajrHSULCg==";

    private static readonly byte[] PublicKey = Convert.FromHexString("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1795176710911);

    void IEd25519.Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        var signed = new byte[IEd25519.SignatureLength];
        Ed25519.Sign(seed.ToArray(), 0, message.ToArray(), 0, message.Length, signed, 0);
        signed.CopyTo(signature);
    }

    bool IEd25519.Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        Ed25519.Verify(signature.ToArray(), 0, publicKey.ToArray(), 0, message.ToArray(), 0, message.Length);

    [Theory]
    [InlineData(UsSocket.Markets, MarketsSignature)]
    [InlineData(UsSocket.Private, PrivateSignature)]
    public void The_vectors_of_the_page_are_signed_and_accepted(UsSocket socket, string signature)
    {
        Span<byte> seed = stackalloc byte[IEd25519.SeedLength];
        Assert.True(UsSigning.TryReadSeed(Secret, seed));
        var headers = UsSigning.Sign("demo-us", seed, Now, socket, this);
        Assert.Equal(("demo-us", Timestamp, signature), (headers.AccessKey, headers.Timestamp, headers.Signature));
        Assert.Equal(UsVerdict.Accepted, Check(signature: signature, path: UsSigning.PathOf(socket)));
        Assert.DoesNotContain(signature, headers.ToString());
    }

    [Fact]
    public void A_secret_is_a_seed_or_a_seed_and_its_public_key()
    {
        Span<byte> seed = stackalloc byte[IEd25519.SeedLength];
        var both = Convert.ToBase64String([.. Convert.FromBase64String(Secret), .. PublicKey]);
        Assert.True(UsSigning.TryReadSeed(both, seed));
        Assert.Equal(Secret, Convert.ToBase64String(seed));
        Assert.False(UsSigning.TryReadSeed("AAAA", seed));
        Assert.False(UsSigning.TryReadSeed("not base64!", seed));
        Assert.False(UsSigning.TryReadSeed(Convert.ToBase64String(new byte[33]), seed));
        Assert.False(UsSigning.TryReadSeed(Convert.ToBase64String(new byte[65]), seed));
    }

    [Theory]
    [InlineData(30_000, UsVerdict.Accepted)]
    [InlineData(-30_000, UsVerdict.Accepted)]
    [InlineData(30_001, UsVerdict.StaleTimestamp)]
    [InlineData(-30_001, UsVerdict.StaleTimestamp)]
    public void A_timestamp_is_good_for_half_a_minute(int milliseconds, UsVerdict verdict) => Assert.Equal(verdict, Check(now: Now.AddMilliseconds(milliseconds)));

    [Fact]
    public void What_is_wrong_with_a_handshake_is_told_to_the_log()
    {
        Assert.Equal(UsVerdict.MissingHeader, Check(key: null));
        Assert.Equal(UsVerdict.MissingHeader, Check(timestamp: ""));
        Assert.Equal(UsVerdict.MissingHeader, Check(signature: null));
        Assert.Equal(UsVerdict.UnknownKey, Check(key: "someone"));
        Assert.Equal(UsVerdict.BadTimestamp, Check(timestamp: "soon"));
        Assert.Equal(UsVerdict.BadTimestamp, Check(timestamp: "-1795176710911"));
        Assert.Equal(UsVerdict.BadTimestamp, Check(timestamp: "1795176710911000000"));
        Assert.Equal(UsVerdict.BadSignature, Check(signature: "AAAA"));
        Assert.Equal(UsVerdict.BadSignature, Check(signature: new string('?', 88)));
        Assert.Equal(UsVerdict.BadSignature, Check(signature: PrivateSignature));
        Assert.Equal(UsVerdict.BadSignature, Check(method: "POST"));
        Assert.Equal(UsVerdict.BadSignature, Check(path: "/v1/ws/markets?a=1"));
    }

    private UsVerdict Check(
        string? key = "demo-us", string? timestamp = Timestamp, string? signature = MarketsSignature, string method = "GET", string path = UsSigning.MarketsPath, DateTimeOffset? now = null) =>
        UsSigning.Check(key, timestamp, signature, method, path, now ?? Now, static id => id == "demo-us" ? PublicKey : null, this);
}
