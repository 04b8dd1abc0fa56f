using Npgsql;
using Oddswire.Runtime;
using Oddswire.Runtime.Leases;

namespace Oddswire.Host.Storage.Postgres;

// Leases in PostgreSQL. Times are this process's wall clock in milliseconds, as in SQLite: the nodes' clocks may differ by less than a lease lasts.
internal sealed class PostgresLeases(PostgresStore store, TimeProvider time) : ILeases
{
    private const string Claim =
        """
        with taken as (
        insert into lease (resource, owner, incarnation, term, expires_at) values (@resource, @owner, @incarnation, 1, @expires)
        on conflict (resource) do update set owner = excluded.owner, incarnation = excluded.incarnation, expires_at = excluded.expires_at,

        """;

    // The term stays only for a renewal in time: claimed again after expiry, the owner's own late entries are to be refused.
    private const string HoldSql = Claim +
        """
               term = lease.term + case when lease.owner = excluded.owner and lease.incarnation = excluded.incarnation and lease.expires_at >= @now then 0 else 1 end
         where lease.owner = excluded.owner and lease.incarnation = excluded.incarnation or lease.expires_at < @now
        returning term
        """ + Remember;

    private const string SeizeSql = Claim + "term = lease.term + 1 returning term" + Remember;

    // Who held a term is part of the record.
    private const string Remember =
        """
        ), remembered as (
            insert into lease_owner (resource, term, owner) select @resource, term, @owner from taken on conflict do nothing)
        select term from taken
        """;

    public ValueTask<Lease?> Hold(string resource, NodeId owner, TimeSpan timeToLive) => Take(HoldSql, resource, owner, timeToLive);

    public async ValueTask<Lease> Seize(string resource, NodeId owner, TimeSpan timeToLive) => (await Take(SeizeSql, resource, owner, timeToLive))!.Value;

    // The row stays: without it the next term would be 1 again.
    public async ValueTask Release(Lease lease) => await Answered(store.Run(async connection =>
    {
        await using var command = new NpgsqlCommand(
            "update lease set expires_at = @never where resource = @resource and owner = @owner and incarnation = @incarnation and term = @term", connection)
        {
            Parameters =
            {
                new("never", long.MinValue), new("resource", Bytes(lease.Fence.Resource)), new("owner", Bytes(lease.Owner.Name)),
                new("incarnation", lease.Owner.Incarnation), new("term", lease.Fence.Term),
            },
        };
        return await command.ExecuteNonQueryAsync();
    }));

    // A term that was held in another store: nobody holds it now, and the next one is higher.
    internal static async Task Restore(NpgsqlConnection connection, Fence fence, string owner)
    {
        await using var command = new NpgsqlCommand(
            """
            with held as (
                insert into lease (resource, owner, incarnation, term, expires_at) values (@resource, @owner, 0, @term, @never)
                on conflict (resource) do update set owner = excluded.owner, term = excluded.term where excluded.term > lease.term)
            insert into lease_owner (resource, term, owner) values (@resource, @term, @owner) on conflict do nothing
            """, connection)
        {
            Parameters = { new("resource", Bytes(fence.Resource)), new("owner", Bytes(owner)), new("term", fence.Term), new("never", long.MinValue) },
        };
        await command.ExecuteNonQueryAsync();
    }

    private async ValueTask<Lease?> Take(string sql, string resource, NodeId owner, TimeSpan timeToLive)
    {
        ArgumentException.ThrowIfNullOrEmpty(resource);
        ArgumentException.ThrowIfNullOrEmpty(owner.Name, nameof(owner));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeToLive, TimeSpan.Zero);
        return await Answered(store.Run(async connection =>
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            await using var command = new NpgsqlCommand(sql, connection)
            {
                Parameters =
                {
                    new("resource", Bytes(resource)), new("owner", Bytes(owner.Name)), new("incarnation", owner.Incarnation),
                    new("expires", now + (long)Math.Ceiling(timeToLive.TotalMilliseconds)), new("now", now),
                },
            };
            return await command.ExecuteScalarAsync() is long term ? new Lease(new(resource, term), owner, timeToLive) : (Lease?)null;
        }));
    }

    private static byte[] Bytes(string text) => EntryBytes.Utf8.GetBytes(text);

    private static async Task<T> Answered<T>(Task<T> question)
    {
        try { return await question; }
        catch (StoreUnavailableException e) { throw new LeasesUnavailableException(e.Message, e); }
    }
}
