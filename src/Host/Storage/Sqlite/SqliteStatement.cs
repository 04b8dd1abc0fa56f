using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Oddswire.Host.Storage.Sqlite;

// A statement bound and stepped by hand, for what runs once a fill: the driver between costs more there than SQLite itself.
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v2(database, sql, out _statement));
    }

    // From 1 on, as SQLite counts.
    public SqliteStatement Bind(int at, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, at, value));
        return this;
    }

    public SqliteStatement Bind(int at, long? value)
    {
        if (value is { } number) return Bind(at, number);
        Check(raw.sqlite3_bind_null(_statement, at));
        return this;
    }

    public SqliteStatement Bind(int at, ReadOnlySpan<byte> value)
    {
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, at, 0) : raw.sqlite3_bind_blob(_statement, at, value));
        return this;
    }

    public SqliteStatement BindText(int at, ReadOnlySpan<byte> utf8)
    {
        // Of an empty span SQLite would see no text, but null.
        Check(utf8.IsEmpty ? raw.sqlite3_bind_text(_statement, at, "") : raw.sqlite3_bind_text(_statement, at, utf8));
        return this;
    }

    // To its end.
    public void Run()
    {
        try
        {
            while (Step()) { }
        }
        finally
        {
            Reset();
        }
    }

    // What the first row says; another value where there is none.
    public T First<T>(Func<SqliteStatement, T> read, T otherwise)
    {
        try { return Step() ? read(this) : otherwise; }
        finally { Reset(); }
    }

    // What the one row says that there is.
    public T One<T>(Func<SqliteStatement, T> read)
    {
        try { return Step() ? read(this) : throw new InvalidDataException("a table has no row that must be there"); }
        finally { Reset(); }
    }

    public List<T> All<T>(Func<SqliteStatement, T> read)
    {
        var rows = new List<T>();
        try
        {
            while (Step()) rows.Add(read(this));
            return rows;
        }
        finally
        {
            Reset();
        }
    }

    public void Each(Action<SqliteStatement> read) => Until(row =>
    {
        read(row);
        return false;
    });

    // Row by row, until it is told to stop.
    public void Until(Func<SqliteStatement, bool> stop)
    {
        try
        {
            while (Step() && !stop(this)) { }
        }
        finally
        {
            Reset();
        }
    }

    // From 0 on. A blob is SQLite's memory, until the next step.
    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_statement, column);

    public void Dispose() => _statement.Dispose();

    private bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code is raw.SQLITE_ROW or raw.SQLITE_DONE) return code == raw.SQLITE_ROW;
        SqliteException.ThrowExceptionForRC(code, _database);
        return false;
    }

    // Says again what a step has said already.
    private void Reset() => raw.sqlite3_reset(_statement);

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK) SqliteException.ThrowExceptionForRC(code, _database);
    }
}
