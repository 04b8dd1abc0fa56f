using Oddswire.Host.Hocon;
using Oddswire.Host.Settings;
using Oddswire.Host.Storage.Postgres;
using Oddswire.Host.Storage.Sqlite;

namespace Oddswire.Host.Storage.Proof;

// The journal of a store, opened to be read and for nothing else, with or without a gateway that writes it.
internal sealed class StoredJournal : IAsyncDisposable
{
    private readonly IAsyncDisposable _open;

    private StoredJournal(IAsyncDisposable open, IJournalRows rows) => (_open, Rows) = (open, rows);

    public IJournalRows Rows { get; }

    public static async Task<StoredJournal> Open(GatewaySettings settings)
    {
        if (settings.Tape.Store == TapeStore.Postgres)
        {
            var store = PostgresStore.OpenToRead(Stores.PostgresOptions(settings, acceptLoss: false));
            return new(store, new PostgresJournalRows(store));
        }
        if (settings.Storage.IsTemporary)
            throw new ConfigurationException(Position.Whole("journal"), "a store that is kept: --config FILE, or --set storage.path=FOLDER", "storage.path = temporary");
        var options = new SqliteStoreOptions(settings.Storage.Path);
        if (!File.Exists(options.Database)) throw new StoreUnavailableException($"there is no store in '{options.Folder}'");
        var readers = new SqliteReaders(options);
        try
        {
            if (await Version(readers) < Schema.Newest)
                throw new StoreUnavailableException($"the store in '{options.Folder}' was written by an older Oddswire: start the gateway once, it brings the store up to date");
            return new(readers, new SqliteJournalRows(readers, options));
        }
        catch
        {
            await readers.DisposeAsync();
            throw;
        }
    }

    // A file that is damaged in its first page tells nothing: that is for the proof to say.
    private static async Task<long> Version(SqliteReaders readers)
    {
        try { return await readers.Run(Schema.VersionOf); }
        catch (StoreUnavailableException e) when (e.InnerException is { } cause && SqliteFailure.IsDamage(cause)) { return Schema.Newest; }
    }

    public ValueTask DisposeAsync() => _open.DisposeAsync();
}
