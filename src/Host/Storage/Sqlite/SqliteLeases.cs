using Oddswire.Runtime;
using Oddswire.Runtime.Leases;

namespace Oddswire.Host.Storage.Sqlite;

// Leases in the embedded store. Times are the wall clock's milliseconds, given to the statements: SQLite's own clock is not ours to set in a test.
internal sealed class SqliteLeases(SqliteStore store, TimeProvider time) : ILeases
{
    // A first claim starts above every term that an accepted loss took along.
    private const string Claim =
        """
        insert into lease (resource, owner, incarnation, term, expires_at)
        values ($resource, $owner, $incarnation, 1 + (select coalesce(sum(missing_terms), 0) from loss), $expires)
        on conflict (resource) do update set owner = excluded.owner, incarnation = excluded.incarnation, expires_at = excluded.expires_at,

        """;

    // The term stays only for a renewal in time: claimed again after expiry, the owner's own late entries are to be refused.
    private const string HoldSql = Claim +
        """
               term = lease.term + case when lease.owner = excluded.owner and lease.incarnation = excluded.incarnation and lease.expires_at >= $now then 0 else 1 end
         where lease.owner = excluded.owner and lease.incarnation = excluded.incarnation or lease.expires_at < $now
        returning term
        """;

    private const string SeizeSql = Claim + "term = lease.term + 1 returning term";

    public ValueTask<Lease?> Hold(string resource, NodeId owner, TimeSpan timeToLive) => Take(HoldSql, resource, owner, timeToLive);

    public async ValueTask<Lease> Seize(string resource, NodeId owner, TimeSpan timeToLive) => (await Take(SeizeSql, resource, owner, timeToLive))!.Value;

    // The row stays: without it the next term would be 1 again. Free from now on, also in this very millisecond and for a clock that is set back.
    public async ValueTask Release(Lease lease) => await Answered(store.Writer.Run(transaction => transaction.Session.Prepared(
        "update lease set expires_at = $never where resource = $resource and owner = $owner and incarnation = $incarnation and term = $term",
        ("$never", long.MinValue), ("$resource", lease.Fence.Resource), ("$owner", lease.Owner.Name), ("$incarnation", lease.Owner.Incarnation),
        ("$term", lease.Fence.Term)).ExecuteNonQuery()));

    // A term that was held in another store: nobody holds it now, and the next one is higher.
    internal static void Restore(SqliteSession session, Fence fence, string owner)
    {
        session.Prepared(
            """
            insert into lease (resource, owner, incarnation, term, expires_at) values ($resource, $owner, 0, $term, $never)
            on conflict (resource) do update set owner = excluded.owner, term = excluded.term where excluded.term > lease.term
            """,
            ("$resource", fence.Resource), ("$owner", owner), ("$term", fence.Term), ("$never", long.MinValue)).ExecuteNonQuery();
        Remember(session, fence, owner);
    }

    // Who held a term is part of the record.
    private static void Remember(SqliteSession session, Fence fence, string owner) => session.Prepared(
        "insert or ignore into lease_owner (resource, term, owner) values ($resource, $term, $owner)",
        ("$resource", fence.Resource), ("$term", fence.Term), ("$owner", owner)).ExecuteNonQuery();

    private async ValueTask<Lease?> Take(string sql, string resource, NodeId owner, TimeSpan timeToLive)
    {
        ArgumentException.ThrowIfNullOrEmpty(resource);
        ArgumentException.ThrowIfNullOrEmpty(owner.Name, nameof(owner));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeToLive, TimeSpan.Zero);
        return await Answered(store.Writer.Run(transaction =>
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            var answer = transaction.Session.Prepared(
                sql, ("$resource", resource), ("$owner", owner.Name), ("$incarnation", owner.Incarnation),
                ("$now", now), ("$expires", now + (long)Math.Ceiling(timeToLive.TotalMilliseconds))).ExecuteScalar();
            if (answer is not long term) return (Lease?)null;
            Remember(transaction.Session, new(resource, term), owner.Name);
            transaction.Head = transaction.Head with { Terms = Head.TermsOf(transaction.Session) };
            return new(new(resource, term), owner, timeToLive);
        }));
    }

    private static async Task<T> Answered<T>(Task<T> question)
    {
        try { return await question; }
        catch (StoreUnavailableException e) { throw new LeasesUnavailableException(e.Message, e); }
    }
}
