namespace Oddswire.Host.Settings;

public sealed record StorageSettings(string Path, Secret? Postgres)
{
    /// <summary>A folder that is made at start and removed at the end.</summary>
    public bool IsTemporary => Path == "temporary";

    internal static StorageSettings Read(Section at) => new(at.Text("path"), at.Secret("postgres"));
}

public enum JournalSynchronous { Full, Normal }

/// <summary>Full: what was acknowledged survives the loss of power. Normal: only the loss of the process.</summary>
public sealed record JournalSettings(JournalSynchronous Synchronous)
{
    internal static JournalSettings Read(Section at) =>
        new(at.Choice("synchronous", ("full", JournalSynchronous.Full), ("normal", JournalSynchronous.Normal)));
}
