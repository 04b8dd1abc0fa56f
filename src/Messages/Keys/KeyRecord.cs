using System.Collections.Immutable;

namespace Oddswire.Messages.Keys;

/// <summary>What is hashed, and where it opens a door.</summary>
public enum KeyKind
{
    /// <summary>One text: a Dome socket, HTTP, and the protocols that know no keys.</summary>
    Dome,

    /// <summary>API key, secret and passphrase together: /ws/user.</summary>
    Clob,

    /// <summary>A key id, and a public key that the signature of each dial must fit: /v1/ws/markets and /v1/ws/private.</summary>
    Ed25519,
}

/// <summary>What a key of kind Ed25519 has beside its name. The secret is its owner's alone.</summary>
/// <param name="Id">As clients send it: known to whoever sees a dial, and good for nothing without the secret.</param>
/// <param name="PublicKey">32 bytes in base64.</param>
/// <param name="Legacy">Positions and balances under the names of older versions of the protocol.</param>
/// <param name="Snake">Frames in snake_case, with types by number.</param>
public sealed record SigningKey(string Id, string PublicKey, bool Legacy, bool Snake);

/// <summary>A key as it is written down, in the configuration or in the journal.</summary>
/// <param name="Hash">SHA-256 of the key, in lower-case hexadecimal; of kind Ed25519, of its id.</param>
/// <param name="Subscriptions">In place of the tier's.</param>
/// <param name="Wallets">In place of the tier's, per subscription.</param>
/// <param name="CreatedAt">Unix milliseconds; 0 for a key of the configuration.</param>
public sealed record KeyRecord(string Name, string Hash, Tier Tier, ImmutableArray<string> Scopes, int? Subscriptions, int? Wallets, long CreatedAt)
{
    public KeyKind Kind { get; init; }

    /// <summary>Of kind Ed25519 alone.</summary>
    public SigningKey? Signing { get; init; }

    public Key ToKey(int connections, int commandsPerSecond)
    {
        var sold = KeyLimits.Of(Tier);
        var limits = sold with
        {
            Subscriptions = Subscriptions ?? sold.Subscriptions,
            WalletsPerSubscription = Wallets ?? sold.WalletsPerSubscription,
            Connections = connections,
            CommandsPerSecond = commandsPerSecond,
        };
        return new Key(Name, Tier, Scopes, limits) { Hash = Hash, Kind = Kind, Signing = Signing };
    }
}

/// <summary>Who asks for a change of the keys: the name of his key, and where he called from.</summary>
public sealed record KeyAsker(string Key, string Address);

public enum KeyOutcome
{
    /// <summary>On record, and in force.</summary>
    Done,

    /// <summary>Another key has the name.</summary>
    NameTaken,

    /// <summary>No stored key has the name.</summary>
    Unknown,

    /// <summary>A key of the configuration has it: it is changed there.</summary>
    Configured,

    /// <summary>So many are stored that no more are taken.</summary>
    Full,
}
