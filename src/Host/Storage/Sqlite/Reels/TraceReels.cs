using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Oddswire.Actors.Ports;

namespace Oddswire.Host.Storage.Sqlite.Reels;

// By which transaction or order a trace is found: on a closed reel a part of each hash, side by side in the order of the offsets, so that a
// look through a million of them is a few milliseconds. People ask seldom; an index would be written at each fill, somewhere else each time.
internal static class TraceReels
{
    // Rows that come later for a closed reel are put in (Put); there are few.
    public static void CloseFull(SqliteSession session)
    {
        var (next, newest) = session.Statement(
            "select coalesce((select max(number) + 1 from trace_reel), (select min(offset) - 1 from fill_trace) / ?, 0), coalesce((select max(offset) from fill_trace), 0)")
            .Bind(1, Reel.Size).One(static row => (row.Int64(0), row.Int64(1)));
        for (; Reel.First(next + 1) <= newest; next++)
        {
            var (first, transactions, orders) = (Reel.First(next), new long[Reel.Size], new long[Reel.Size]);
            var rows = session.Statement("select offset, tx, coalesce(order_hash, 0) from fill_trace where offset >= ? and offset < ?")
                .Bind(1, first).Bind(2, first + Reel.Size).All(static row => (Offset: row.Int64(0), Tx: row.Int64(1), Order: row.Int64(2)));
            foreach (var (offset, tx, order) in rows) (transactions[offset - first], orders[offset - first]) = (tx, order);
            if (rows.Count > 0) Write(session, next, MemoryMarshal.AsBytes<long>(transactions), MemoryMarshal.AsBytes<long>(orders));
        }
    }

    // What is known of a fill that may be on a closed reel.
    public static void Put(SqliteSession session, long offset, long tx, long order)
    {
        var number = Reel.Of(offset);
        var (transactions, orders) = session.Statement("select transactions, orders from trace_reel where number = ?").Bind(1, number)
            .First(static row => (row.Blob(0).ToArray(), row.Blob(1).ToArray()), ([], []));
        if (transactions.Length == 0) return;
        var at = (int)(offset - Reel.First(number));
        ref var oldTx = ref MemoryMarshal.Cast<byte, long>(transactions.AsSpan())[at];
        ref var oldOrder = ref MemoryMarshal.Cast<byte, long>(orders.AsSpan())[at];
        if (oldTx == tx && (order == 0 || oldOrder == order)) return;
        (oldTx, oldOrder) = (tx, order == 0 ? oldOrder : order);
        Write(session, number, transactions, orders);
    }

    public static void Drop(SqliteSession session, long oldest) =>
        session.Statement("delete from trace_reel where number < ?").Bind(1, Reel.Of(oldest)).Run();

    public static ImmutableArray<long> ByTransaction(SqliteSession session, long tx) => Find(session, tx, "transactions", "tx");

    public static ImmutableArray<long> ByOrder(SqliteSession session, long order) => Find(session, order, "orders", "order_hash");

    // Newest first: the rows that are on no closed reel, then reel by reel. The row has the last word.
    private static ImmutableArray<long> Find(SqliteSession session, long key, string onReel, string inRow)
    {
        var found = ImmutableArray.CreateBuilder<long>();
        var open = session.Statement("select coalesce(max(number) + 1, 0) from trace_reel").One(static row => Reel.First(row.Int64(0)));
        found.AddRange(session.Statement($"select offset from fill_trace where offset >= ? and {inRow} = ? order by offset desc limit {ITraces.MostFound}")
            .Bind(1, open).Bind(2, key).All(static row => row.Int64(0)));
        var reels = session.Statement($"select number, {onReel} from trace_reel order by number desc");
        var isIt = session.Statement($"select 1 from fill_trace where offset = ? and {inRow} = ?");
        reels.Until(row =>
        {
            var keys = MemoryMarshal.Cast<byte, long>(row.Blob(1));
            for (var at = keys.LastIndexOf(key); at >= 0 && found.Count < ITraces.MostFound; at = keys[..at].LastIndexOf(key))
            {
                var offset = Reel.First(row.Int64(0)) + at;
                if (isIt.Bind(1, offset).Bind(2, key).First(static _ => true, otherwise: false)) found.Add(offset);
            }
            return found.Count == ITraces.MostFound;
        });
        return found.DrainToImmutable();
    }

    private static void Write(SqliteSession session, long number, ReadOnlySpan<byte> transactions, ReadOnlySpan<byte> orders) =>
        session.Statement("insert or replace into trace_reel (number, transactions, orders) values (?, ?, ?)").Bind(1, number).Bind(2, transactions).Bind(3, orders).Run();
}
