using System.Collections.Immutable;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Npgsql;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Storage.Postgres;

// The journal in PostgreSQL. An append is one statement, and so one round trip and one transaction.
internal sealed partial class PostgresJournal(PostgresStore store) : IJournal
{
    private const int PageRows = 256;
    private const int PageBytes = 1024 * 1024;

    private readonly PostgresHashes _hashes = new(store.Seal);

    // The lease rows are locked until the commit: a term that has changed hands is seen, and one that is held cannot change hands meanwhile.
    // The head row puts appends in order. A hole becomes a null and breaks the constraint. Nothing is written where any fence is old.
    private const string AppendSql =
        """
        with held as materialized (
            select resource, term from lease where resource = any(@fence_resources) order by resource for share),
        fenced as materialized (
            select fence.resource, fence.term from unnest(@fence_resources, @fence_terms) fence (resource, term)
              left join held on held.resource = fence.resource
             where held.term is distinct from fence.term),
        head as (
            update journal_head set position = position + @count, chain = sha256(chain || @digest)
             where not exists (select from fenced)
            returning position - @count as before, chain),
        written as (
            insert into journal (position, persistence_id, sequence, resource, term, write_id, payload, chain, hash)
            select head.before + entry.n, entry.id,
                   case when entry.sequence = 1 or entry.follows
                          or exists (select from journal where persistence_id = entry.id and sequence = greatest(entry.sequence, 1) - 1)
                        then entry.sequence end,
                   entry.resource, entry.term, entry.write_id, entry.payload, case when entry.n = @count then head.chain end, entry.hash
              from head, unnest(@ids, @sequences, @follows, @resources, @terms, @writes, @payloads, @hashes)
                   with ordinality entry (id, sequence, follows, resource, term, write_id, payload, hash, n)),
        timed as (
            insert into journal_time (time, position, bytes)
            select @now, head.before + 1, coalesce((select bytes from journal_time order by time desc limit 1), 0)
                   + (select coalesce(sum(octet_length(payload) + @overhead), 0) from journal
                       where position >= coalesce((select position from journal_time order by time desc limit 1), 0))
              from head where not exists (select from journal_time where time > @now - 60000)
            on conflict do nothing)
        select resource, term from fenced
        """;

    public async ValueTask<ImmutableArray<string>> Append(ImmutableArray<Entry> batch)
    {
        if (batch.IsDefaultOrEmpty) return [];
        foreach (var entry in batch) ArgumentException.ThrowIfNullOrEmpty(entry.PersistenceId, nameof(batch));
        var fences = await TryAppend(batch);
        if (fences.Count == 0) return [];

        // Rare, and it may take more than one turn: a lease can change hands in between.
        ImmutableArray<string> fenced = [.. batch.Where(entry => fences.Contains(entry.Fence)).Select(entry => entry.PersistenceId).Distinct()];
        var kept = batch.RemoveAll(entry => fenced.Contains(entry.PersistenceId));
        return kept.IsEmpty ? fenced : fenced.AddRange(await Append(kept));
    }

    public IAsyncEnumerable<Entry> Read(string persistenceId, long after)
    {
        ArgumentException.ThrowIfNullOrEmpty(persistenceId);
        return ReadPages(persistenceId, after, CancellationToken.None);
    }

    public async ValueTask<Entry?> LoadSnapshot(string persistenceId)
    {
        ArgumentException.ThrowIfNullOrEmpty(persistenceId);
        return await Answered(store.Run(async connection =>
        {
            await using var command = new NpgsqlCommand($"select {PostgresJournalRows.SnapshotColumns} from snapshot where persistence_id = @id", connection)
            {
                Parameters = { new("id", Bytes(persistenceId)) },
            };
            return await PostgresJournalRows.Rows(command) is [var snapshot] ? store.Seal.Checked(snapshot) : (Entry?)null;
        }));
    }

    public async ValueTask SaveSnapshot(Entry snapshot)
    {
        ArgumentException.ThrowIfNullOrEmpty(snapshot.PersistenceId, nameof(snapshot));
        await Answered(store.Run(connection => Save(connection, new(0, snapshot, store.Seal.OfSnapshot(snapshot)))));
    }

    internal static async Task<int> Save(NpgsqlConnection connection, JournalRow snapshot)
    {
        var (id, sequence, fence, write, payload) = snapshot.Entry;
        await using var command = new NpgsqlCommand(
            """
            insert into snapshot (persistence_id, sequence, resource, term, write_id, payload, hash) values (@id, @sequence, @resource, @term, @write, @payload, @hash)
            on conflict (persistence_id) do update set sequence = excluded.sequence, resource = excluded.resource, term = excluded.term,
                   write_id = excluded.write_id, payload = excluded.payload, hash = excluded.hash
             where excluded.sequence > snapshot.sequence
            """, connection)
        {
            Parameters =
            {
                new("id", Bytes(id)), new("sequence", sequence), new("resource", Bytes(fence.Resource)), new("term", fence.Term),
                new("write", write), new("payload", payload.ToArray()), new("hash", snapshot.Hash.ToArray()),
            },
        };
        return await command.ExecuteNonQueryAsync();
    }

    // The fences that are not current; then nothing was written.
    private Task<HashSet<Fence>> TryAppend(ImmutableArray<Entry> batch)
    {
        return Answered(store.Run(async connection =>
        {
            try
            {
                var (fenced, hashes) = await AppendIn(connection, batch);
                if (fenced.Count == 0) Written(batch, hashes);
                return fenced;
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UniqueViolation)
            {
                throw new SequenceTakenException("an event of this batch exists already", e);
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.NotNullViolation)
            {
                throw new ArgumentException("an event of this batch has no event before it", nameof(batch), e);
            }
        }));
    }

    // A transaction of its own, or inside one that does more; then it is Written when that has been committed.
    internal async Task<(HashSet<Fence> Fenced, byte[][] Hashes)> AppendIn(NpgsqlConnection connection, ImmutableArray<Entry> batch)
    {
        var hashes = await _hashes.Of(connection, batch);
        await using var command = new NpgsqlCommand(AppendSql, connection);
        foreach (var (name, value) in Values(batch, hashes)) command.Parameters.AddWithValue(name, value);
        var fenced = new HashSet<Fence>();
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync()) fenced.Add(new(Text(row.GetFieldValue<byte[]>(0)), row.GetInt64(1)));
        await row.CloseAsync(); // an error of the commit comes here
        return (fenced, hashes);
    }

    internal void Written(ImmutableArray<Entry> batch, byte[][] hashes) => store.Changed.Note(_hashes.Written(batch, hashes));

    private (string Name, object Value)[] Values(ImmutableArray<Entry> batch, byte[][] hashes)
    {
        using var chain = new JournalChain(0);
        foreach (var entry in batch) chain.Add(entry);
        var seen = new HashSet<(string, long)>();
        var follows = batch.Select(entry => { seen.Add((entry.PersistenceId, entry.Sequence)); return seen.Contains((entry.PersistenceId, entry.Sequence - 1)); });
        Fence[] fences = [.. batch.Select(entry => entry.Fence).Distinct()];
        return
        [
            ("fence_resources", fences.Select(fence => Bytes(fence.Resource)).ToArray()), ("fence_terms", fences.Select(fence => fence.Term).ToArray()),
            ("count", (long)batch.Length), ("digest", JournalChain.ToBytes(chain.Close())),
            ("ids", batch.Select(entry => Bytes(entry.PersistenceId)).ToArray()), ("sequences", batch.Select(entry => entry.Sequence).ToArray()),
            ("follows", follows.ToArray()), ("resources", batch.Select(entry => Bytes(entry.Fence.Resource)).ToArray()),
            ("terms", batch.Select(entry => entry.Fence.Term).ToArray()), ("writes", batch.Select(entry => entry.WriteId).ToArray()),
            ("payloads", batch.Select(entry => entry.Payload.ToArray()).ToArray()), ("hashes", hashes),
            ("now", store.Time.GetUtcNow().ToUnixTimeMilliseconds()), ("overhead", JournalRow.Overhead),
        ];
    }

    private async IAsyncEnumerable<Entry> ReadPages(string persistenceId, long after, [EnumeratorCancellation] CancellationToken cancelled)
    {
        for (var more = true; more;)
        {
            var page = await Answered(store.Run(connection => ReadPage(connection, persistenceId, after), cancelled));
            foreach (var entry in page) yield return entry;
            more = page.Count == PageRows || page.Sum(entry => (long)entry.Payload.Length) >= PageBytes;
            if (more) after = page[^1].Sequence;
        }
    }

    // As many rows as fit the page, and one at least.
    private static async Task<List<Entry>> ReadPage(NpgsqlConnection connection, string persistenceId, long after)
    {
        await using var command = new NpgsqlCommand(
            """
            select sequence, resource, term, write_id, payload from (
                select *, sum(octet_length(payload)) over (order by sequence) - octet_length(payload) as before from (
                    select * from journal where persistence_id = @id and sequence > @after order by sequence limit @rows) next) page
             where before < @bytes order by sequence
            """, connection)
        {
            Parameters = { new("id", Bytes(persistenceId)), new("after", after), new("rows", PageRows), new("bytes", PageBytes) },
        };
        var page = new List<Entry>();
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync()) page.Add(EntryOf(persistenceId, row));
        return page;
    }

    private static Entry EntryOf(string persistenceId, DbDataReader row) =>
        new(persistenceId, row.GetInt64(0), new(Text(row.GetFieldValue<byte[]>(1)), row.GetInt64(2)), row.GetInt64(3), row.GetFieldValue<byte[]>(4));

    private static byte[] Bytes(string text) => EntryBytes.Utf8.GetBytes(text);

    private static string Text(byte[] bytes) => EntryBytes.Utf8.GetString(bytes);

    private static async Task<T> Answered<T>(Task<T> question)
    {
        try { return await question; }
        catch (StoreUnavailableException e) { throw new JournalUnavailableException(e.Message, e); }
    }
}
