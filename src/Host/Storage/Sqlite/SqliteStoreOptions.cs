namespace Oddswire.Host.Storage.Sqlite;

// Full: a commit survives a power cut. Normal: only a crash of the process; the last commits before a power cut may be gone.
public enum Synchronous { Normal, Full }

// Where the store lives and how careful it is. Its files stand side by side in one folder.
internal sealed record SqliteStoreOptions(string Folder)
{
    public Synchronous Synchronous { get; init; } = Synchronous.Full;

    // The operator has read the JournalLossException and goes on without what is missing.
    public bool AcceptLoss { get; init; }

    // What the hashes of the journal's streams are made with.
    public JournalSeal Seal { get; init; } = JournalSeal.Plain;

    // Recovery reads many actors at once; beyond the cores more connections only wait for the same disk.
    public int ReadConnections { get; init; } = 4;

    public string Database => Path.Combine(Folder, "oddswire.db");
    public string WriteAheadLog => Database + "-wal";
    public string HeadFile => Path.Combine(Folder, "oddswire.head");
    public string LockFile => Path.Combine(Folder, "oddswire.lock");
    public string OwnerFile => Path.Combine(Folder, "oddswire.pid");
}
