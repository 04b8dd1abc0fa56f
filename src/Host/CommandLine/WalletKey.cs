using System.Buffers;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Ethereum;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;

namespace Oddswire.Host.CommandLine;

/// <summary>The private key of a wallet, for as long as it takes to sign. Nothing of it is ever printed.</summary>
internal sealed class WalletKey
{
    private const int Size = 32;

    private static readonly X9ECParameters Curve = SecNamedCurves.GetByName("secp256k1");

    private readonly BigInteger _key;

    private WalletKey(BigInteger key)
    {
        _key = key;
        var point = Curve.G.Multiply(key).Normalize().GetEncoded(compressed: false);
        Wallet = WalletId.From(Keccak256.Hash(point.AsSpan(1)).AsSpan(Keccak256.Size - WalletId.Size));
    }

    internal WalletId Wallet { get; }

    /// <summary>64 hexadecimal digits, with or without 0x. Null: that is no key.</summary>
    internal static WalletKey? Parse(string text)
    {
        var digits = text.Trim();
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) digits = digits[2..];
        var bytes = new byte[Size];
        if (digits.Length != 2 * Size || Convert.FromHexString(digits, bytes, out _, out _) != OperationStatus.Done) return null;
        var key = new BigInteger(1, bytes);
        return key.SignValue > 0 && key.CompareTo(Curve.N) < 0 ? new WalletKey(key) : null;
    }

    /// <summary>Deterministic (RFC 6979), with the lower of the two values of s, as wallets sign: the same text gives the same signature everywhere.</summary>
    internal string Sign(byte[] digest)
    {
        var (order, hash) = (Curve.N, new BigInteger(1, digest));
        var nonces = new HMacDsaKCalculator(new Sha256Digest());
        nonces.Init(order, _key, digest);
        while (true)
        {
            var nonce = nonces.NextK();
            var point = Curve.G.Multiply(nonce).Normalize();
            var r = point.AffineXCoord.ToBigInteger().Mod(order);
            var s = nonce.ModInverse(order).Multiply(hash.Add(_key.Multiply(r))).Mod(order);
            if (r.SignValue == 0 || s.SignValue == 0) continue;
            var isOdd = point.AffineYCoord.ToBigInteger().TestBit(0);
            if (s.CompareTo(order.ShiftRight(1)) > 0) (s, isOdd) = (order.Subtract(s), !isOdd);
            return $"0x{Hex(r)}{Hex(s)}{(isOdd ? "1c" : "1b")}";
        }
    }

    public override string ToString() => "a wallet's key";

    private static string Hex(BigInteger number) => Convert.ToHexStringLower(number.ToByteArrayUnsigned()).PadLeft(2 * Size, '0');
}
