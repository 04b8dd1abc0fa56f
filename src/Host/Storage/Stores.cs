using Oddswire.Actors.Ports;
using Oddswire.Actors.Tape;
using Oddswire.Actors.Why;
using Oddswire.Host.Settings;
using Oddswire.Host.Storage.Postgres;
using Oddswire.Host.Storage.Proof;
using Oddswire.Host.Storage.Retention;
using Oddswire.Host.Storage.Sqlite;
using Oddswire.Host.Storage.Transfer;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Storage;

// What the gateway keeps its truth in, as its settings chose: the one place that knows every kind of store.
internal sealed class Stores : IAsyncDisposable
{
    private readonly IAsyncDisposable _store;
    private readonly IDisposable? _folder;

    private Stores(IAsyncDisposable store, IDisposable? folder) => (_store, _folder) = (store, folder);

    public required IJournal Journal { get; init; }
    public required ILeases Leases { get; init; }
    public required ITape Tape { get; init; }
    public required IMarketTexts Markets { get; init; }
    public required ITraces Traces { get; init; }
    public required IJournalRows Rows { get; init; }
    public required IJournalCuts Cuts { get; init; }
    public required ChangedStreams Changed { get; init; }

    // Throws StoreInUse, StoreTooNew, JournalLoss or StoreUnavailable; then the store is as it was.
    public static async Task<Stores> Open(GatewaySettings settings, bool acceptLoss, TimeProvider time, ILogger log)
    {
        var retention = new TapeRetention(settings.Tape.Keep, settings.Tape.Max, time);
        return settings.Tape.Store == TapeStore.Postgres
            ? await OpenPostgres(settings, acceptLoss, retention, time, log)
            : OpenSqlite(settings, acceptLoss, retention, time, log);
    }

    // To be filled by an import. Throws the same, and StoreUnavailable where something is in it.
    public static async Task<IStoreImport> OpenEmpty(GatewaySettings settings, TimeProvider time, ILogger log) => settings.Tape.Store == TapeStore.Postgres
        ? await PostgresImport.Open(PostgresOptions(settings, acceptLoss: false), time, log)
        : SqliteImport.Open(StoredJournal.SqliteOptions(settings));

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder?.Dispose();
    }

    internal static JournalSeal SealOf(GatewaySettings settings) => JournalSeal.With(settings.Journal.HmacKey?.Reveal());

    internal static PostgresStoreOptions PostgresOptions(GatewaySettings settings, bool acceptLoss) =>
        PostgresStoreOptions.TryRead(settings.Storage.Postgres?.Reveal() ?? "", settings.Storage.Timeout, acceptLoss, out var options, SealOf(settings))
            ? options
            : throw new StoreUnavailableException("storage.postgres is no connection string");

    private static TraceBounds BoundsOf(WhySettings settings) => new(settings.Keep, settings.Samples);

    private static async Task<Stores> OpenPostgres(GatewaySettings settings, bool acceptLoss, TapeRetention retention, TimeProvider time, ILogger log)
    {
        var store = await PostgresStore.Open(PostgresOptions(settings, acceptLoss), time, log);
        var journal = new PostgresJournal(store);
        return new(store, folder: null)
        {
            Journal = journal,
            Leases = new PostgresLeases(store, time),
            Tape = new PostgresTape(store, retention),
            Markets = new PostgresMarketTexts(store, time),
            Traces = new PostgresTraces(store, BoundsOf(settings.Why), time),
            Rows = new PostgresJournalRows(store),
            Cuts = new PostgresJournalCuts(store, journal),
            Changed = store.Changed,
        };
    }

    private static Stores OpenSqlite(GatewaySettings settings, bool acceptLoss, TapeRetention retention, TimeProvider time, ILogger log)
    {
        var folder = StorageFolder.Of(settings.Storage);
        try
        {
            var options = new SqliteStoreOptions(folder.Path) { AcceptLoss = acceptLoss, Synchronous = settings.Journal.Synchronous, Seal = SealOf(settings) };
            var store = SqliteStore.Open(options, time, log);
            var journal = new SqliteJournal(store);
            return new(store, folder)
            {
                Journal = journal,
                Leases = new SqliteLeases(store, time),
                Tape = settings.Tape.Store == TapeStore.Memory ? new MemoryTape((int)Math.Clamp(settings.Tape.Max / MemoryTape.BytesEach, 1, MemoryTape.Most)) : new SqliteTape(store, retention),
                Markets = new SqliteMarketTexts(store, time),
                Traces = settings.Tape.Store == TapeStore.Memory ? new MemoryTraces(BoundsOf(settings.Why), time) : new SqliteTraces(store, BoundsOf(settings.Why), time),
                Rows = new SqliteJournalRows(store.Readers, options),
                Cuts = new SqliteJournalCuts(store, journal),
                Changed = store.Changed,
            };
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }
}
