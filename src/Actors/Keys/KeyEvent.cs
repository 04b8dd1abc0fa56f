using System.Collections.Immutable;
using Oddswire.Messages.Keys;

namespace Oddswire.Actors.Keys;

/// <summary>What happened to the stored keys, when, and at whose request: state and audit trail are the same events.</summary>
public abstract record KeyEvent(long Time, KeyAsker By)
{
    public sealed record Added(KeyRecord Key, KeyAsker By) : KeyEvent(Key.CreatedAt, By);

    public sealed record Revoked(string Name, long Time, KeyAsker By) : KeyEvent(Time, By);
}

/// <summary>The stored keys that hold, by name. A revoked key's name is free again.</summary>
public sealed record KeyringState(ImmutableSortedDictionary<string, KeyRecord> ByName)
{
    public static KeyringState Empty { get; } = new(ImmutableSortedDictionary.Create<string, KeyRecord>(StringComparer.Ordinal));

    public KeyringState With(KeyEvent e) => e switch
    {
        KeyEvent.Added added => new(ByName.SetItem(added.Key.Name, added.Key)),
        KeyEvent.Revoked revoked => new(ByName.Remove(revoked.Name)),
        _ => throw new InvalidDataException($"nobody knows what {e.GetType().Name} does to a key"),
    };
}
