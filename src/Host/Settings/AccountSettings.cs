using System.Collections.Immutable;
using Oddswire.Protocols.Clob;
using Oddswire.Protocols.PolymarketUs;

namespace Oddswire.Host.Settings;

/// <summary>An account at a venue: what opens its private channel there, of which nothing is ever shown.</summary>
public abstract record AccountSettings(string Name)
{
    private enum Venue { Clob, Us }

    internal static ImmutableArray<AccountSettings> ReadAll(Section at) => at.Named("accounts", Read);

    private static AccountSettings Read(string name, Section at)
    {
        var venue = at.Choice("venue", ("clob", Venue.Clob), ("us", Venue.Us));
        if (!KeyRules.IsScope("account:" + name)) at.Refuse("venue", "an account's name has 1 to 64 letters, digits, - _ .", "another");
        return venue == Venue.Us ? UsAccountSettings.Read(name, at) : ClobAccountSettings.Read(name, at);
    }

    /// <summary>In the configuration - from the environment, as a rule - or in a file that it names.</summary>
    private protected static Secret? Given(Section at, string name)
    {
        var (text, file) = (at.Secret(name), at.OptionalText(name + "_file"));
        if (text is not null && file is not null) at.Refuse(name + "_file", $"one of {name} and {name}_file, not both,", "both");
        if (text is not null) return text;
        if (file is null)
        {
            at.Refuse(name, $"a text, or {name}_file", "none");
            return null;
        }
        var read = SecretFile.Read(file);
        if (read is null) at.Refuse(name + "_file", "a file that can be read and holds something", "none");
        return read;
    }
}

/// <summary>An account at Polymarket's CLOB: three texts.</summary>
public sealed record ClobAccountSettings(string Name, Secret? ApiKey, Secret? Secret, Secret? Passphrase) : AccountSettings(Name)
{
    internal ClobCredentials Credentials => new(ApiKey?.Reveal() ?? "", Secret?.Reveal() ?? "", Passphrase?.Reveal() ?? "");

    internal static ClobAccountSettings Read(string name, Section at) => new(name, Given(at, "api_key"), Given(at, "secret"), Given(at, "passphrase"));
}

/// <summary>An account at Polymarket US: the id of a key and what it signs with.</summary>
public sealed record UsAccountSettings(string Name, string KeyId, Secret? Secret) : AccountSettings(Name)
{
    /// <summary>For a moment: whoever has it clears it.</summary>
    internal byte[] Seed()
    {
        var seed = new byte[IEd25519.SeedLength];
        UsSigning.TryReadSeed(Secret?.Reveal() ?? "", seed);
        return seed;
    }

    internal static UsAccountSettings Read(string name, Section at)
    {
        var account = new UsAccountSettings(name, at.Text("key_id"), Given(at, "secret"));
        Span<byte> seed = stackalloc byte[IEd25519.SeedLength];
        if (account.Secret is { } secret && !UsSigning.TryReadSeed(secret.Reveal(), seed))
            at.Refuse("secret", "base64 of 32 bytes, or of 64 with the public key behind them,", "another text");
        seed.Clear();
        return account;
    }
}
