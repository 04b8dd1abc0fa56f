using System.Globalization;

namespace Oddswire.Host.Storage.Sqlite;

// One process per store: an OS lock on a file beside it, free the moment its holder ends, however it ends.
// The holder's process id stands in a second file, because a file locked this way cannot be read by the one who is refused.
internal sealed class StoreLock : IDisposable
{
    private readonly FileStream _held;
    private readonly string _ownerFile;

    private StoreLock(FileStream held, string ownerFile) => (_held, _ownerFile) = (held, ownerFile);

    public static StoreLock Take(SqliteStoreOptions options)
    {
        FileStream held;
        try
        {
            held = new(options.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (IsSharingViolation(e))
        {
            throw InUse(options);
        }
        using var me = System.Diagnostics.Process.GetCurrentProcess();
        File.WriteAllText(options.OwnerFile, string.Create(CultureInfo.InvariantCulture, $"{me.Id} {me.StartTime.ToUniversalTime():O}\n"));
        return new(held, options.OwnerFile);
    }

    public void Dispose()
    {
        File.Delete(_ownerFile);
        _held.Dispose(); // the lock file itself stays: deleting it would let two processes lock two files of the same name
    }

    private static StoreInUseException InUse(SqliteStoreOptions options)
    {
        var owner = File.Exists(options.OwnerFile) ? File.ReadAllText(options.OwnerFile).Split(' ', StringSplitOptions.TrimEntries) : [];
        int? processId = owner.Length == 2 && int.TryParse(owner[0], out var id) ? id : null;
        var who = processId is null ? "another process" : $"process {processId}, started {owner[1]}";
        return new($"the store in '{options.Folder}' is in use by {who}. Stop it first, or choose another storage.path.", processId);
    }

    // EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows.
    private static bool IsSharingViolation(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);
}
