using Npgsql;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Storage.Postgres;

// Many streams in one go, page by page along the index.
internal sealed partial class PostgresJournal
{
    private const int ScanRows = 4_096;

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
        byte[] end = [.. Bytes(prefix), byte.MaxValue];
        var snapshots = Paged((last, _) => Answered(store.Run(connection => PostgresJournalRows.Snapshots(connection, last, end, ScanRows))), static row => row.Entry, prefix);
        await foreach (var snapshot in snapshots) yield return (store.Seal.Checked(snapshot), true);
        var behind = Paged((last, sequence) => Answered(store.Run(connection => Behind(connection, last, sequence, end))), static entry => entry, prefix);
        await foreach (var entry in behind) yield return (entry, false);
    }

    // While one page is being read the server looks for the next.
    private static async IAsyncEnumerable<T> Paged<T>(Func<string, long, Task<List<T>>> after, Func<T, Entry> entryOf, string prefix)
    {
        for (var page = await after(prefix, 0); page.Count > 0;)
        {
            var last = entryOf(page[^1]);
            var next = after(last.PersistenceId, last.Sequence);
            foreach (var one in page) yield return one;
            page = await next;
        }
    }

    private static async Task<List<Entry>> Behind(NpgsqlConnection connection, string id, long sequence, byte[] end)
    {
        await using var command = new NpgsqlCommand(BehindSql, connection)
        {
            Parameters = { new("id", Bytes(id)), new("sequence", sequence), new("end", end), new("rows", ScanRows) },
        };
        var page = new List<Entry>();
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync()) page.Add(EntryOf(Text(row.GetFieldValue<byte[]>(5)), row));
        return page;
    }
}
