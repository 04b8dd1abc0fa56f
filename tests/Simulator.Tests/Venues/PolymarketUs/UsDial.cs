using System.Globalization;
using System.Text;
using Oddswire.Simulator.Venues;
using Oddswire.Simulator.Venues.PolymarketUs;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Oddswire.Simulator.Tests.Venues.PolymarketUs;

// A handshake as the official SDKs make it.
internal static class UsDial
{
    public static Dial Markets(DateTimeOffset now) => Signed(now, "/v1/ws/markets");

    public static Dial Private(DateTimeOffset now) => Signed(now, "/v1/ws/private");

    public static Dial Signed(DateTimeOffset now, string path, string key = "demo-us", string secret = UsKey.DemoSecret)
    {
        var timestamp = now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        return Of(key, timestamp, Sign(secret, $"{timestamp}GET{path}"));
    }

    public static Dial Of(string? key, string? timestamp, string? signature) =>
        new("", name => name switch { "X-PM-Access-Key" => key, "X-PM-Timestamp" => timestamp, "X-PM-Signature" => signature, _ => null });

    public static string Sign(string secret, string text)
    {
        var (message, signature) = (Encoding.UTF8.GetBytes(text), new byte[Ed25519.SignatureSize]);
        Ed25519.Sign(Convert.FromBase64String(secret), 0, message, 0, message.Length, signature, 0);
        return Convert.ToBase64String(signature);
    }

    public static Client Us(this StandInRun run, string venue) =>
        run.Connect(venue, venue == "us-markets" ? Markets(run.StandIn.Now) : Private(run.StandIn.Now));
}
