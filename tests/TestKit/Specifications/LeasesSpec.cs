using Oddswire.Runtime;
using Oddswire.Runtime.Leases;
using Xunit;

namespace Oddswire.TestKit.Specifications;

/// <summary>What every <see cref="ILeases"/> promises. Inherited once per implementation.</summary>
public abstract class LeasesSpec
{
    private static readonly NodeId Alice = new("alice", 1);
    private static readonly NodeId Bob = new("bob", 1);
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(10);

    /// <summary>The store under test reads the wall clock here, and nothing else.</summary>
    protected ManualClock Clock { get; } = new();
    protected abstract ILeases Leases { get; }

    [Fact]
    public async Task The_first_claim_gets_term_1()
    {
        var lease = await Held("feed", Alice);
        Assert.Equal(new(new("feed", 1), Alice, TimeToLive), lease);
    }

    [Fact]
    public async Task Another_node_is_refused_while_the_lease_lives()
    {
        await Held("feed", Alice);
        Clock.WallOffset += TimeToLive; // the owner counts from before it asked, the store from when it answered: to the last moment it is the owner's
        Assert.Null(await Leases.Hold("feed", Bob, TimeToLive));
    }

    [Fact]
    public async Task After_expiry_another_node_takes_over_with_a_higher_term()
    {
        await Held("feed", Alice);
        PassExpiry();
        var lease = await Held("feed", Bob);
        Assert.Equal(new(new("feed", 2), Bob, TimeToLive), lease);
        Assert.Null(await Leases.Hold("feed", Alice, TimeToLive));
    }

    [Fact]
    public async Task A_renewed_lease_keeps_its_term_and_lives_on()
    {
        await Held("feed", Alice);
        for (var renewal = 0; renewal < 5; renewal++)
        {
            Clock.WallOffset += TimeSpan.FromSeconds(9);
            Assert.Equal(1, (await Held("feed", Alice)).Fence.Term);
        }
        Assert.Null(await Leases.Hold("feed", Bob, TimeToLive));
    }

    [Fact]
    public async Task The_term_rises_when_the_same_owner_claims_again_after_expiry()
    {
        await Held("feed", Alice);
        PassExpiry();
        Assert.Equal(2, (await Held("feed", Alice)).Fence.Term);
    }

    [Fact]
    public async Task Another_incarnation_of_the_same_name_is_another_owner()
    {
        await Held("feed", Alice);
        Assert.Null(await Leases.Hold("feed", Alice with { Incarnation = 2 }, TimeToLive));
        PassExpiry();
        Assert.Equal(2, (await Held("feed", Alice with { Incarnation = 2 })).Fence.Term);
    }

    [Fact]
    public async Task A_released_lease_is_free_at_once_and_its_next_term_is_higher()
    {
        await Leases.Release(await Held("feed", Alice));
        Assert.Equal(2, (await Held("feed", Bob)).Fence.Term);
    }

    [Fact]
    public async Task The_term_rises_when_the_same_owner_claims_again_after_its_own_release()
    {
        await Leases.Release(await Held("feed", Alice));
        Assert.Equal(2, (await Held("feed", Alice)).Fence.Term);
    }

    [Fact]
    public async Task A_release_in_an_old_term_or_by_another_owner_changes_nothing()
    {
        var old = await Held("feed", Alice);
        PassExpiry();
        var current = await Held("feed", Alice);

        await Leases.Release(old);
        await Leases.Release(current with { Owner = Bob });
        await Leases.Release(current with { Owner = Alice with { Incarnation = 2 } });
        await Leases.Release(current with { Fence = new("never-held", 1) });

        Assert.Null(await Leases.Hold("feed", Bob, TimeToLive));
        Assert.Equal(2, (await Held("feed", Alice)).Fence.Term);
    }

    [Fact]
    public async Task Seizing_takes_a_live_lease_and_raises_the_term_always()
    {
        Assert.Equal(new(new("feed", 1), Alice, TimeToLive), await Leases.Seize("feed", Alice, TimeToLive));
        Assert.Equal(new(new("feed", 2), Alice, TimeToLive), await Leases.Seize("feed", Alice, TimeToLive));
        Assert.Equal(new(new("feed", 3), Bob, TimeToLive), await Leases.Seize("feed", Bob, TimeToLive));
        Assert.Null(await Leases.Hold("feed", Alice, TimeToLive));
    }

    [Fact]
    public async Task Resources_do_not_know_each_other()
    {
        await Held("feed", Alice);
        PassExpiry();
        await Held("feed", Alice);
        Assert.Equal(1, (await Held("Feed", Bob)).Fence.Term);
        Assert.Equal(1, (await Held("feed ", Bob)).Fence.Term);
        Assert.Equal(1, (await Held("'; drop table lease; --", Bob)).Fence.Term);
    }

    [Fact]
    public async Task Of_16_claims_at_once_exactly_one_wins()
    {
        for (var round = 1; round <= 3; round++)
        {
            var claims = await Task.WhenAll(Enumerable.Range(0, 16).Select(n => Task.Run(() =>
                Leases.Hold("feed", new($"node-{n}", round), TimeToLive).AsTask())));
            var winner = Assert.Single(claims, claim => claim is not null);
            Assert.Equal(round, winner!.Value.Fence.Term);
            PassExpiry();
        }
    }

    [Fact]
    public async Task A_clock_that_is_set_back_lets_no_term_fall()
    {
        await Held("feed", Alice);
        PassExpiry();
        await Held("feed", Bob);
        Clock.WallOffset -= TimeSpan.FromDays(1);
        Assert.Null(await Leases.Hold("feed", Alice, TimeToLive));
        Assert.Equal(3, (await Leases.Seize("feed", Alice, TimeToLive)).Fence.Term);
    }

    [Fact]
    public async Task A_claim_without_resource_owner_or_time_is_refused()
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Leases.Hold("", Alice, TimeToLive));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Leases.Hold("feed", default, TimeToLive));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Leases.Hold("feed", Alice, TimeSpan.Zero));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Leases.Seize("feed", Alice, -TimeToLive));
        Assert.Equal(1, (await Held("feed", Alice)).Fence.Term);
    }

    private void PassExpiry() => Clock.WallOffset += TimeToLive + TimeSpan.FromMilliseconds(1);

    private async Task<Lease> Held(string resource, NodeId owner) =>
        await Leases.Hold(resource, owner, TimeToLive) ?? throw new Xunit.Sdk.XunitException($"{owner} was refused {resource}");
}
