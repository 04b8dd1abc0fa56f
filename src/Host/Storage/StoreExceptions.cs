using Microsoft.Data.Sqlite;

namespace Oddswire.Host.Storage;

// Another process has the store open. Exit code 3.
internal sealed class StoreInUseException(string message, int? processId) : Exception(message)
{
    public int? ProcessId { get; } = processId;
}

// A newer Oddswire has written this store. Exit code 3.
internal sealed class StoreTooNewException(string message) : Exception(message);

// The store did not do what it was asked; the message says what happened and what to do about it.
internal sealed class StoreUnavailableException(string message, Exception? cause = null) : Exception(message, cause)
{
    public static bool Explains(Exception e) => e is SqliteException or IOException or UnauthorizedAccessException or InvalidDataException;

    public static bool IsDamage(Exception e) => e is SqliteException { SqliteErrorCode: 11 or 26 } or InvalidDataException;

    public static StoreUnavailableException Of(string folder, Exception cause) => new($"the store in '{folder}' failed: {Diagnosis(cause)}", cause);

    private static string Diagnosis(Exception cause) => cause switch
    {
        SqliteException { SqliteErrorCode: 13 } => "the disk (or the quota) is full. Free some space; the store then goes on by itself.",
        SqliteException { SqliteErrorCode: 5 or 6 } => "another program locks the database. Close it, for example an open sqlite3 shell.",
        SqliteException { SqliteErrorCode: 10 } e => $"the disk could not be read or written (SQLite {e.SqliteExtendedErrorCode}). Look at the disk and at the system log.",
        _ when IsDamage(cause) => $"the database is damaged ({cause.Message}). Stop Oddswire, keep a copy of the folder, restore it from a backup.",
        SqliteException { SqliteErrorCode: 8 or 14 } or UnauthorizedAccessException => "it cannot be opened for writing. Look at the folder's owner and permissions, and whether the disk is mounted read-only.",
        SqliteException e => $"{e.Message} (SQLite {e.SqliteExtendedErrorCode}).",
        _ => cause.Message,
    };
}

// The journal does not reach up to the head that was noted beside it. Nothing has been changed. Exit code 1.
internal sealed class JournalLossException(string message, long firstMissing, long missing, long missingTerms) : Exception(message)
{
    // Positions count all entries of the journal from 1, over all actors.
    public long FirstMissing { get; } = firstMissing;
    public long Missing { get; } = missing;

    // How often leases changed hands in what is missing.
    public long MissingTerms { get; } = missingTerms;
}
