using System.Buffers;
using System.Text;
using Oddswire.Simulator.World;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;

namespace Oddswire.Simulator.Venues.Clob;

// Who signed a request for API credentials: typed data by EIP-712, as the protocol page has it in section 3.
internal static class ClobSignature
{
    public const int Polygon = 137;

    private const string Attestation = "This message attests that I control the given wallet";

    private static readonly X9ECParameters Curve = SecNamedCurves.GetByName("secp256k1");

    public static byte[] Digest(Address address, string timestamp, ulong nonce, int chain)
    {
        var domain = Keccak.Hash(
        [
            .. Text("EIP712Domain(string name,string version,uint256 chainId)"), .. Text("ClobAuthDomain"), .. Text("1"), .. Number((ulong)chain),
        ]);
        var message = Keccak.Hash(
        [
            .. Text("ClobAuth(address address,string timestamp,uint256 nonce,string message)"), .. Bytes(address.Topic), .. Text(timestamp), .. Number(nonce), .. Text(Attestation),
        ]);
        return Keccak.Hash([0x19, 0x01, .. domain, .. message]);
    }

    // Null: that is no signature.
    public static Address? Signer(byte[] digest, string signature)
    {
        var bytes = new byte[65];
        if (signature.Length != 132 || !signature.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            || Convert.FromHexString(signature.AsSpan(2), bytes, out _, out _) != OperationStatus.Done)
        {
            return null;
        }
        var (r, s, order) = (new BigInteger(1, bytes, 0, 32), new BigInteger(1, bytes, 32, 32), Curve.N);
        var odd = bytes[64] is 27 or 28 ? bytes[64] - 27 : bytes[64];
        if (odd > 1 || r.SignValue == 0 || s.SignValue == 0 || r.CompareTo(order) >= 0 || s.CompareTo(order) >= 0) return null;
        if (Point([(byte)(2 + odd), .. bytes[..32]]) is not { } point) return null;
        var inverse = r.ModInverse(order);
        var key = ECAlgorithms.SumOfTwoMultiplies(
            Curve.G, new BigInteger(1, digest).Negate().Multiply(inverse).Mod(order), point, s.Multiply(inverse).Mod(order)).Normalize();
        return key.IsInfinity ? null : new Address(Keccak.Hash(key.GetEncoded(compressed: false).AsSpan(1)).AsSpan(12));
    }

    private static ECPoint? Point(byte[] compressed)
    {
        try
        {
            return Curve.Curve.DecodePoint(compressed);
        }
        catch (ArgumentException)
        {
            return null; // no point of the curve has such an x
        }
    }

    private static byte[] Text(string text) => Keccak.Hash(Encoding.UTF8.GetBytes(text));

    private static byte[] Number(ulong number) => Bytes(new Word(0, 0, 0, number));

    private static byte[] Bytes(Word word)
    {
        var bytes = new byte[Word.Size];
        word.CopyTo(bytes);
        return bytes;
    }
}
