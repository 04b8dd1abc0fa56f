using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Ethereum;

namespace Oddswire.Protocols.Clob;

/// <summary>
/// How a client of the CLOB shows who it is: with its wallet's key once, to get API credentials (L1, typed data by EIP-712), and with the
/// credentials from then on (L2, an HMAC over the request).
/// </summary>
public static class ClobAuth
{
    public const int Polygon = 137;

    private const string Attestation = "This message attests that I control the given wallet";

    private static readonly byte[] DomainType = Hash("EIP712Domain(string name,string version,uint256 chainId)");
    private static readonly byte[] MessageType = Hash("ClobAuth(address address,string timestamp,uint256 nonce,string message)");

    /// <summary>What the wallet signs.</summary>
    /// <param name="timestamp">Unix seconds.</param>
    public static byte[] Digest(WalletId wallet, long timestamp, ulong nonce, int chain)
    {
        var domain = Keccak256.Hash([.. DomainType, .. Hash("ClobAuthDomain"), .. Hash("1"), .. Word((ulong)chain)]);
        var address = new byte[Bytes32.Size];
        wallet.ToWord().CopyTo(address);
        var message = Keccak256.Hash([.. MessageType, .. address, .. Hash(timestamp.ToString(CultureInfo.InvariantCulture)), .. Word(nonce), .. Hash(Attestation)]);
        return Keccak256.Hash([0x19, 0x01, .. domain, .. message]);
    }

    /// <summary>The signature of a request under these credentials. Throws FormatException when the secret is no base64url.</summary>
    /// <param name="path">Without the host; the query is not part of it.</param>
    public static string Sign(string secret, long timestamp, string method, string path, string body = "")
    {
        var key = Convert.FromBase64String(secret.Replace('-', '+').Replace('_', '/'));
        var hash = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{timestamp}{method}{path}{body}")));
        return Convert.ToBase64String(hash).Replace('+', '-').Replace('/', '_');
    }

    private static byte[] Hash(string text) => Keccak256.Hash(Encoding.UTF8.GetBytes(text));

    private static byte[] Word(ulong number)
    {
        var word = new byte[Bytes32.Size];
        BinaryPrimitives.WriteUInt64BigEndian(word.AsSpan(Bytes32.Size - sizeof(ulong)), number);
        return word;
    }
}
