using Oddswire.Protocols.PolymarketUs;

namespace Oddswire.Client.PolymarketUs;

/// <summary>
/// A client of Polymarket US, or of what speaks like it. Each call opens a socket of its own, dialled when the first stream is read and
/// then kept: signed anew for each dial, with all that was asked for asked again.
/// </summary>
public sealed class UsClient
{
    private readonly UsClientOptions _options;
    private readonly byte[] _seed = new byte[IEd25519.SeedLength];

    public UsClient(UsClientOptions options)
    {
        _options = options;
        if (!UsSigning.TryReadSeed(options.Secret, _seed)) throw new ArgumentException("the secret has to be base64 of 32 or 64 bytes", nameof(options));
    }

    public UsMarketsStreams Markets() => new(new UsWire(_options, _seed, UsSocket.Markets));

    public UsPrivateStreams Private() => new(new UsWire(_options, _seed, UsSocket.Private));
}
