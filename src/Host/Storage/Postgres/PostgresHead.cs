using Npgsql;

namespace Oddswire.Host.Storage.Postgres;

// The head record tells how long the journal is and ends its running hash; it changes in the transaction of every append.
// Rows that were deleted, or a journal restored without its head, show at the next start.
internal static class PostgresHead
{
    public static async Task Check(NpgsqlConnection connection, PostgresStoreOptions options, TimeProvider time)
    {
        var (noted, stored, same) = await Read(connection);
        if (noted == stored && same) return;
        var loss = new JournalLossException(
            $"the store in {options.Name} has lost commits: its head says {noted} journal entries, the last one there is {stored}" +
            $"{(noted == stored ? ", and it is not the one that was committed" : "")}. Nothing has been changed. " +
            "Restore the database from a backup, or start with --accept-loss to go on without them.", stored + 1, Math.Max(0, noted - stored), missingTerms: 0);
        if (!options.AcceptLoss) throw loss;
        await Accept(connection, loss, time);
    }

    private static async Task<(long Noted, long Stored, bool Same)> Read(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            """
            select head.position, coalesce(last.position, 0), head.chain = coalesce(last.chain, '')
              from journal_head head left join (select position, chain from journal order by position desc limit 1) last on true
            """, connection);
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return (row.GetInt64(0), row.GetInt64(1), row.GetBoolean(2));
    }

    // The running hash goes on from the last entry that ends a commit.
    private static async Task Accept(NpgsqlConnection connection, JournalLossException loss, TimeProvider time)
    {
        await using var accept = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("insert into loss (accepted_at, first_missing, missing) values (@now, @first, @missing)")
                {
                    Parameters = { new("now", time.GetUtcNow().ToUnixTimeMilliseconds()), new("first", loss.FirstMissing), new("missing", loss.Missing) },
                },
                new("""
                    update journal set chain = coalesce(chain, sha256('lost'))
                     where position = (select max(position) from journal)
                    """),
                new("""
                    update journal_head set position = coalesce((select max(position) from journal), 0),
                           chain = coalesce((select chain from journal order by position desc limit 1), '')
                    """),
            },
        };
        await accept.ExecuteNonQueryAsync();
    }
}
