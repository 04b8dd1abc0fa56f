using System.Collections.Immutable;
using Oddswire.Host.Storage.Retention;
using Oddswire.Messages.Ledger;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Storage.Sqlite;

// Cuts on the store's writing thread, between two appends. What is free afterwards is used again, and given back when it is a lot.
internal sealed class SqliteJournalCuts(SqliteStore store, SqliteJournal journal) : IJournalCuts
{
    private const int PagesAtATime = 256; // 1 MiB: moved in a few milliseconds
    private const int LeastFreePages = 4_096; // 16 MiB, and a quarter of the file: what the tape deletes it fills again within the hour
    private const int FreeShare = 4;

    public async ValueTask<long> Beyond(long bytes) => await store.Readers.Run(session => session.Prepared(
        $"""
        with total as (
            select noted.bytes + (select coalesce(sum(length(payload) + {JournalRow.Overhead}), 0) from journal where position >= noted.position) as bytes, noted.position
              from (select bytes, position from journal_time order by time desc limit 1) noted)
        select case when total.bytes - journal_cut.bytes <= $most then 0
               else coalesce((select position - 1 from journal_time where bytes >= total.bytes - $most order by time limit 1), total.position - 1) end
          from total, journal_cut
        """, ("$most", bytes)).ExecuteScalar() as long? ?? 0);

    public async ValueTask<CutSlice> Cut(long after, CutOrder order)
    {
        store.SyncHead();
        var (slice, heads) = await store.Writer.Run(transaction => Cut(transaction, after, order));
        store.Changed.Note(heads);
        return slice;
    }

    public async ValueTask Restate(ImmutableArray<Checkpoint> checkpoints, Fence fence)
    {
        store.SyncHead();
        store.Changed.Note(await store.Writer.Run(transaction =>
        {
            var session = transaction.Session;
            var last = session.Prepared("select coalesce(max(sequence), 0) from journal where persistence_id = $id", ("$id", Checkpoint.Stream)).ReadInt64();
            var own = new StreamBase(Checkpoint.Stream, last, [.. HashAt(session, Checkpoint.Stream, last)], checkpoints[0].Time);
            var heads = Append(transaction, [checkpoints[0] with { Bases = checkpoints[0].Bases.Insert(0, own) }, .. checkpoints[1..]], fence);
            Delete(session, [own], until: null);
            return heads;
        }));
    }

    public async ValueTask<bool> Compact() => await store.Writer.Run(static transaction =>
    {
        var session = transaction.Session;
        var (free, all) = (session.Prepared("pragma freelist_count").ReadInt64(), session.Prepared("pragma page_count").ReadInt64());
        if (free < LeastFreePages || free < all / FreeShare || session.Prepared("pragma auto_vacuum").ReadInt64() != 2) return false;
        using var freed = session.Prepared($"pragma incremental_vacuum({PagesAtATime})").ExecuteReader();
        while (freed.Read())
        {
            // A page with each step.
        }
        return true;
    });

    private (CutSlice, IEnumerable<StreamHead>) Cut(WriteTransaction transaction, long after, CutOrder order)
    {
        var session = transaction.Session;
        var (seen, old) = Old(session, after, order.Through);
        if (seen == after) return (new(null, 0), []);
        var now = store.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var bases = old.Select(stream => Candidate(session, stream.Key, stream.Value, order)).Where(static candidate => candidate.Through > 0)
            .Where(candidate => FirstOf(session, candidate.Stream) <= candidate.Through)
            .Select(candidate => new StreamBase(candidate.Stream, candidate.Through, [.. HashAt(session, candidate.Stream, candidate.Through)], now, candidate.IsWhole)).ToImmutableArray();
        if (bases.IsEmpty) return (new(seen, 0), []);
        var entries = Delete(session, bases, order.Until);
        session.Prepared("delete from journal_time where position <= $through", ("$through", seen)).ExecuteNonQuery();
        return (new(seen, entries), Append(transaction, [new(now, order.Through, order.Until, entries, order.Forgotten, bases)], order.Fence));
    }

    // The streams that have entries in this slice, each with its last one there.
    private static (long Seen, Dictionary<string, long> Old) Old(SqliteSession session, long after, long through)
    {
        var (seen, old) = (after, new Dictionary<string, long>(StringComparer.Ordinal));
        using var row = session.Prepared(
            "select position, persistence_id, sequence from journal where position > $after and position <= $through order by position limit $rows",
            ("$after", after), ("$through", through), ("$rows", IJournalCuts.SliceRows)).ExecuteReader();
        while (row.Read())
        {
            seen = row.GetInt64(0);
            if (row.GetString(1) is not Checkpoint.Stream and var id) old[id] = row.GetInt64(2);
        }
        return (seen, old);
    }

    private static CutCandidate Candidate(SqliteSession session, string id, long old, CutOrder order)
    {
        var snapshot = session.Prepared("select sequence from snapshot where persistence_id = $id", ("$id", id)).ExecuteScalar() as long? ?? 0;
        using var row = session.Prepared(
            "select sequence, resource, term, write_id, payload, position from journal where persistence_id = $id order by sequence desc limit 1", ("$id", id)).ExecuteReader();
        row.Read();
        return new(id, old, snapshot, row.GetInt64(0), row.GetInt64(5) <= order.Through && order.Ended(SqliteJournal.EntryOf(id, row)));
    }

    private static long FirstOf(SqliteSession session, string id) =>
        session.Prepared("select min(sequence) from journal where persistence_id = $id", ("$id", id)).ReadInt64();

    private static byte[] HashAt(SqliteSession session, string id, long sequence) =>
        session.Prepared("select hash from journal where persistence_id = $id and sequence = $sequence", ("$id", id), ("$sequence", sequence)).ExecuteScalar() as byte[] ?? [];

    private static long Delete(SqliteSession session, ImmutableArray<StreamBase> bases, long? until)
    {
        var (entries, bytes) = (0L, 0L);
        foreach (var at in bases)
        {
            bytes += session.Prepared("select coalesce(sum(length(payload)), 0) from journal where persistence_id = $id and sequence <= $through", ("$id", at.Stream), ("$through", at.Through)).ReadInt64();
            entries += session.Prepared("delete from journal where persistence_id = $id and sequence <= $through", ("$id", at.Stream), ("$through", at.Through)).ExecuteNonQuery();
            if (at.Ended) session.Prepared("delete from snapshot where persistence_id = $id", ("$id", at.Stream)).ExecuteNonQuery();
        }
        session.Prepared(
            "update journal_cut set entries = entries + $entries, bytes = bytes + $bytes, until = max(coalesce(until, 0), coalesce($until, until, 0))",
            ("$entries", entries), ("$bytes", bytes + (entries * JournalRow.Overhead)), ("$until", until)).ExecuteNonQuery();
        return entries;
    }

    private IEnumerable<StreamHead> Append(WriteTransaction transaction, ImmutableArray<Checkpoint> checkpoints, Fence fence)
    {
        var last = transaction.Session.Prepared("select coalesce(max(sequence), 0) from journal where persistence_id = $id", ("$id", Checkpoint.Stream)).ReadInt64();
        var (fenced, heads) = journal.AppendIn(transaction, [.. checkpoints.Select((checkpoint, n) => new Entry(Checkpoint.Stream, last + 1 + n, fence, checkpoint.Time, checkpoint.ToBytes()))]);
        return fenced.IsEmpty ? heads : throw new FencedException("the journal belongs to another gateway by now: it is not for this one to cut it");
    }
}
