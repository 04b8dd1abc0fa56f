using System.Collections.Immutable;
using Oddswire.Protocols.Clob;

namespace Oddswire.Host.Settings;

/// <summary>An account at a venue: what opens its private channel there. None of the three is ever shown.</summary>
public sealed record AccountSettings(string Name, Secret? ApiKey, Secret? Secret, Secret? Passphrase)
{
    private enum Venue { Clob }

    internal ClobCredentials Credentials => new(ApiKey?.Reveal() ?? "", Secret?.Reveal() ?? "", Passphrase?.Reveal() ?? "");

    internal static ImmutableArray<AccountSettings> ReadAll(Section at) => at.Named("accounts", Read);

    private static AccountSettings Read(string name, Section at)
    {
        at.Choice("venue", ("clob", Venue.Clob));
        if (!KeyRules.IsScope("account:" + name)) at.Refuse("venue", "an account's name has 1 to 64 letters, digits, - _ .", "another");
        return new(name, Given(at, "api_key"), Given(at, "secret"), Given(at, "passphrase"));
    }

    /// <summary>In the configuration - from the environment, as a rule - or in a file that it names.</summary>
    private static Secret? Given(Section at, string name)
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
