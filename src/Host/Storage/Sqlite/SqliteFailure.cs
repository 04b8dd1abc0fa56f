using Microsoft.Data.Sqlite;

namespace Oddswire.Host.Storage.Sqlite;

// What went wrong with the file, in words an operator can act on.
internal static class SqliteFailure
{
    public static bool Explains(Exception e) => e is SqliteException or IOException or UnauthorizedAccessException or InvalidDataException;

    // 1: the statements are right, so it is the tables that are not what they were.
    public static bool IsDamage(Exception e) => e is SqliteException { SqliteErrorCode: 1 or 11 or 26 } or InvalidDataException;

    // The same while a file is looked at that nothing has vouched for yet: a value may be missing, or of another kind than its column's.
    public static bool IsUnreadable(Exception e) => IsDamage(e) || e is InvalidCastException or (InvalidOperationException and not ObjectDisposedException);

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
