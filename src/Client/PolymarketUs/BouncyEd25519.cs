using Oddswire.Protocols.PolymarketUs;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Oddswire.Client.PolymarketUs;

/// <summary>Ed25519 of Portable.BouncyCastle, which wants arrays.</summary>
internal sealed class BouncyEd25519 : IEd25519
{
    /// <summary>The other half of a key, which may be shown to anybody.</summary>
    internal static byte[] PublicKeyOf(ReadOnlySpan<byte> seed)
    {
        var (secret, publicKey) = (seed.ToArray(), new byte[IEd25519.PublicKeyLength]);
        Ed25519.GeneratePublicKey(secret, 0, publicKey, 0);
        Array.Clear(secret);
        return publicKey;
    }

    public void Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        var (secret, signed) = (seed.ToArray(), new byte[IEd25519.SignatureLength]);
        Ed25519.Sign(secret, 0, message.ToArray(), 0, message.Length, signed, 0);
        Array.Clear(secret);
        signed.CopyTo(signature);
    }

    public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        Ed25519.Verify(signature.ToArray(), 0, publicKey.ToArray(), 0, message.ToArray(), 0, message.Length);
}
