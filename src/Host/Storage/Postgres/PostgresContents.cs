using Npgsql;
using Oddswire.Host.Storage.Transfer;
using Oddswire.Messages.Tape;

namespace Oddswire.Host.Storage.Postgres;

// What the store keeps beside the entries of its journal.
internal static class PostgresContents
{
    private const int PageRows = 1_000;

    public static async IAsyncEnumerable<StoreLine> Read(IPostgresWork store, IJournalRows rows)
    {
        foreach (var line in await store.Run(Notes)) yield return line;
        await foreach (var snapshot in rows.Snapshots()) yield return new StoreLine.Snapshot(snapshot);
        var offset = 0L;
        for (var more = true; more;)
        {
            var page = await store.Run(connection => Fills(connection, offset));
            foreach (var fill in page) yield return new StoreLine.Fill(fill);
            more = page.Count > 0;
            if (more) offset = page[^1].Position!.Value.Offset;
        }
    }

    private static async Task<List<StoreLine>> Notes(NpgsqlConnection connection)
    {
        var notes = new List<StoreLine>();
        await using (var command = new NpgsqlCommand("select resource, term, owner from lease_owner order by resource, term", connection))
        await using (var row = await command.ExecuteReaderAsync())
            while (await row.ReadAsync()) notes.Add(new StoreLine.Term(new(Text(row, 0), row.GetInt64(1)), Text(row, 2)));
        await using (var command = new NpgsqlCommand("select time, position, bytes from journal_time order by time", connection))
        await using (var row = await command.ExecuteReaderAsync())
            while (await row.ReadAsync()) notes.Add(new StoreLine.Minute(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)));
        await using (var command = new NpgsqlCommand("select entries, bytes, until from journal_cut", connection))
        await using (var row = await command.ExecuteReaderAsync())
            while (await row.ReadAsync()) notes.Add(new StoreLine.Cut(row.GetInt64(0), row.GetInt64(1), row.Nullable(2)));
        notes.Add(new StoreLine.Tape(await PostgresTape.HeadOf(connection)));
        return notes;
    }

    private static async Task<List<TapeEntry>> Fills(NpgsqlConnection connection, long after)
    {
        await using var command = new NpgsqlCommand($"select {StoredEntry.Columns} from tape where \"offset\" > @after order by \"offset\" limit @rows", connection)
        {
            Parameters = { new("after", after), new("rows", PageRows) },
        };
        var fills = new List<TapeEntry>();
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync()) fills.Add(StoredEntry.Of(row));
        return fills;
    }

    private static string Text(NpgsqlDataReader row, int column) => EntryBytes.Utf8.GetString(row.GetFieldValue<byte[]>(column));
}
