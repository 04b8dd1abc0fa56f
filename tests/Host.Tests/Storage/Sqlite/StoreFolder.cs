using System.Collections.Immutable;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Sqlite;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Tests.Storage.Sqlite;

// A folder of its own for one test, with the store inside opened as often as the test likes.
internal sealed class StoreFolder : IAsyncDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("oddswire-store-").FullName;
    private SqliteStore? _open;

    public SqliteStoreOptions Options => new(_path);

    public SqliteStore Open(SqliteStoreOptions? options = null, TimeProvider? time = null) =>
        _open = SqliteStore.Open(options ?? Options, time ?? TimeProvider.System, NullLogger.Instance);

    public SqliteStore OpenAcceptingLoss() => Open(Options with { AcceptLoss = true });

    public async Task Close()
    {
        if (_open is not null) await _open.DisposeAsync();
        _open = null;
    }

    // What kill -9 leaves: the files as they are this moment. To be called between commits, while the store is open.
    public StoreFolder Killed()
    {
        var copy = new StoreFolder();
        foreach (var file in Files.Where(file => file != Options.LockFile)) File.Copy(file, Path.Combine(copy._path, Path.GetFileName(file)));
        return copy;
    }

    // The bytes of every file that says anything about the past: an empty log does not, and the shared-memory index is made anew from the log at every start.
    public ImmutableSortedDictionary<string, string> Contents() => Files
        .Where(file => file != Options.LockFile && file != Options.OwnerFile && !file.EndsWith("-shm", StringComparison.Ordinal) && new FileInfo(file).Length > 0)
        .ToImmutableSortedDictionary(file => Path.GetFileName(file), file => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))));

    // Statements on the closed store, as an operator could run them; json_of(offset) is a fill as its clients get it.
    public void Raw(string sql)
    {
        var fills = new Lazy<Dictionary<long, byte[]>>(Fills);
        using var connection = new SqliteConnection($"Data Source={Options.Database};Pooling=False");
        connection.Open();
        connection.CreateFunction("json_of", (long offset) => fills.Value[offset]);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public async ValueTask DisposeAsync()
    {
        await Close();
        Directory.Delete(_path, recursive: true);
    }

    private Dictionary<long, byte[]> Fills()
    {
        using var session = new SqliteSession(Options.Database, SqliteOpenMode.ReadOnly);
        using var row = session.Prepared($"select {TapeRows.Columns} from tape").ExecuteReader();
        var rows = new TapeRows(session);
        var fills = new Dictionary<long, byte[]>();
        while (row.Read()) fills.Add(row.GetInt64(0), rows.Of(row).Data.ToArray());
        return fills;
    }

    private string[] Files => Directory.GetFiles(_path);
}

internal static class StoreActions
{
    public static async Task<Fence> Seize(this SqliteStore store, string resource = "shard-1") =>
        (await new SqliteLeases(store, TimeProvider.System).Seize(resource, new("alice", 1), TimeSpan.FromMinutes(1))).Fence;

    // Each event in a commit of its own.
    public static async Task Append(this SqliteStore store, Fence fence, string id, long first, long last)
    {
        for (var n = first; n <= last; n++) await new SqliteJournal(store).Append([new(id, n, fence, n, Encoding.UTF8.GetBytes($"{id}/{n}"))]);
    }

    public static async Task<ImmutableArray<string>> Texts(this SqliteStore store, string id)
    {
        var texts = ImmutableArray.CreateBuilder<string>();
        await foreach (var entry in new SqliteJournal(store).Read(id, 0)) texts.Add(Encoding.UTF8.GetString(entry.Payload.Span));
        return texts.ToImmutable();
    }

    public static Task<object?> Scalar(this SqliteStore store, string sql) => store.Readers.Run(session => session.Prepared(sql).ExecuteScalar());
}
