using Npgsql;

namespace Oddswire.Host.Storage.Postgres;

// One gateway per schema: a lock that the server holds for this connection and lets go of when the connection ends, however it ends.
// It spares operators a mistake; what keeps two writers apart, also after the connection was lost, are terms and epochs.
internal static class PostgresPlace
{
    public static async Task Take(NpgsqlConnection connection, PostgresStoreOptions options)
    {
        // The server lets go of an ended connection in its own time: who starts right behind a gateway that stopped or was killed waits for that.
        await using var take = new NpgsqlCommand("set lock_timeout = '2s'; select pg_advisory_lock(hashtextextended(@schema, 1)); reset lock_timeout", connection);
        take.Parameters.AddWithValue("schema", "oddswire " + options.Schema);
        try
        {
            await take.ExecuteNonQueryAsync();
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw await Taken(connection, options);
        }
    }

    private static async Task<StoreInUseException> Taken(NpgsqlConnection connection, PostgresStoreOptions options)
    {
        await using var ask = new NpgsqlCommand(
            """
            select a.application_name, coalesce(host(a.client_addr), 'this machine'), a.backend_start
              from pg_locks l join pg_stat_activity a using (pid)
             where l.locktype = 'advisory' and l.granted and l.objsubid = 1
               and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended(@schema, 1)
               and l.database = (select oid from pg_database where datname = current_database())
            """, connection);
        ask.Parameters.AddWithValue("schema", "oddswire " + options.Schema);
        await using var row = await ask.ExecuteReaderAsync();
        var who = await row.ReadAsync() ? $"{row.GetString(0)} on {row.GetString(1)}, connected since {row.GetDateTime(2):O}" : "another process";
        return new StoreInUseException($"the store in {options.Name} (schema {options.Schema}) is in use by {who}. Stop it first, or choose another database.", processId: null);
    }
}
