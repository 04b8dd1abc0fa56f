using System.Collections.Immutable;
using Npgsql;
using Oddswire.Host.Storage.Transfer;
using Oddswire.Messages.Tape;

namespace Oddswire.Host.Storage.Postgres;

// Fills an empty schema in one transaction, of which this gateway's place is held.
internal sealed class PostgresImport : IStoreImport
{
    private readonly PostgresStore _store;
    private readonly PostgresMoment _moment;

    private PostgresImport(PostgresStore store, PostgresMoment moment) => (_store, _moment, Rows) = (store, moment, new PostgresJournalRows(moment));

    public IJournalRows Rows { get; }

    // Throws what opening the store throws; it is as it was, or empty.
    public static async Task<PostgresImport> Open(PostgresStoreOptions options, TimeProvider time, ILogger log)
    {
        var store = await PostgresStore.Open(options, time, log);
        PostgresMoment? moment = null;
        try
        {
            moment = await PostgresMoment.Of(store);
            if (!await moment.Run(IsEmpty)) throw new StoreUnavailableException($"the store in {options.Name} (schema {options.Schema}) is not empty: import into a new one. Nothing has been changed.");
            return new(store, moment);
        }
        catch
        {
            if (moment is not null) await moment.DisposeAsync();
            await store.DisposeAsync();
            throw;
        }
    }

    public async Task Add(IReadOnlyList<StoreLine> lines)
    {
        try
        {
            await _moment.Run(async connection =>
            {
                await Add(connection, lines);
                return 0;
            });
        }
        catch (StoreUnavailableException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            throw new InvalidDataException("the export tells the same thing twice", e);
        }
    }

    public async Task Commit()
    {
        await _moment.Run(async connection =>
        {
            await Execute(connection, "update journal set chain = sha256(hash) where position = (select max(position) from journal)");
            await Execute(connection,
                """
                update journal_head set position = last.position, chain = last.chain
                  from (select position, chain from journal order by position desc limit 1) last
                """);
            return 0;
        });
        await _moment.Commit();
    }

    public async ValueTask DisposeAsync()
    {
        await _moment.DisposeAsync();
        await _store.DisposeAsync();
    }

    private static async Task<bool> IsEmpty(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            "select (select count(*) from journal) + (select count(*) from snapshot) + (select count(*) from lease) + (select newest from tape_state)", connection);
        return await command.ExecuteScalarAsync() is 0L;
    }

    private static async Task Add(NpgsqlConnection connection, IReadOnlyList<StoreLine> lines)
    {
        await Add(connection, [.. lines.OfType<StoreLine.Event>().Select(static line => line.Row)]);
        foreach (var snapshot in lines.OfType<StoreLine.Snapshot>()) await PostgresJournal.Save(connection, snapshot.Row);
        foreach (var note in lines)
        {
            switch (note)
            {
                case StoreLine.Minute minute:
                    await Execute(connection, "insert into journal_time (time, position, bytes) values (@time, @position, @bytes)",
                        ("time", minute.Time), ("position", minute.Position), ("bytes", minute.Bytes));
                    break;
                case StoreLine.Cut cut:
                    await Execute(connection, "update journal_cut set entries = @entries, bytes = @bytes, until = nullif(@until, -1)",
                        ("entries", cut.Entries), ("bytes", cut.Bytes), ("until", cut.Until ?? -1));
                    break;
                case StoreLine.Term term:
                    await PostgresLeases.Restore(connection, term.Fence, term.Owner);
                    break;
                case StoreLine.Tape { Head: var head }:
                    await Execute(connection,
                        "update tape_state set epoch = @epoch, oldest = @oldest, newest = @newest, swept_block = nullif(@block, -1), swept_time = nullif(@time, -1)",
                        ("epoch", head.Epoch), ("oldest", head.Oldest), ("newest", head.Newest), ("block", head.SweptBlock ?? -1), ("time", head.SweptTime ?? -1));
                    break;
            }
        }
        ImmutableArray<TapeEntry> fills = [.. lines.OfType<StoreLine.Fill>().Select(static line => line.Entry)];
        if (!fills.IsEmpty) await PostgresTapeCommit.Restore(connection, fills);
    }

    private static async Task Add(NpgsqlConnection connection, ImmutableArray<JournalRow> rows)
    {
        if (rows.IsEmpty) return;
        await Execute(connection,
            """
            insert into journal (position, persistence_id, sequence, resource, term, write_id, payload, hash)
            select * from unnest(@positions, @ids, @sequences, @resources, @terms, @writes, @payloads, @hashes)
            """,
            ("positions", rows.Select(static row => row.Position).ToArray()), ("ids", rows.Select(static row => Bytes(row.Entry.PersistenceId)).ToArray()),
            ("sequences", rows.Select(static row => row.Entry.Sequence).ToArray()), ("resources", rows.Select(static row => Bytes(row.Entry.Fence.Resource)).ToArray()),
            ("terms", rows.Select(static row => row.Entry.Fence.Term).ToArray()), ("writes", rows.Select(static row => row.Entry.WriteId).ToArray()),
            ("payloads", rows.Select(static row => row.Entry.Payload.ToArray()).ToArray()), ("hashes", rows.Select(static row => row.Hash.ToArray()).ToArray()));
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, params (string Name, object Value)[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value);
        await command.ExecuteNonQueryAsync();
    }

    private static byte[] Bytes(string text) => EntryBytes.Utf8.GetBytes(text);
}
