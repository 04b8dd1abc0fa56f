using Oddswire.Host.Hocon;
using Oddswire.Host.Settings;
using Oddswire.Host.Storage.Postgres;
using Oddswire.Host.Storage.Sqlite;
using Oddswire.Host.Storage.Transfer;

namespace Oddswire.Host.Storage.Proof;

// A store as it is at one moment, opened to be read and for nothing else, with or without a gateway that writes it meanwhile.
internal sealed class StoredJournal : IAsyncDisposable
{
    private readonly IAsyncDisposable[] _open;
    private readonly IAsyncEnumerable<StoreLine> _rest;

    private StoredJournal(IJournalRows rows, IAsyncEnumerable<StoreLine> rest, params IAsyncDisposable[] open) => (Rows, _rest, _open) = (rows, rest, open);

    public IJournalRows Rows { get; }

    // Everything but the journal's entries.
    public IAsyncEnumerable<StoreLine> Rest() => _rest;

    public static async Task<StoredJournal> Open(GatewaySettings settings)
    {
        if (settings.Tape.Store == TapeStore.Postgres) return await OpenPostgres(settings);
        var options = SqliteOptions(settings);
        if (!File.Exists(options.Database)) throw new StoreUnavailableException($"there is no store in '{options.Folder}'");
        var moment = SqliteMoment.Of(options);
        try
        {
            if (await Version(moment) < Schema.Newest)
                throw new StoreUnavailableException($"the store in '{options.Folder}' was written by an older Oddswire: start the gateway once, it brings the store up to date");
            var rows = new SqliteJournalRows(moment, options);
            return new(rows, SqliteContents.Read(moment, rows), moment);
        }
        catch
        {
            await moment.DisposeAsync();
            throw;
        }
    }

    internal static SqliteStoreOptions SqliteOptions(GatewaySettings settings) => settings.Storage.IsTemporary
        ? throw new ConfigurationException(Position.Whole("journal"), "a store that is kept: --config FILE, or --set storage.path=FOLDER", "storage.path = temporary")
        : new(settings.Storage.Path) { Seal = Stores.SealOf(settings) };

    private static async Task<StoredJournal> OpenPostgres(GatewaySettings settings)
    {
        var store = PostgresStore.OpenToRead(Stores.PostgresOptions(settings, acceptLoss: false));
        try
        {
            var moment = await PostgresMoment.Of(store);
            var rows = new PostgresJournalRows(moment);
            return new(rows, PostgresContents.Read(moment, rows), moment, store);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    // A file that is damaged in its first page tells nothing: that is for the proof to say.
    private static async Task<long> Version(SqliteMoment moment)
    {
        try { return await moment.Run(Schema.VersionOf); }
        catch (StoreUnavailableException e) when (e.InnerException is { } cause && SqliteFailure.IsDamage(cause)) { return Schema.Newest; }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var open in _open) await open.DisposeAsync();
    }
}
