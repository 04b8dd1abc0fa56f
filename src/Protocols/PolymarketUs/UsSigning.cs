using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>Ed25519, which the framework does not have: given by whoever signs or verifies. Verify only with public keys that you issued yourself (CVE-2024-30172).</summary>
public interface IEd25519
{
    const int SeedLength = 32;
    const int PublicKeyLength = 32;
    const int SignatureLength = 64;

    void Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message, Span<byte> signature);

    bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);
}

/// <summary>The three headers of an upgrade. There is no login frame: this is all the authentication there is.</summary>
public sealed record UsHeaders(string AccessKey, string Timestamp, string Signature)
{
    public const string AccessKeyName = "X-PM-Access-Key";
    public const string TimestampName = "X-PM-Timestamp";
    public const string SignatureName = "X-PM-Signature";

    public override string ToString() => "headers";
}

public enum UsVerdict : byte { Accepted, MissingHeader, UnknownKey, BadTimestamp, StaleTimestamp, BadSignature }

/// <summary>What is signed, and how it is checked: timestamp, method and path in one row; no host, no query, no body.</summary>
public static class UsSigning
{
    public const string MarketsPath = "/v1/ws/markets";
    public const string PrivatePath = "/v1/ws/private";

    private const int LongestTimestamp = 15;

    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(30);

    public static string PathOf(UsSocket socket) => socket == UsSocket.Markets ? MarketsPath : PrivatePath;

    public static byte[] Message(string timestamp, string method, string path) => Encoding.UTF8.GetBytes(timestamp + method + path);

    /// <summary>A secret is base64 of the seed, or of the seed with the public key behind it.</summary>
    public static bool TryReadSeed(string secret, Span<byte> seed)
    {
        Span<byte> bytes = stackalloc byte[IEd25519.SeedLength + IEd25519.PublicKeyLength];
        var read = Convert.TryFromBase64String(secret, bytes, out var length) && (length == IEd25519.SeedLength || length == bytes.Length);
        if (read) bytes[..IEd25519.SeedLength].CopyTo(seed);
        bytes.Clear();
        return read;
    }

    /// <summary>For each dial anew: a timestamp is good for half a minute.</summary>
    public static UsHeaders Sign(string accessKey, ReadOnlySpan<byte> seed, DateTimeOffset now, UsSocket socket, IEd25519 ed25519)
    {
        var timestamp = now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        Span<byte> signature = stackalloc byte[IEd25519.SignatureLength];
        ed25519.Sign(seed, Message(timestamp, "GET", PathOf(socket)), signature);
        return new(accessKey, timestamp, Convert.ToBase64String(signature));
    }

    /// <summary>Headers are null where they are not there; <paramref name="publicKey"/> tells the key that was issued under an id.</summary>
    public static UsVerdict Check(
        string? accessKey, string? timestamp, string? signature, string method, string path, DateTimeOffset now, Func<string, ReadOnlyMemory<byte>?> publicKey, IEd25519 ed25519)
    {
        if (string.IsNullOrEmpty(accessKey) || string.IsNullOrEmpty(timestamp) || string.IsNullOrEmpty(signature)) return UsVerdict.MissingHeader;
        if (timestamp.Length > LongestTimestamp || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)) return UsVerdict.BadTimestamp;
        if (Math.Abs(now.ToUnixTimeMilliseconds() - milliseconds) > Tolerance.TotalMilliseconds) return UsVerdict.StaleTimestamp;
        if (publicKey(accessKey) is not { Length: IEd25519.PublicKeyLength } known) return UsVerdict.UnknownKey;
        Span<byte> bytes = stackalloc byte[IEd25519.SignatureLength];
        if (signature.Length != Base64.GetMaxEncodedToUtf8Length(bytes.Length) || !Convert.TryFromBase64String(signature, bytes, out var length) || length != bytes.Length) return UsVerdict.BadSignature;
        return ed25519.Verify(known.Span, Message(timestamp, method, path), bytes) ? UsVerdict.Accepted : UsVerdict.BadSignature;
    }
}
