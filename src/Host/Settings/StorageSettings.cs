using Oddswire.Host.Storage.Postgres;
using Oddswire.Host.Storage.Sqlite;

namespace Oddswire.Host.Settings;

/// <param name="Timeout">How long PostgreSQL may take to answer.</param>
public sealed record StorageSettings(string Path, Secret? Postgres, TimeSpan Timeout)
{
    /// <summary>A folder that is made at start and removed at the end.</summary>
    public bool IsTemporary => Path == "temporary";

    internal static StorageSettings Read(Section at, TapeStore tape)
    {
        var settings = new StorageSettings(at.Text("path"), at.Secret("postgres"), at.Duration("timeout", "1s", "60s"));
        if (tape == TapeStore.Postgres && settings.Postgres is null) at.Refuse("postgres", "a connection string, because tape.store is postgres,", "none");
        if (settings.Postgres is { } given && !PostgresStoreOptions.TryRead(given.Reveal(), TimeSpan.FromSeconds(1), acceptLoss: false, out _))
            at.Refuse("postgres", "a connection string such as Host=...;Username=...;Password=...;Database=...", "another text");
        return settings;
    }
}

/// <summary>Full: what was acknowledged survives the loss of power. Normal: only the loss of the process.</summary>
public sealed record JournalSettings(Synchronous Synchronous)
{
    internal static JournalSettings Read(Section at) =>
        new(at.Choice("synchronous", ("full", Synchronous.Full), ("normal", Synchronous.Normal)));
}
