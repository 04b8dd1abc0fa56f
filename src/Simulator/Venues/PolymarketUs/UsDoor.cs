using System.Globalization;
using System.Text;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Oddswire.Simulator.Venues.PolymarketUs;

// Who gets in (protocol page, section 1): three headers, a time within 30 s, and a signature of time, method and path. The path is the
// venue's, whatever prefix the client dialled and whatever query it added.
internal static class UsDoor
{
    private const int LongestTimestamp = 15;
    private const int SignatureLength = 88; // standard base64 of 64 bytes, padded

    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(30);

    public static bool Opens(Dial dial, string path, IReadOnlyList<UsKey> keys, DateTimeOffset now)
    {
        if (dial.Header("X-PM-Timestamp") is not { Length: > 0 and <= LongestTimestamp } timestamp || dial.Header("X-PM-Signature") is not { Length: SignatureLength } signature) return false;
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)) return false;
        if (Math.Abs(now.ToUnixTimeMilliseconds() - milliseconds) > Tolerance.TotalMilliseconds) return false;
        var id = dial.Header("X-PM-Access-Key");
        if (keys.FirstOrDefault(key => key.Id == id) is not { } key) return false;
        var signed = new byte[Ed25519.SignatureSize];
        if (!Convert.TryFromBase64String(signature, signed, out var length) || length != signed.Length) return false;
        var message = Encoding.UTF8.GetBytes($"{timestamp}GET{path}");
        return Ed25519.Verify(signed, 0, key.PublicKey.ToArray(), 0, message, 0, message.Length);
    }
}
