using System.Collections.Immutable;
using Npgsql;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Storage.Postgres;

// All of the journal as it stands in the database, also while a gateway writes it.
internal sealed class PostgresJournalRows(IPostgresWork store) : IJournalRows
{
    private const int PageRows = 1_000;
    private const int PageBytes = 4 * 1024 * 1024;
    private const string Columns = "position, persistence_id, sequence, resource, term, write_id, payload, hash";
    internal const string SnapshotColumns = "0::bigint, persistence_id, sequence, resource, term, write_id, payload, hash";

    public async IAsyncEnumerable<JournalRow> ByStream(string? only = null)
    {
        var (id, sequence) = (only ?? "", 0L);
        for (var more = true; more;)
        {
            var page = await store.Run(connection => After(connection, id, sequence, only));
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
            var page = await store.Run(connection => Snapshots(connection, id, [byte.MaxValue], PageRows));
            foreach (var row in page) yield return row;
            more = page.Count > 0;
            if (more) id = page[^1].Entry.PersistenceId;
        }
    }

    public async ValueTask<ImmutableArray<JournalRow>> Page(long after) => [.. await store.Run(async connection =>
    {
        await using var command = new NpgsqlCommand($"select {Columns} from journal where position > @after order by position limit @rows", connection)
        {
            Parameters = { new("after", after), new("rows", PageRows) },
        };
        return await Rows(command);
    })];

    public async ValueTask<JournalExtent> Extent() => await store.Run(static async connection =>
    {
        await using var command = new NpgsqlCommand(
            "select count(*), coalesce(max(journal.position), 0), (select position from journal_head) from journal", connection);
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return new JournalExtent(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
    });

    public async ValueTask<long> FirstHole(long after) => await Number(
        "select coalesce(min(place.n), 0) from (select position, @value + row_number() over (order by position) as n from journal where position > @value) place where place.position <> place.n",
        after) ?? 0;

    // Where a minute that began later than one before that time begins; a second earlier, for two appends at once may be noted in the wrong order.
    public async ValueTask<long> StoodAt(long time) => await Number(
        """
        select case when exists (select from journal_time where time <= @value - 61000)
               then coalesce((select position - 1 from journal_time where time > @value - 61000 order by time limit 1), (select max(position) - 1 from journal_time))
               else 0 end
        """, time) ?? 0;

    public async ValueTask<long?> TimeOf(long position) => await Number("select time from journal_time where position <= @value + 1 order by time desc limit 1", position);

    public async ValueTask<long?> CutUntil() => await Number("select until from journal_cut where until > @value", 0);

    public async ValueTask<string?> OwnerOf(Fence fence) => await store.Run(async connection =>
    {
        await using var command = new NpgsqlCommand("select owner from lease_owner where resource = @resource and term = @term", connection)
        {
            Parameters = { new("resource", EntryBytes.Utf8.GetBytes(fence.Resource)), new("term", fence.Term) },
        };
        return await command.ExecuteScalarAsync() is byte[] owner ? Text(owner) : null;
    });

    private async Task<long?> Number(string sql, long value) => await store.Run(async connection =>
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new("value", value) } };
        return await command.ExecuteScalarAsync() as long?;
    });

    // Along the index of streams; with only, of that one.
    internal static async Task<List<JournalRow>> After(NpgsqlConnection connection, string id, long sequence, string? only = null)
    {
        await using var command = new NpgsqlCommand(
            only is null
                ? $"select {Columns} from journal where (persistence_id, sequence) > (@id, @sequence) order by persistence_id, sequence limit @rows"
                : $"select {Columns} from journal where persistence_id = @id and sequence > @sequence order by sequence limit @rows", connection)
        {
            Parameters = { new("id", EntryBytes.Utf8.GetBytes(id)), new("sequence", sequence), new("rows", PageRows) },
        };
        return await Rows(command);
    }

    internal static async Task<List<JournalRow>> Snapshots(NpgsqlConnection connection, string after, byte[] end, int rows)
    {
        await using var command = new NpgsqlCommand(
            $"select {SnapshotColumns} from snapshot where persistence_id > @after and persistence_id < @end order by persistence_id limit @rows", connection)
        {
            Parameters = { new("after", EntryBytes.Utf8.GetBytes(after)), new("end", end), new("rows", rows) },
        };
        return await Rows(command);
    }

    internal static async Task<List<JournalRow>> Rows(NpgsqlCommand command)
    {
        var page = new List<JournalRow>();
        await using var row = await command.ExecuteReaderAsync();
        for (var bytes = 0; bytes < PageBytes && await row.ReadAsync(); bytes += page[^1].Entry.Payload.Length)
        {
            var entry = new Entry(
                Text(row.GetFieldValue<byte[]>(1)), row.GetInt64(2), new Fence(Text(row.GetFieldValue<byte[]>(3)), row.GetInt64(4)), row.GetInt64(5), row.GetFieldValue<byte[]>(6));
            page.Add(new(row.GetInt64(0), entry, await row.IsDBNullAsync(7) ? default : row.GetFieldValue<byte[]>(7)));
        }
        return page;
    }

    private static string Text(byte[] bytes)
    {
        try { return EntryBytes.Utf8.GetString(bytes); }
        catch (ArgumentException e) { throw new InvalidDataException("a row of the journal has an id that is no text", e); }
    }
}
