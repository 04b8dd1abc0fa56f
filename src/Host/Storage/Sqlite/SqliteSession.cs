using Microsoft.Data.Sqlite;

namespace Oddswire.Host.Storage.Sqlite;

// One connection and the statements prepared on it. One thread at a time.
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _prepared = [];
    private readonly Dictionary<string, SqliteStatement> _statements = [];

    // A connection is one thread's at a time, and nobody asks SQLite how much memory it has: locks for both were a twentieth of what a fill cost. Where
    // something else in the process has used SQLite before, both stay as they were.
    static SqliteSession()
    {
        SQLitePCL.Batteries_V2.Init();
        _ = SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MULTITHREAD);
        _ = SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    public SqliteSession(string database, SqliteOpenMode mode)
    {
        _connection = new(new SqliteConnectionStringBuilder
        {
            DataSource = database,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = 1, // the driver polls for this long, in seconds, once SQLite's own waiting below is over
        }.ToString());
        try
        {
            _connection.Open();
            Execute("pragma busy_timeout = 5000");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    // Reads the database file alone, as if there were no write-ahead log, and leaves no trace.
    public static SqliteSession WithoutLog(string database)
    {
        var path = Path.GetFullPath(database).Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString);
        return new($"file:{string.Join('/', path)}?immutable=1", SqliteOpenMode.ReadOnly);
    }

    public SQLitePCL.sqlite3 Handle => _connection.Handle!;

    public bool InTransaction => SQLitePCL.raw.sqlite3_get_autocommit(Handle) == 0;

    public void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    // Several reads that see the same moment. Short: a checkpoint waits for it.
    public T InSnapshot<T>(Func<T> read)
    {
        Prepared("begin").ExecuteNonQuery();
        try { return read(); }
        finally
        {
            if (InTransaction) Prepared("rollback").ExecuteNonQuery();
        }
    }

    // The statement with these values; parsed at its first use only.
    public SqliteCommand Prepared(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            _prepared[sql] = command = _connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, _) in values) command.Parameters.Add(new(name, null));
        }
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i].Value ?? DBNull.Value;
        return command;
    }

    // The same without the driver, to be bound by hand.
    public SqliteStatement Statement(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement)) _statements[sql] = statement = new(Handle, sql);
        return statement;
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        foreach (var command in _prepared.Values) command.Dispose();
        _connection.Dispose();
    }
}

internal static class SqliteCommandExtensions
{
    public static (long First, long Second) ReadInt64Pair(this SqliteCommand command)
    {
        using var row = command.ExecuteReader();
        return row.Read() ? (row.GetInt64(0), row.GetInt64(1)) : throw new InvalidDataException($"no answer to: {command.CommandText}");
    }

    public static long ReadInt64(this SqliteCommand command) => command.ExecuteScalar() is long number ? number : throw new InvalidDataException($"no answer to: {command.CommandText}");
}
