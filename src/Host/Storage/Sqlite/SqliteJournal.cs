using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Oddswire.Messages.Ledger;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Storage.Sqlite;

// The embedded journal. An append is one transaction on the store's writing thread: fence check, one prepared INSERT per entry, commit.
internal sealed partial class SqliteJournal(SqliteStore store) : IJournal
{
    // A read transaction holds up checkpoints, and a page is in memory: both end after this much.
    private const int PageRows = 256;
    private const int PageBytes = 1024 * 1024;

    private const int UniqueViolation = 2067;

    public async ValueTask<ImmutableArray<string>> Append(ImmutableArray<Entry> batch)
    {
        if (batch.IsDefaultOrEmpty) return [];
        foreach (var entry in batch) ArgumentException.ThrowIfNullOrEmpty(entry.PersistenceId, nameof(batch));
        var (fenced, heads) = await Answered(store.Writer.Run(transaction => AppendIn(transaction, batch)));
        store.Changed.Note(heads);
        return fenced;
    }

    public IAsyncEnumerable<Entry> Read(string persistenceId, long after)
    {
        ArgumentException.ThrowIfNullOrEmpty(persistenceId);
        return ReadPages(persistenceId, after, CancellationToken.None);
    }

    public async ValueTask<Entry?> LoadSnapshot(string persistenceId)
    {
        ArgumentException.ThrowIfNullOrEmpty(persistenceId);
        return await Answered(store.Readers.Run(session =>
        {
            using var row = session.Prepared($"select {SqliteJournalRows.SnapshotColumns} from snapshot where persistence_id = $id", ("$id", persistenceId)).ExecuteReader();
            return row.Read() ? store.Seal.Checked(SqliteJournalRows.RowOf(row)) : (Entry?)null;
        }));
    }

    public async ValueTask SaveSnapshot(Entry snapshot)
    {
        ArgumentException.ThrowIfNullOrEmpty(snapshot.PersistenceId, nameof(snapshot));
        await Answered(store.Writer.Run(transaction => Save(transaction.Session, new(0, snapshot, store.Seal.OfSnapshot(snapshot)))));
    }

    internal static int Save(SqliteSession session, JournalRow snapshot) => session.Prepared(
        """
        insert into snapshot (persistence_id, sequence, resource, term, write_id, payload, hash) values ($id, $sequence, $resource, $term, $write, $payload, $hash)
        on conflict (persistence_id) do update set sequence = excluded.sequence, resource = excluded.resource, term = excluded.term,
               write_id = excluded.write_id, payload = excluded.payload, hash = excluded.hash
         where excluded.sequence > snapshot.sequence
        """,
        ("$id", snapshot.Entry.PersistenceId), ("$sequence", snapshot.Entry.Sequence), ("$resource", snapshot.Entry.Fence.Resource),
        ("$term", snapshot.Entry.Fence.Term), ("$write", snapshot.Entry.WriteId), ("$payload", snapshot.Entry.Payload.ToArray()),
        ("$hash", snapshot.Hash.ToArray())).ExecuteNonQuery();

    // Inside a transaction that may do more.
    internal (ImmutableArray<string> Fenced, IEnumerable<StreamHead> Heads) AppendIn(WriteTransaction transaction, ImmutableArray<Entry> batch)
    {
        var fenced = Fenced(transaction.Session, batch);
        var kept = fenced.IsEmpty ? batch : batch.RemoveAll(entry => fenced.Contains(entry.PersistenceId));
        if (kept.IsEmpty) return (fenced, []);

        using var chain = new JournalChain(transaction.Head.Chain);
        foreach (var entry in kept) chain.Add(entry);
        var head = transaction.Head with { Position = transaction.Head.Position + kept.Length, Chain = chain.Close() };

        var heads = new Dictionary<string, StreamHead>();
        for (var i = 0; i < kept.Length; i++)
        {
            var hash = store.Seal.Of(HashBefore(transaction.Session, kept[i], heads), kept[i]);
            Insert(transaction.Session, new(transaction.Head.Position + 1 + i, kept[i], hash), i == kept.Length - 1 ? JournalChain.ToBytes(head.Chain) : null);
            heads[kept[i].PersistenceId] = new(kept[i].PersistenceId, kept[i].Sequence, ImmutableCollectionsMarshal.AsImmutableArray(hash));
        }
        NoteTime(transaction.Session, transaction.Head.Position + 1);
        transaction.Head = head;
        return (fenced, heads.Values);
    }

    // Once a minute, and never back in time: whoever asks for a time is to miss nothing of it.
    private void NoteTime(SqliteSession session, long position) => session.Prepared(
        """
        insert into journal_time (time, position, bytes)
        select $now, $position, coalesce((select bytes from journal_time order by time desc limit 1), 0)
               + (select coalesce(sum(length(payload) + $overhead), 0) from journal
                   where position >= coalesce((select position from journal_time order by time desc limit 1), 0) and position < $position)
         where not exists (select 1 from journal_time where time > $now - 60000)
        """,
        ("$now", store.Time.GetUtcNow().ToUnixTimeMilliseconds()), ("$position", position), ("$overhead", JournalRow.Overhead)).ExecuteNonQuery();

    // Here, inside the transaction, is where the order is known, and the entry before is there or there is a hole.
    private static ReadOnlySpan<byte> HashBefore(SqliteSession session, in Entry entry, Dictionary<string, StreamHead> written)
    {
        if (entry.Sequence == 1) return [];
        if (written.TryGetValue(entry.PersistenceId, out var head) && head.Sequence == entry.Sequence - 1) return head.Hash.AsSpan();
        return session.Prepared(
            "select hash from journal where persistence_id = $id and sequence = $sequence", ("$id", entry.PersistenceId), ("$sequence", entry.Sequence - 1)).ExecuteScalar() switch
        {
            null => throw new ArgumentException($"event {entry.Sequence} of '{entry.PersistenceId}' has no event {entry.Sequence - 1} before it", nameof(entry)),
            byte[] hash => hash,
            _ => [], // somebody has taken it away: verification tells, and the stream goes on
        };
    }

    private static ImmutableArray<string> Fenced(SqliteSession session, ImmutableArray<Entry> batch)
    {
        var current = new Dictionary<Fence, bool>();
        foreach (var (_, _, fence, _, _) in batch)
        {
            if (!current.ContainsKey(fence))
                current[fence] = session.Prepared("select term from lease where resource = $resource", ("$resource", fence.Resource)).ExecuteScalar() is long term && term == fence.Term;
        }
        return current.ContainsValue(false) ? [.. batch.Where(entry => !current[entry.Fence]).Select(entry => entry.PersistenceId).Distinct()] : [];
    }

    internal static void Insert(SqliteSession session, in JournalRow row, byte[]? chain)
    {
        var entry = row.Entry;
        try
        {
            session.Prepared(
                """
                insert into journal (position, persistence_id, sequence, resource, term, write_id, payload, chain, hash)
                values ($position, $id, $sequence, $resource, $term, $write, $payload, $chain, $hash)
                """,
                ("$position", row.Position), ("$id", entry.PersistenceId), ("$sequence", entry.Sequence), ("$resource", entry.Fence.Resource),
                ("$term", entry.Fence.Term), ("$write", entry.WriteId), ("$payload", entry.Payload.ToArray()), ("$chain", chain), ("$hash", row.Hash.ToArray())).ExecuteNonQuery();
        }
        catch (SqliteException e) when (e.SqliteExtendedErrorCode == UniqueViolation)
        {
            throw new SequenceTakenException($"event {entry.Sequence} of '{entry.PersistenceId}' exists already", e);
        }
    }

    private async IAsyncEnumerable<Entry> ReadPages(string persistenceId, long after, [EnumeratorCancellation] CancellationToken cancelled)
    {
        for (var more = true; more;)
        {
            (var page, more) = await Answered(store.Readers.Run(session => ReadPage(session, persistenceId, after), cancelled));
            foreach (var entry in page) yield return entry;
            if (more) after = page[^1].Sequence;
        }
    }

    private static (List<Entry> Page, bool More) ReadPage(SqliteSession session, string persistenceId, long after)
    {
        var page = new List<Entry>();
        using var row = session.Prepared(
            "select sequence, resource, term, write_id, payload from journal where persistence_id = $id and sequence > $after order by sequence limit $rows",
            ("$id", persistenceId), ("$after", after), ("$rows", PageRows)).ExecuteReader();
        for (var bytes = 0; bytes < PageBytes; bytes += page[^1].Payload.Length)
        {
            if (!row.Read()) return (page, page.Count == PageRows);
            page.Add(EntryOf(persistenceId, row));
        }
        return (page, true);
    }

    // SQLite keeps whatever it is given, and a flipped bit makes a value one of another kind: where no such row was ever written.
    public static Entry EntryOf(string persistenceId, SqliteDataReader row)
    {
        try
        {
            return new(persistenceId, row.GetInt64(0), new(row.GetString(1), row.GetInt64(2)), row.GetInt64(3), row.GetFieldValue<byte[]>(4));
        }
        catch (Exception e) when (e is InvalidCastException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"event {row.GetValue(0)} of '{persistenceId}' has values of another kind", e);
        }
    }

    private static async Task<T> Answered<T>(Task<T> question)
    {
        try { return await question; }
        catch (StoreUnavailableException e) { throw new JournalUnavailableException(e.Message, e); }
    }
}
