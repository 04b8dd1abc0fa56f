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
/// <param name="Keep">How long entries are kept, and how large the journal may be: whichever comes first.</param>
/// <param name="HmacKey">What the audit chains are made with; null: plain SHA-256.</param>
public sealed record JournalSettings(Synchronous Synchronous, TimeSpan Keep, long Max, Secret? HmacKey)
{
    private const int ShortestKey = 16;

    internal static JournalSettings Read(Section at)
    {
        var synchronous = at.Choice("synchronous", ("full", Synchronous.Full), ("normal", Synchronous.Normal));
        var (key, file) = (at.Secret("hmac_key"), at.OptionalText("hmac_key_file"));
        if (key is not null && file is not null) at.Refuse("hmac_key_file", "one of hmac_key and hmac_key_file, not both,", "both");
        if (file is not null && key is null)
        {
            key = SecretFile.Read(file);
            if (key is null) at.Refuse("hmac_key_file", "a file that can be read and holds a key", "none");
        }
        if (key?.Reveal() is { Length: > 0 and < ShortestKey }) at.Refuse(file is null ? "hmac_key" : "hmac_key_file", $"a key of {ShortestKey} characters or more", "a shorter one");
        return new(synchronous, at.Duration("keep", "1m", "36500d"), at.Size("max", "1MiB", "1EB"), key);
    }
}
