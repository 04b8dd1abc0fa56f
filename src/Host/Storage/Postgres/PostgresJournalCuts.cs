using System.Collections.Immutable;
using Npgsql;
using Oddswire.Host.Storage.Retention;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Storage.Postgres;

// Cuts in one transaction on a connection of its own. The head of the journal is locked by its last statement only, so appends do not wait for
// what is deleted. The room is autovacuum's to give back.
internal sealed class PostgresJournalCuts(PostgresStore store, PostgresJournal journal) : IJournalCuts
{
    private const string BeyondSql =
        """
        with total as (
            select noted.bytes + (select coalesce(sum(octet_length(payload) + @overhead), 0) from journal where position >= noted.position) as bytes, noted.position
              from (select bytes, position from journal_time order by time desc limit 1) noted)
        select case when total.bytes - journal_cut.bytes <= @most then 0
               else coalesce((select position - 1 from journal_time where bytes >= total.bytes - @most order by time limit 1), total.position - 1) end::bigint
          from total, journal_cut
        """;

    private const string OldSql =
        """
        with seen as materialized (
            select position, persistence_id, sequence from journal where position > @after and position <= @through order by position limit @rows),
        old as (
            select persistence_id, max(sequence) as sequence from seen group by persistence_id)
        select old.persistence_id, old.sequence, coalesce(snapshot.sequence, 0), first.sequence, (select max(position) from seen),
               last.sequence, last.resource, last.term, last.write_id, case when last.position <= @through then last.payload end
          from old left join snapshot on snapshot.persistence_id = old.persistence_id
          cross join lateral (select sequence from journal where persistence_id = old.persistence_id order by sequence limit 1) first
          cross join lateral (select * from journal where persistence_id = old.persistence_id order by sequence desc limit 1) last
        """;

    private const string DeleteSql =
        """
        with cut as (
            select * from unnest(@ids, @throughs) cut (id, through)),
        gone as (
            delete from journal using cut where persistence_id = cut.id and sequence <= cut.through returning octet_length(payload) as size)
        update journal_cut set entries = journal_cut.entries + gone.entries, bytes = journal_cut.bytes + gone.bytes, until = greatest(until, @until)
          from (select count(*) as entries, coalesce(sum(size + @overhead), 0) as bytes from gone) gone
        returning gone.entries
        """;

    public async ValueTask<long> Beyond(long bytes) => await store.Run(async connection =>
        await Command(connection, BeyondSql, ("most", bytes), ("overhead", JournalRow.Overhead)).ExecuteScalarAsync() as long? ?? 0);

    public async ValueTask<CutSlice> Cut(long after, CutOrder order) => await InTransaction(async connection =>
    {
        var (seen, candidates) = await Old(connection, after, order);
        if (seen == after) return (new CutSlice(null, 0), null);
        if (candidates.Count == 0) return (new CutSlice(seen, 0), null);
        var now = store.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var hashes = await Hashes(connection, candidates.Select(static candidate => (candidate.Stream, candidate.Through)));
        ImmutableArray<StreamBase> bases =
            [.. candidates.Select(candidate => new StreamBase(candidate.Stream, candidate.Through, [.. hashes.GetValueOrDefault(candidate.Stream, [])], now, candidate.IsWhole))];
        var entries = await Delete(connection, bases, order.Until);
        await Command(connection, "delete from journal_time where position <= @through", ("through", seen)).ExecuteNonQueryAsync();
        var checkpoint = new Checkpoint(now, order.Through, order.Until, entries, order.Forgotten, bases);
        return (new CutSlice(seen, entries), await Append(connection, [checkpoint], order.Fence, await Last(connection)));
    });

    public async ValueTask Restate(ImmutableArray<Checkpoint> checkpoints, Fence fence) => await InTransaction(async connection =>
    {
        var last = await Last(connection);
        var hashes = await Hashes(connection, [(Checkpoint.Stream, last)]);
        var own = new StreamBase(Checkpoint.Stream, last, [.. hashes[Checkpoint.Stream]], checkpoints[0].Time);
        var appended = await Append(connection, [checkpoints[0] with { Bases = checkpoints[0].Bases.Insert(0, own) }, .. checkpoints[1..]], fence, last);
        await Delete(connection, [own], until: 0);
        return (last, appended);
    });

    public ValueTask<bool> Compact() => new(false);

    private async Task<T> InTransaction<T>(Func<NpgsqlConnection, Task<(T Answer, Appended? Appended)>> work) => await store.Run(async connection =>
    {
        await using var transaction = await connection.BeginTransactionAsync();
        var (answer, appended) = await work(connection);
        await transaction.CommitAsync();
        if (appended is not null) journal.Written(appended.Batch, appended.Hashes);
        return answer;
    });

    private static async Task<(long Seen, List<CutCandidate> Candidates)> Old(NpgsqlConnection connection, long after, CutOrder order)
    {
        var (seen, candidates) = (after, new List<CutCandidate>());
        await using var command = Command(connection, OldSql, ("after", after), ("through", order.Through), ("rows", IJournalCuts.SliceRows));
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            seen = row.GetInt64(4);
            var id = Text(row, 0);
            if (id == Checkpoint.Stream) continue;
            var ended = !await row.IsDBNullAsync(9) && order.Ended(new(id, row.GetInt64(5), new(Text(row, 6), row.GetInt64(7)), row.GetInt64(8), row.GetFieldValue<byte[]>(9)));
            var candidate = new CutCandidate(id, row.GetInt64(1), row.GetInt64(2), row.GetInt64(5), ended);
            if (candidate.Through >= row.GetInt64(3)) candidates.Add(candidate);
        }
        return (seen, candidates);
    }

    private static async Task<Dictionary<string, byte[]>> Hashes(NpgsqlConnection connection, IEnumerable<(string Id, long Sequence)> of)
    {
        var hashes = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        await using var command = Command(connection,
            "select persistence_id, hash from journal join unnest(@ids, @sequences) asked (id, at) on persistence_id = asked.id and sequence = asked.at where hash is not null",
            ("ids", of.Select(static one => Bytes(one.Id)).ToArray()), ("sequences", of.Select(static one => one.Sequence).ToArray()));
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync()) hashes[Text(row, 0)] = row.GetFieldValue<byte[]>(1);
        return hashes;
    }

    private static async Task<long> Delete(NpgsqlConnection connection, ImmutableArray<StreamBase> bases, long until)
    {
        await using var command = Command(connection, DeleteSql, ("ids", bases.Select(static at => Bytes(at.Stream)).ToArray()),
            ("throughs", bases.Select(static at => at.Through).ToArray()), ("until", until), ("overhead", JournalRow.Overhead));
        var entries = await command.ExecuteScalarAsync() as long? ?? 0;
        await Command(connection, "delete from snapshot where persistence_id = any(@ids)",
            ("ids", bases.Where(static at => at.Ended).Select(static at => Bytes(at.Stream)).ToArray())).ExecuteNonQueryAsync();
        return entries;
    }

    private static async Task<long> Last(NpgsqlConnection connection) => await Command(connection,
        "select coalesce(max(sequence), 0) from journal where persistence_id = @id", ("id", Bytes(Checkpoint.Stream))).ExecuteScalarAsync() as long? ?? 0;

    private async Task<Appended> Append(NpgsqlConnection connection, ImmutableArray<Checkpoint> checkpoints, Fence fence, long last)
    {
        ImmutableArray<Entry> batch = [.. checkpoints.Select((checkpoint, n) => new Entry(Checkpoint.Stream, last + 1 + n, fence, checkpoint.Time, checkpoint.ToBytes()))];
        var (fenced, hashes) = await journal.AppendIn(connection, batch);
        return fenced.Count == 0 ? new(batch, hashes) : throw new FencedException("the journal belongs to another gateway by now: it is not for this one to cut it");
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value);
        return command;
    }

    private static byte[] Bytes(string text) => EntryBytes.Utf8.GetBytes(text);

    private static string Text(NpgsqlDataReader row, int column) => EntryBytes.Utf8.GetString(row.GetFieldValue<byte[]>(column));

    private sealed record Appended(ImmutableArray<Entry> Batch, byte[][] Hashes);
}
