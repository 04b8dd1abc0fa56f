using Oddswire.Host.Storage.Transfer;
using Oddswire.Messages.Tape;

namespace Oddswire.Host.Storage.Sqlite;

// What the store keeps beside the entries of its journal.
internal static class SqliteContents
{
    private const int PageRows = 1_000;

    public static async IAsyncEnumerable<StoreLine> Read(ISqliteReads reads, IJournalRows rows)
    {
        foreach (var line in await reads.Run(Notes)) yield return line;
        await foreach (var snapshot in rows.Snapshots()) yield return new StoreLine.Snapshot(snapshot);
        var offset = 0L;
        for (var more = true; more;)
        {
            var page = await reads.Run(session => Fills(session, offset));
            foreach (var fill in page) yield return new StoreLine.Fill(fill);
            more = page.Count > 0;
            if (more) offset = page[^1].Position!.Value.Offset;
        }
    }

    private static List<StoreLine> Notes(SqliteSession session)
    {
        var notes = new List<StoreLine>();
        using (var row = session.Prepared("select resource, term, owner from lease_owner order by resource, term").ExecuteReader())
            while (row.Read()) notes.Add(new StoreLine.Term(new(row.GetString(0), row.GetInt64(1)), row.GetString(2)));
        using (var row = session.Prepared("select time, position, bytes from journal_time order by time").ExecuteReader())
            while (row.Read()) notes.Add(new StoreLine.Minute(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)));
        using (var row = session.Prepared("select entries, bytes, until from journal_cut").ExecuteReader())
            while (row.Read()) notes.Add(new StoreLine.Cut(row.GetInt64(0), row.GetInt64(1), row.Nullable(2)));
        notes.Add(new StoreLine.Tape(SqliteTape.HeadOf(session)));
        return notes;
    }

    private static List<TapeEntry> Fills(SqliteSession session, long after)
    {
        var fills = new List<TapeEntry>();
        var rows = new TapeRows(session);
        using var row = session.Prepared($"select {TapeRows.Columns} from tape where offset > $after order by offset limit $rows", ("$after", after), ("$rows", PageRows)).ExecuteReader();
        while (row.Read()) fills.Add(rows.Of(row));
        return fills;
    }
}
