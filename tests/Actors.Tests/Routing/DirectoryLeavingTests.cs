using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Oddswire.Actors.Wallets;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Runtime;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Actors.Tests.Routing;

/// <summary>Followers who come and leave while hubs are asked, answer and end: nobody is found by what was said before, and nothing is left of who has left.</summary>
public sealed class DirectoryLeavingTests
{
    private readonly TestSystem _kit;
    private readonly Probe<TapeMessage> _tape;
    private readonly ActorRef<Following> _following;
    private readonly ActorRef<HubMessage> _wallets;
    private readonly Letterbox _to;
    private long _batch;

    public DirectoryLeavingTests() : this(1)
    {
    }

    private DirectoryLeavingTests(int seed)
    {
        _kit = new TestSystem(seed);
        _tape = _kit.Probe<TapeMessage>();
        _following = _kit.Probe<Following>();
        _to = new Letterbox(_kit.Probe<SessionMessage>());
        _wallets = _kit.Spawn(() => new WalletsActor(), "wallets");
    }

    /// <summary>Seeded: one wallet, so that hubs of the same key follow each other, and a few steps between any two things that are told.</summary>
    [Fact]
    public void However_far_the_hubs_have_come_a_batch_is_for_who_follows_then()
    {
        for (var seed = 1; seed <= 30; seed++)
            new DirectoryLeavingTests(seed).ComeAndGo(new Random(seed));
    }

    private void ComeAndGo(Random random)
    {
        var followed = new Dictionary<SubscriptionId, OrderFilter>();
        for (var n = 0; n < 150; n++)
        {
            for (var change = random.Next(5); change > 0; change--)
            {
                if (followed.Count > 0 && random.Next(2) == 0)
                    Leave(followed.Keys.ElementAt(random.Next(followed.Count)));
                else
                    Come(followed.Count > 0 && random.Next(4) == 0 ? followed.Keys.ElementAt(random.Next(followed.Count)) : SubscriptionId.Next(random));
                Steps(random.Next(7));
            }
            var (batch, expected) = (Publish(), followed.Where(static one => one.Value.Matches(Made.Row(1))).Select(static one => one.Key).ToHashSet());
            Steps(random.Next(7));
            var leaves = followed.Count > 0 && random.Next(3) == 0 ? followed.Keys.First() : default(SubscriptionId?);
            if (leaves is { } who)
                Leave(who);
            var found = Passed(batch).Select(static one => one.Route.Subscription).ToList();
            // Who leaves while the batch is looked at may be found in it; nobody else.
            expected.ExceptWith(leaves is { } gone && !found.Contains(gone) ? [gone] : []);
            Assert.Equal(expected.OrderBy(static id => id.ToString()), found.OrderBy(static id => id.ToString()));
        }
        foreach (var id in followed.Keys.ToList())
            Leave(id);
        _kit.Settle();
        Assert.DoesNotContain(_kit.System.Snapshot(), static info => info.Path.StartsWith("/wallets/", StringComparison.Ordinal));
        Assert.Empty(_kit.DeadLetters);

        void Come(SubscriptionId id)
        {
            var filter = OrderFilter.Of(Made.Wallet(1));
            followed[id] = filter = random.Next(4) == 0 ? filter with { Slugs = Wanted.Of($"market-{1 + random.Next(2)}") } : filter;
            _wallets.Tell(new HubMessage.Follow(new Route(id, filter, _to), _following));
        }

        void Leave(SubscriptionId id)
        {
            followed.Remove(id);
            _wallets.Tell(new HubMessage.Unfollow(id));
        }
    }

    /// <summary>The first one's first word came when the second was known, which then seemed to have failed with the batch in its hands.</summary>
    [Fact]
    public void What_a_hub_says_that_has_ended_is_not_about_its_successor()
    {
        for (var seed = 1; seed <= 50; seed++)
        {
            var test = new DirectoryLeavingTests(seed);
            var (first, second) = (SubscriptionId.Next(new Random(1)), SubscriptionId.Next(new Random(2)));
            test._wallets.Tell(new HubMessage.Follow(new Route(first, OrderFilter.Of(Made.Wallet(1)), test._to), test._following));
            test._wallets.Tell(new HubMessage.Unfollow(first));
            test._wallets.Tell(new HubMessage.Follow(new Route(second, OrderFilter.Of(Made.Wallet(1)), test._to), test._following));
            Assert.Equal(second, Assert.Single(test.Passed(test.Publish())).Route.Subscription);
        }
    }

    [Fact]
    public void Of_a_hub_that_fails_while_its_last_follower_leaves_nothing_is_left()
    {
        var id = SubscriptionId.Next(new Random(1));
        var poison = OrderFilter.Of(Made.Wallet(1)) with { Slugs = Wanted.Of("market-1"), Conditions = null! };
        _wallets.Tell(new HubMessage.Follow(new Route(id, poison, _to), _following));
        _kit.Settle();
        var batch = Publish();
        _wallets.Tell(new HubMessage.Unfollow(id));
        _kit.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(Passed(batch));
        Assert.DoesNotContain(_kit.System.Snapshot(), static info => info.Path.StartsWith("/wallets/", StringComparison.Ordinal));
    }

    /// <param name="others">With another one the hub is asked, and without one the directory finds by itself: each has a room for what it found.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Whoever_has_left_is_kept_by_nobody(int others)
    {
        var random = new Random(1);
        // One who stays, elsewhere: the directory goes on.
        Follow(SubscriptionId.Next(random), Made.Wallet(9), _to);
        for (var other = 0; other < others; other++)
            Follow(SubscriptionId.Next(random), Made.Wallet(1), _to);
        var left = BeFoundAndLeave(SubscriptionId.Next(random));
        _kit.Settle();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(left.IsAlive);
    }

    // Apart, so that nothing of it is on the stack of the test.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference BeFoundAndLeave(SubscriptionId id)
    {
        var to = new Letterbox(_kit.Probe<SessionMessage>());
        Follow(id, Made.Wallet(1), to);
        Assert.Contains(Passed(Publish()), one => one.Route.To == to);
        _wallets.Tell(new HubMessage.Unfollow(id));
        _kit.Settle();
        return new WeakReference(to);
    }

    private void Follow(SubscriptionId id, WalletId wallet, Letterbox to)
    {
        _wallets.Tell(new HubMessage.Follow(new Route(id, OrderFilter.Of(wallet), to), _following));
        _kit.Settle();
    }

    private void Steps(int most)
    {
        while (most-- > 0 && _kit.Dispatcher.Step())
        {
        }
    }

    private Batch Publish()
    {
        var batch = new Batch(++_batch, ImmutableArray.Create(new TapeEntry(EntryKind.Fill, new Position(1, _batch), Made.Row(1), false, default)));
        _wallets.Tell(new HubMessage.Publish(batch, _tape));
        return batch;
    }

    private List<Found> Passed(Batch batch)
    {
        var passed = _tape.Expect<TapeMessage.Passed>();
        Assert.Equal(batch.Number, passed.Batch);
        return [.. passed.Found.SelectMany(static hub => hub.ToArray())];
    }
}
