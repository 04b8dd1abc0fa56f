using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Storage.Sqlite;

// Many streams in one go, page by page along the index.
internal sealed partial class SqliteJournal
{
    public async IAsyncEnumerable<(Entry Entry, bool IsSnapshot)> ReadAll(string prefix)
    {
        var (id, sequence) = (prefix, 0L);
        for (var more = true; more;)
        {
            var page = await Answered(store.Readers.Run(session => SqliteJournalRows.Snapshots(session, id, prefix)));
            foreach (var snapshot in page) yield return (store.Seal.Checked(snapshot), true);
            more = page.Count > 0;
            if (more) id = page[^1].Entry.PersistenceId;
        }
        (id, sequence) = (prefix, 0);
        for (var more = true; more;)
        {
            (var page, more) = await Answered(store.Readers.Run(session => Behind(session, prefix, id, sequence)));
            foreach (var entry in page) yield return (entry, false);
            if (page.Count > 0) (id, sequence) = (page[^1].PersistenceId, page[^1].Sequence);
        }
    }

    private static (List<Entry> Page, bool More) Behind(SqliteSession session, string prefix, string id, long sequence)
    {
        using var row = session.Prepared(
            """
            select entry.sequence, entry.resource, entry.term, entry.write_id, entry.payload, entry.persistence_id
              from journal entry left join snapshot on snapshot.persistence_id = entry.persistence_id
             where (entry.persistence_id, entry.sequence) > ($id, $sequence) and entry.persistence_id < $end
               and entry.sequence > coalesce(snapshot.sequence, 0)
             order by entry.persistence_id, entry.sequence limit $rows
            """,
            ("$id", id), ("$sequence", sequence), ("$end", prefix + char.MaxValue), ("$rows", PageRows)).ExecuteReader();
        var page = new List<Entry>();
        for (var bytes = 0; bytes < PageBytes; bytes += page[^1].Payload.Length)
        {
            if (!row.Read()) return (page, page.Count == PageRows);
            page.Add(EntryOf(row.GetString(5), row));
        }
        return (page, true);
    }
}
