namespace Oddswire.Runtime.Leases;

/// <summary>The right to write for a resource: handed out with a lease, stored with every journal entry. Terms never fall.</summary>
public readonly record struct Fence(string Resource, long Term);

/// <summary>A held lease. <paramref name="ValidFor"/> counts on the asker's own monotonic clock, from before it asked.</summary>
public readonly record struct Lease(Fence Fence, NodeId Owner, TimeSpan ValidFor);

/// <summary>
/// At most one owner per (resource, term). A release keeps the row, so that the next term is higher;
/// the term also grows when the same owner claims again after expiry, so that its own late writes are refused.
/// </summary>
public interface ILeases
{
    /// <summary>Claims or renews. Null: another node holds it. Throws <see cref="LeasesUnavailableException"/> when nobody can tell.</summary>
    ValueTask<Lease?> Hold(string resource, NodeId owner, TimeSpan timeToLive);

    /// <summary>Takes the lease from whoever held it, with the term raised by one. Only for a store that was opened exclusively.</summary>
    ValueTask<Lease> Seize(string resource, NodeId owner, TimeSpan timeToLive);

    /// <summary>Ends the lease if it is still held in that term; otherwise does nothing.</summary>
    ValueTask Release(Lease lease);
}

/// <summary>The lease store did not answer; the claim may or may not have taken effect.</summary>
public sealed class LeasesUnavailableException : Exception
{
    public LeasesUnavailableException() { }
    public LeasesUnavailableException(string message) : base(message) { }
    public LeasesUnavailableException(string message, Exception cause) : base(message, cause) { }
}
