using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Oddswire.Simulator.Venues.PolymarketUs;

// A key that this venue has issued: signatures are verified with such public keys alone.
public sealed record UsKey(string Id, ReadOnlyMemory<byte> PublicKey)
{
    // Of RFC 8032, vector 1: public, as the other keys of the demo are. They open nothing but a simulator on loopback.
    public const string DemoSecret = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";

    public static readonly IReadOnlyList<UsKey> Demo = [FromSecret("demo-us", DemoSecret)];

    public static UsKey FromSecret(string id, string secret)
    {
        var publicKey = new byte[Ed25519.PublicKeySize];
        Ed25519.GeneratePublicKey(Convert.FromBase64String(secret), 0, publicKey, 0);
        return new UsKey(id, publicKey);
    }
}
