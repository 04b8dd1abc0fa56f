using Microsoft.Extensions.Logging.Abstractions;
using Oddswire.Host.Storage;

namespace Oddswire.Host.Tests.Storage;

// A folder of its own for one test, with the store inside opened as often as the test likes.
internal sealed class StoreFolder : IAsyncDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("oddswire-store-").FullName;
    private readonly List<SqliteStore> _opened = [];

    public SqliteStoreOptions Options => new(_path);

    public SqliteStore Open(bool acceptLoss = false) => Open(Options with { AcceptLoss = acceptLoss });

    public SqliteStore Open(SqliteStoreOptions options, TimeProvider? time = null)
    {
        var store = SqliteStore.Open(options, time ?? TimeProvider.System, NullLogger.Instance);
        _opened.Add(store);
        return store;
    }

    public async Task Close(SqliteStore store)
    {
        _opened.Remove(store);
        await store.DisposeAsync();
    }

    // What kill -9 leaves: the files as they are this moment. To be called between commits, while the store is open.
    public StoreFolder Killed()
    {
        var copy = new StoreFolder();
        foreach (var file in Directory.GetFiles(_path))
        {
            if (file != Options.LockFile && file != Options.OwnerFile) File.Copy(file, Path.Combine(copy._path, Path.GetFileName(file)));
        }
        return copy;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _opened) await store.DisposeAsync();
        Directory.Delete(_path, recursive: true);
    }
}
