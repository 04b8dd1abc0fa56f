using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Storage.Sqlite;

// All of the journal as it stands in the file, also while a gateway writes it.
internal sealed class SqliteJournalRows(ISqliteReads readers, SqliteStoreOptions options) : IJournalRows
{
    private const int PageRows = 256;
    private const int PageBytes = 1024 * 1024;
    private const string Columns = "sequence, resource, term, write_id, payload, persistence_id, position, hash";
    internal const string SnapshotColumns = "sequence, resource, term, write_id, payload, persistence_id, 0, hash";

    public async IAsyncEnumerable<JournalRow> ByStream(string? only = null)
    {
        var (id, sequence) = (only ?? "", 0L);
        for (var more = true; more;)
        {
            var page = await readers.Run(session => After(session, id, sequence, PageRows, only));
            foreach (var row in page) yield return row;
            more = page.Count > 0;
            if (more) (id, sequence) = (page[^1].Entry.PersistenceId, page[^1].Entry.Sequence);
        }
    }

    public async IAsyncEnumerable<JournalRow> Snapshots()
    {
        var id = "";
        for (var more = true; more;)
        {
            var page = await readers.Run(session => Snapshots(session, id));
            foreach (var row in page) yield return row;
            more = page.Count > 0;
            if (more) id = page[^1].Entry.PersistenceId;
        }
    }

    public async ValueTask<ImmutableArray<JournalRow>> Page(long after) => await readers.Run(session =>
    {
        using var row = session.Prepared($"select {Columns} from journal where position > $after order by position limit $rows", ("$after", after), ("$rows", PageRows)).ExecuteReader();
        return Rows(row).ToImmutableArray();
    });

    public async ValueTask<JournalExtent> Extent()
    {
        // Before the rows: those that come meanwhile are more than noted, which is no loss.
        var noted = readers.Noted ?? HeadFile.Read(options.HeadFile)?.Position ?? 0;
        var (rows, last) = await readers.Run(static session => session.Prepared("select count(*), coalesce(max(position), 0) from journal").ReadInt64Pair());
        return new(rows, last, noted);
    }

    public async ValueTask<long> FirstHole(long after) => await readers.Run(session => session.Prepared(
        """
        select coalesce(min(place), 0) from (
            select $after + 1 as place union all select position + 1 from journal where position > $after)
         where not exists (select 1 from journal where position = place) and place < (select max(position) from journal)
        """, ("$after", after)).ReadInt64());

    // Where a minute that began later than one before that time begins.
    public async ValueTask<long> StoodAt(long time) => await readers.Run(session => session.Prepared(
        """
        select case when exists (select 1 from journal_time where time <= $time - 60000)
               then coalesce((select position - 1 from journal_time where time > $time - 60000 order by time limit 1), (select max(position) - 1 from journal_time))
               else 0 end
        """, ("$time", time)).ReadInt64());

    public async ValueTask<long?> TimeOf(long position) => await readers.Run(session => session.Prepared(
        "select time from journal_time where position <= $position + 1 order by time desc limit 1", ("$position", position)).ExecuteScalar() as long?);

    public async ValueTask<long?> CutUntil() => await readers.Run(static session => session.Prepared("select until from journal_cut where until > 0").ExecuteScalar() as long?);

    public async ValueTask<string?> OwnerOf(Fence fence) => await readers.Run(session => session.Prepared(
        "select owner from lease_owner where resource = $resource and term = $term", ("$resource", fence.Resource), ("$term", fence.Term)).ExecuteScalar() as string);

    // Along the index of streams; with only, of that one.
    internal static List<JournalRow> After(SqliteSession session, string id, long sequence, int rows, string? only = null)
    {
        using var row = only is null
            ? session.Prepared(
                $"select {Columns} from journal where (persistence_id, sequence) > ($id, $sequence) order by persistence_id, sequence limit $rows",
                ("$id", id), ("$sequence", sequence), ("$rows", rows)).ExecuteReader()
            : session.Prepared(
                $"select {Columns} from journal where persistence_id = $id and sequence > $sequence order by sequence limit $rows",
                ("$id", only), ("$sequence", sequence), ("$rows", rows)).ExecuteReader();
        return Rows(row);
    }

    internal static List<JournalRow> Snapshots(SqliteSession session, string after, string prefix = "")
    {
        using var row = session.Prepared(
            $"select {SnapshotColumns} from snapshot where persistence_id > $after and persistence_id < $end order by persistence_id limit $rows",
            ("$after", after), ("$end", prefix + char.MaxValue), ("$rows", PageRows)).ExecuteReader();
        return Rows(row);
    }

    private static List<JournalRow> Rows(SqliteDataReader row)
    {
        var page = new List<JournalRow>();
        for (var bytes = 0; bytes < PageBytes && row.Read(); bytes += page[^1].Entry.Payload.Length) page.Add(RowOf(row));
        return page;
    }

    internal static JournalRow RowOf(SqliteDataReader row)
    {
        try
        {
            return new(row.GetInt64(6), SqliteJournal.EntryOf(row.GetString(5), row), row.IsDBNull(7) ? default : row.GetFieldValue<byte[]>(7));
        }
        catch (Exception e) when (e is InvalidCastException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException("a row of the journal has values of another kind", e);
        }
    }
}
