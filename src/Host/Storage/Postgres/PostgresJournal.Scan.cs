using Npgsql;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Storage.Postgres;

// Many streams in one go, page by page along the index.
internal sealed partial class PostgresJournal
{
    private const int ScanRows = 4_096;

    private const string SnapshotsSql =
        """
        select sequence, resource, term, write_id, payload, persistence_id from snapshot
         where persistence_id > @id and persistence_id < @end order by persistence_id limit @rows
        """;

    private const string BehindSql =
        """
        select entry.sequence, entry.resource, entry.term, entry.write_id, entry.payload, entry.persistence_id
          from journal entry left join snapshot on snapshot.persistence_id = entry.persistence_id
         where (entry.persistence_id, entry.sequence) > (@id, @sequence) and entry.persistence_id < @end
           and entry.sequence > coalesce(snapshot.sequence, 0)
         order by entry.persistence_id, entry.sequence limit @rows
        """;

    public async IAsyncEnumerable<(Entry Entry, bool IsSnapshot)> ReadAll(string prefix)
    {
        foreach (var (sql, isSnapshot) in new[] { (SnapshotsSql, true), (BehindSql, false) })
        {
            // While one page is being read the server looks for the next.
            for (var page = await Page(sql, prefix, prefix, 0); page.Count > 0;)
            {
                var next = page.Count == ScanRows ? Page(sql, prefix, page[^1].PersistenceId, page[^1].Sequence) : Task.FromResult(new List<Entry>());
                foreach (var entry in page) yield return (entry, isSnapshot);
                page = await next;
            }
        }
    }

    // All of them, page by page.
    internal static Task<List<Entry>> Snapshots(NpgsqlConnection connection, string after) => Scan(connection, SnapshotsSql, after, 0, [byte.MaxValue]);

    private Task<List<Entry>> Page(string sql, string prefix, string id, long sequence) =>
        Answered(store.Run(connection => Scan(connection, sql, id, sequence, [.. Bytes(prefix), byte.MaxValue])));

    private static async Task<List<Entry>> Scan(NpgsqlConnection connection, string sql, string id, long sequence, byte[] end)
    {
        await using var command = new NpgsqlCommand(sql, connection)
        {
            Parameters = { new("id", Bytes(id)), new("sequence", sequence), new("end", end), new("rows", ScanRows) },
        };
        var page = new List<Entry>();
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync()) page.Add(EntryOf(Text(row.GetFieldValue<byte[]>(5)), row));
        return page;
    }
}
