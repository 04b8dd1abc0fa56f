using System.Collections.Immutable;
using Npgsql;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Tape;

namespace Oddswire.Host.Storage.Postgres;

// One commit of the tape as one batch: one round trip, one transaction. Its first statement locks the state row, so that commits follow each other.
internal sealed class PostgresTapeCommit(TapeRetention retention)
{
    // A null where none may be refuses the commit: epoch for a writer whose time has passed, newest for a hole.
    private const string StateSql =
        """
        update tape_state set
            epoch = case when @epoch::bigint is null or @epoch >= epoch then greatest(epoch, @epoch) end,
            newest = case when @first::bigint is null or @first <= newest + 1 then greatest(newest, @last) end,
            swept_block = coalesce(@block, swept_block),
            swept_time = coalesce(@time, swept_time)
        """;

    // What was stored before is left as it is, also what has been deleted since.
    private const string AppendSql =
        """
        with added as (
            insert into tape ("offset", epoch, timestamp, "user", token, condition, slug, late, data)
            select * from unnest(@offsets, @epochs, @timestamps, @users, @tokens, @conditions, @slugs, @lates, @data)
                   entry ("offset", epoch, timestamp, "user", token, condition, slug, late, data)
             where entry."offset" >= (select oldest from tape_state)
            on conflict ("offset") do nothing
            returning octet_length(data) as size)
        update tape_state set bytes = bytes + (select coalesce(sum(size), 0) from added)
        """;

    private const string ConfirmSql =
        """
        with before as (
            select "offset", octet_length(data) as size from tape where "offset" = any(@offsets)),
        after as (
            update tape set timestamp = entry.timestamp, condition = entry.condition, slug = entry.slug, removed = 0, data = entry.data
              from unnest(@offsets, @timestamps, @conditions, @slugs, @data) entry ("offset", timestamp, condition, slug, data)
             where tape."offset" = entry."offset"
            returning tape."offset", octet_length(tape.data) as size)
        update tape_state set bytes = bytes + (select coalesce(sum(after.size - before.size), 0) from after join before using ("offset"))
        """;

    private const string RemoveSql = "update tape set removed = 1 where \"offset\" = any(@offsets)";

    // Oldest first and without holes: a late fill is young by offset, and goes when its neighbours go.
    private const string TrimSql =
        """
        with seen as (
            select oldest, least(oldest + @allowed, newest + 1) as last from tape_state),
        cut as (
            select greatest(
                coalesce((select min("offset") from tape, seen where "offset" >= seen.oldest and "offset" < seen.last and timestamp >= @cut), seen.last),
                least(seen.oldest + @beyond, seen.last)) as first from seen),
        gone as (
            delete from tape using seen, cut where "offset" >= seen.oldest and "offset" < cut.first returning octet_length(data) as size)
        update tape_state set oldest = cut.first, bytes = bytes - (select coalesce(sum(size), 0) from gone) from cut
        """;

    // What a fill takes beside its data: its columns and its places in six indexes, as measured on a million.
    private const long BytesPerFill = 1_024;

    // As of the last commit: rows and bytes. Nobody else writes.
    private (long Oldest, long Newest, long Bytes) _size = (1, 0, 0);

    public async Task<long> Run(NpgsqlConnection connection, TapeCommit commit)
    {
        // What the server cannot tell from the first offset alone: whether the entries go on behind each other.
        if (!commit.Appended.IsEmpty) commit.Check(epoch: 0, commit.Appended[0].Position!.Value.Offset - 1);
        var allowed = retention.Rows(commit.Appended.Length);
        await using var batch = Batch(connection, commit, allowed);
        try
        {
            await using var row = await batch.ExecuteReaderAsync();
            await row.ReadAsync();
            var before = _size.Oldest;
            _size = (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
            if (allowed > 0) retention.Deleted(_size.Oldest - before, allowed);
            return _size.Oldest;
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.NotNullViolation, TableName: "tape_state" })
        {
            throw new TapeUnavailableException(
                e.ColumnName == "epoch" ? $"the tape belongs to a newer epoch: epoch {commit.Epoch} writes no more" : "these offsets would leave a hole on the tape", e);
        }
    }

    // Fills of another store, into a tape that begins where that one began.
    public static async Task Restore(NpgsqlConnection connection, ImmutableArray<TapeEntry> entries)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Append(entries));
        batch.BatchCommands.Add(Command(RemoveSql, new NpgsqlParameter<long[]>("offsets", [.. entries.Where(static entry => entry.Kind == EntryKind.Removed).Select(Offset)])));
        await batch.ExecuteNonQueryAsync();
    }

    private NpgsqlBatch Batch(NpgsqlConnection connection, TapeCommit commit, int allowed)
    {
        var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Command(StateSql, new NpgsqlParameter<long?>("epoch", commit.Epoch), new NpgsqlParameter<long?>("first", First(commit.Appended)),
            new NpgsqlParameter<long?>("last", commit.Appended is [.., var last] ? last.Position!.Value.Offset : null),
            new NpgsqlParameter<long?>("block", commit.SweptBlock), new NpgsqlParameter<long?>("time", commit.SweptTime)));
        if (!commit.Appended.IsEmpty) batch.BatchCommands.Add(Append(commit.Appended));
        if (!commit.Confirmed.IsEmpty) batch.BatchCommands.Add(Confirm([.. commit.Confirmed.Reverse().DistinctBy(Offset)])); // the last word counts
        if (!commit.Removed.IsEmpty) batch.BatchCommands.Add(Command(RemoveSql, new NpgsqlParameter<long[]>("offsets", [.. commit.Removed])));
        if (allowed > 0)
        {
            var beyond = retention.RowsBeyondSize(_size.Newest - _size.Oldest + 1, _size.Bytes, BytesPerFill);
            batch.BatchCommands.Add(Command(TrimSql, new NpgsqlParameter<long>("allowed", allowed), new NpgsqlParameter<long>("beyond", beyond),
                new NpgsqlParameter<long>("cut", retention.Cut)));
        }
        batch.BatchCommands.Add(Command("select oldest, newest, bytes from tape_state"));
        return batch;
    }

    private static NpgsqlBatchCommand Append(ImmutableArray<TapeEntry> entries) => Command(
        AppendSql,
        Column("offsets", entries, Offset), Column("epochs", entries, entry => entry.Position!.Value.Epoch), Column("timestamps", entries, entry => entry.Fill.Timestamp),
        Column("users", entries, entry => entry.Fill.User.ToString()), Column("tokens", entries, entry => entry.Fill.Token.ToString()),
        Column("conditions", entries, entry => entry.Fill.Market.Condition?.ToString()), Column("slugs", entries, entry => PostgresTape.SlugKey(entry.Fill.Market.Slug)),
        Column("lates", entries, entry => entry.Late ? 1L : 0L), Column("data", entries, entry => entry.Data.ToArray()));

    private static NpgsqlBatchCommand Confirm(ImmutableArray<TapeEntry> entries) => Command(
        ConfirmSql,
        Column("offsets", entries, Offset), Column("timestamps", entries, entry => entry.Fill.Timestamp),
        Column("conditions", entries, entry => entry.Fill.Market.Condition?.ToString()), Column("slugs", entries, entry => PostgresTape.SlugKey(entry.Fill.Market.Slug)),
        Column("data", entries, entry => entry.Data.ToArray()));

    private static long Offset(TapeEntry entry) => entry.Position!.Value.Offset;

    private static long? First(ImmutableArray<TapeEntry> entries) => entries.IsEmpty ? null : Offset(entries[0]);

    private static NpgsqlParameter<T[]> Column<T>(string name, ImmutableArray<TapeEntry> entries, Func<TapeEntry, T> value) => new(name, [.. entries.Select(value)]);

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(value);
        return command;
    }
}
