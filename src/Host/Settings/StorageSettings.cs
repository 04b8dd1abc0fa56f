using Oddswire.Host.Storage.Sqlite;

namespace Oddswire.Host.Settings;

public sealed record StorageSettings(string Path, Secret? Postgres)
{
    /// <summary>A folder that is made at start and removed at the end.</summary>
    public bool IsTemporary => Path == "temporary";

    internal static StorageSettings Read(Section at, TapeStore tape)
    {
        var settings = new StorageSettings(at.Text("path"), at.Secret("postgres"));
        if (tape == TapeStore.Postgres && settings.Postgres is null) at.Refuse("postgres", "a connection string, because tape.store is postgres,", "none");
        return settings;
    }
}

/// <summary>Full: what was acknowledged survives the loss of power. Normal: only the loss of the process.</summary>
public sealed record JournalSettings(Synchronous Synchronous)
{
    internal static JournalSettings Read(Section at) =>
        new(at.Choice("synchronous", ("full", Synchronous.Full), ("normal", Synchronous.Normal)));
}
