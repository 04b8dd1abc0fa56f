using System.Collections.Immutable;
using Oddswire.Actors.Markets;
using Oddswire.Actors.Routing;
using Oddswire.Actors.Wallets;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Runtime;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Actors.Tests.Routing;

public sealed class DirectoryActorTests
{
    private readonly TestSystem _kit = new();
    private readonly Random _random = new(1);
    private readonly Probe<TapeMessage> _tape;
    private readonly Probe<SessionMessage> _session;
    private readonly Letterbox _to;
    private readonly Probe<Following> _following;
    private readonly ActorRef<HubMessage> _wallets;
    private readonly ActorRef<HubMessage> _markets;
    private long _batch;

    public DirectoryActorTests()
    {
        _tape = _kit.Probe<TapeMessage>();
        _session = _kit.Probe<SessionMessage>();
        _to = new Letterbox(_session);
        _following = _kit.Probe<Following>();
        var report = new InterestReport();      // of all instances
        _wallets = _kit.Spawn(() => new WalletsActor(report), "wallets");
        _markets = _kit.Spawn(() => new MarketsActor(), "markets");
    }

    private SubscriptionId Follow(ActorRef<HubMessage> directory, OrderFilter filter, SubscriptionId? again = null, ActorRef<SessionMessage>? session = null)
    {
        var id = again ?? SubscriptionId.Next(_random);
        directory.Tell(new HubMessage.Follow(new Route(id, filter, session is null ? _to : new Letterbox(session)), _following));
        _following.Expect(new Following(id));
        return id;
    }

    private void Settle(ActorRef<HubMessage> directory, OrderFilter filter, SubscriptionId id)
    {
        directory.Tell(new HubMessage.Settle(new Route(id, filter, _to), _following));
        _following.Expect(new Following(id));
    }

    private Batch Publish(ActorRef<HubMessage> directory, params ReadOnlySpan<Fill> fills)
    {
        var entries = ImmutableArray.CreateBuilder<TapeEntry>();
        foreach (var fill in fills)
            entries.Add(new TapeEntry(EntryKind.Fill, new Position(1, entries.Count + 1), fill, false, default));
        var batch = new Batch(++_batch, entries.ToImmutable());
        directory.Tell(new HubMessage.Publish(batch, _tape));
        return batch;
    }

    private List<Found> Passed(Batch batch)
    {
        var passed = _tape.Expect<TapeMessage.Passed>();
        Assert.Equal(batch.Number, passed.Batch);
        return [.. passed.Found.SelectMany(static hub => hub.ToArray())];
    }

    /// <summary>The places of the batch that were found for one session, and that none were for others.</summary>
    private List<int> Places(Batch batch, ActorRef<SessionMessage>? session = null)
    {
        var found = Passed(batch);
        Assert.All(found, one => Assert.Equal(session ?? _session.Ref, one.Route.To.Session));
        return [.. found.SelectMany(static one => one.Places).Order()];
    }

    /// <summary>A route whose hub fails whenever it looks at it.</summary>
    private static OrderFilter Poison => OrderFilter.Of(Made.Wallet(1)) with { Slugs = Wanted.Of("market-1"), Conditions = null! };

    [Fact]
    public void A_batch_that_nobody_follows_is_passed_at_once()
    {
        Assert.Empty(Passed(Publish(_wallets, Made.Row(1))));
        Follow(_wallets, OrderFilter.Of(Made.Wallet(2)));
        Assert.Empty(Passed(Publish(_wallets, Made.Row(1))));
        _session.ExpectNothing();
    }

    [Fact]
    public void A_directory_that_fails_closes_the_clients_whose_routes_it_lost_and_keeps_no_batch_waiting()
    {
        Follow(_wallets, OrderFilter.Of(Made.Wallet(1)));
        var batch = Publish(_wallets, default(Fill)!);      // nothing that a source could say: what fails on it is a defect
        _kit.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(Passed(batch));
        _session.Expect(new SessionMessage.Leave(CloseReason.Internal));
        Follow(_wallets, OrderFilter.Of(Made.Wallet(1)));
        Assert.Equal([0], Places(Publish(_wallets, Made.Row(1))));
    }

    [Fact]
    public void A_batch_is_passed_once_when_every_hub_has_told_its_share()
    {
        Follow(_wallets, OrderFilter.Of(Made.Wallet(1), Made.Wallet(2)));
        Follow(_wallets, OrderFilter.Everything);
        var batch = Publish(_wallets, Made.Row(1, user: 1), Made.Row(1, user: 2), Made.Row(1, user: 3));
        Assert.Equal([0, 0, 1, 1, 2], Places(batch));
        _tape.ExpectNothing();
    }

    [Fact]
    public void A_filter_is_found_in_one_directory_only()
    {
        var both = OrderFilter.Of(Made.Wallet(1)) with { Slugs = Wanted.Of("market-1") };
        var id = Follow(_wallets, both);
        Follow(_markets, both, id);
        Assert.Empty(Places(Publish(_markets, Made.Row(1))));
        Assert.Equal([0], Places(Publish(_wallets, Made.Row(1), Made.Row(2) with { Market = MarketText.Unknown })));
    }

    [Fact]
    public void A_market_is_found_by_its_condition_and_by_its_slug()
    {
        Follow(_markets, new OrderFilter { Slugs = Wanted.Of("market-1", "a/b c"), Conditions = Wanted.Of(Made.Condition(1)) });
        var batch = Publish(_markets, Made.Row(1), Made.Row(2) with { Market = new(null, "a/b c", "", "") }, Made.Row(3) with { Market = MarketText.Unknown });
        Assert.Equal([0, 0, 1], Places(batch));      // the session writes each once
    }

    [Fact]
    public void An_update_keeps_what_stays_and_drops_what_goes()
    {
        var id = Follow(_wallets, OrderFilter.Of(Made.Wallet(1), Made.Wallet(2)));
        Follow(_wallets, OrderFilter.Of(Made.Wallet(2), Made.Wallet(3)), id);
        Assert.Equal([1, 2], Places(Publish(_wallets, Made.Row(1, user: 1), Made.Row(1, user: 2), Made.Row(1, user: 3))));
        var elsewhere = Follow(_wallets, new OrderFilter { Slugs = Wanted.Of("market-1") }, id);
        Assert.Equal([0], Places(Publish(_wallets, Made.Row(1, user: 2))));        // until the new route is in its place
        Settle(_wallets, new OrderFilter { Slugs = Wanted.Of("market-1") }, elsewhere);
        Assert.Empty(Passed(Publish(_wallets, Made.Row(1, user: 2))));
    }

    [Fact]
    public void Whoever_follows_again_right_after_leaving_is_followed()
    {
        for (var n = 0; n < 20; n++)
        {
            var id = SubscriptionId.Next(_random);
            _wallets.Tell(new HubMessage.Follow(new Route(id, OrderFilter.Of(Made.Wallet(1)), _to), _following));
            _wallets.Tell(new HubMessage.Unfollow(id));
            Follow(_wallets, OrderFilter.Of(Made.Wallet(1)), id);
            _following.Drain();
            Assert.Equal([0], Places(Publish(_wallets, Made.Row(1))));
            _wallets.Tell(new HubMessage.Unfollow(id));
        }
    }

    private long Asked(int wallet) =>
        _kit.System.Snapshot().Where(info => info.Path == $"/wallets/{Made.Wallet(wallet)}").Sum(static info => info.Processed);

    [Fact]
    public void A_hub_is_asked_only_when_there_is_a_choice()
    {
        var first = Follow(_wallets, OrderFilter.Of(Made.Wallet(1)));
        _kit.Settle();
        var before = Asked(1);
        Assert.Equal([0, 1], Places(Publish(_wallets, Made.Row(1), Made.Row(2) with { Market = MarketText.Unknown })));
        Assert.Equal(before, Asked(1));
        var choosy = Follow(_wallets, OrderFilter.Of(Made.Wallet(1)) with { Slugs = Wanted.Of("market-1") });
        _kit.Settle();
        before = Asked(1);
        Assert.Equal([0, 0, 1], Places(Publish(_wallets, Made.Row(1), Made.Row(2) with { Market = MarketText.Unknown })));
        Assert.Equal(before + 1, Asked(1));
        _wallets.Tell(new HubMessage.Unfollow(first));
        _kit.Settle();
        before = Asked(1);
        Assert.Equal([0], Places(Publish(_wallets, Made.Row(1), Made.Row(2) with { Market = MarketText.Unknown })));
        Assert.Equal(before + 1, Asked(1));
        _wallets.Tell(new HubMessage.Unfollow(choosy));
        Assert.Empty(Passed(Publish(_wallets, Made.Row(1))));
    }

    [Fact]
    public void One_fill_may_be_for_more_hubs_than_the_batch_has_fills()
    {
        Follow(_wallets, OrderFilter.Of(Made.Wallet(1)));
        Follow(_wallets, OrderFilter.Everything);
        _kit.Settle();
        Assert.Equal([0, 0], Places(Publish(_wallets, Made.Row(1))));
        Assert.Equal([0, 0, 1, 1], Places(Publish(_wallets, Made.Row(1), Made.Row(2))));
    }

    /// <summary>Seeded: what was told to the directory before a batch holds for the batch, however far the hubs have come with it.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whoever_follows_when_a_batch_comes_is_found_and_nobody_else(int seed)
    {
        var random = new Random(seed);
        var followed = new Dictionary<SubscriptionId, OrderFilter>();
        for (var n = 0; n < 400; n++)
        {
            for (var change = random.Next(4); change > 0; change--)
            {
                if (followed.Count > 0 && random.Next(5) < 2)
                {
                    var gone = followed.Keys.ElementAt(random.Next(followed.Count));
                    followed.Remove(gone);
                    _wallets.Tell(new HubMessage.Unfollow(gone));
                    continue;
                }
                var id = followed.Count > 0 && random.Next(3) == 0 ? followed.Keys.ElementAt(random.Next(followed.Count)) : SubscriptionId.Next(random);
                var filter = random.Next(4) == 0 ? OrderFilter.Everything : OrderFilter.Of(Made.Wallet(1 + random.Next(3)));
                followed[id] = filter = random.Next(3) == 0 && filter != OrderFilter.Everything ? filter with { Slugs = Wanted.Of($"market-{1 + random.Next(2)}") } : filter;
                _wallets.Tell(new HubMessage.Follow(new Route(id, filter, _to), _following));
            }
            for (var steps = random.Next(12); steps > 0; steps--)
                _kit.Dispatcher.Step();
            var batch = Publish(_wallets, [.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => Row(random))]);
            var wanted = followed.SelectMany(one => Enumerable.Range(0, batch.Entries.Length)
                .Where(place => one.Value.Matches(batch.Entries[place].Fill)).Select(place => (one.Key, place)));
            var found = Passed(batch).SelectMany(static one => one.Places.Select(place => (one.Route.Subscription, place)));
            Assert.Equal(wanted.OrderBy(static one => one.ToString()), found.OrderBy(static one => one.ToString()));
        }

        static Fill Row(Random random)
        {
            var fill = Made.Row(1, user: 1 + random.Next(3));
            return random.Next(2) == 0 ? fill : fill with { Market = MarketText.Unknown };
        }
    }

    [Fact]
    public void Leaving_in_mid_batch_keeps_no_batch_waiting()
    {
        for (var n = 0; n < 20; n++)
        {
            var id = Follow(_wallets, OrderFilter.Of(Made.Wallet(1), Made.Wallet(2)));
            var batch = Publish(_wallets, Made.Row(1, user: 1), Made.Row(1, user: 2));
            for (var step = 0; step < n % 5; step++)
                _kit.Dispatcher.Step();
            _wallets.Tell(new HubMessage.Unfollow(id));
            Passed(batch);
            _tape.ExpectNothing();
        }
    }

    [Fact]
    public void What_was_on_its_way_when_its_route_gave_way_to_another_still_arrives()
    {
        var elsewhere = new OrderFilter { Slugs = Wanted.Of("market-1") };
        var id = Follow(_wallets, OrderFilter.Of(Made.Wallet(1)));
        var batch = Publish(_wallets, Made.Row(1));
        Settle(_wallets, elsewhere, id);
        Assert.Equal([0], Places(batch));

        Follow(_markets, elsewhere, id);
        batch = Publish(_markets, Made.Row(1));
        Follow(_markets, new OrderFilter { Conditions = Wanted.Of(Made.Condition(1)) }, id);
        Assert.Equal([0], Places(batch));
    }

    [Fact]
    public void A_hub_that_fails_loses_its_part_of_the_batch_at_most_and_its_routes_come_back()
    {
        var good = _kit.Probe<SessionMessage>();
        var bad = Follow(_wallets, Poison);
        Follow(_wallets, OrderFilter.Of(Made.Wallet(1), Made.Wallet(2)), session: good);
        var batch = Publish(_wallets, Made.Row(1, user: 1), Made.Row(1, user: 2));
        _kit.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([1], Places(batch, good));
        _wallets.Tell(new HubMessage.Unfollow(bad));
        Assert.Equal([0], Places(Publish(_wallets, Made.Row(2)), good));
    }

    [Fact]
    public void A_hub_that_keeps_failing_is_given_up_and_its_clients_are_closed()
    {
        var poisoned = Follow(_wallets, Poison);
        for (var n = 0; n < 30 && _kit.Quarantines.Count == 0; n++)
        {
            var batch = Publish(_wallets, Made.Row(1));
            while (_tape.Drain().Count == 0)
                _kit.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(_batch, batch.Number);
        }
        Assert.Single(_kit.Quarantines);
        Assert.Equal(CloseReason.Internal, _session.Expect<SessionMessage.Leave>().Reason);
        Assert.Empty(Passed(Publish(_wallets, Made.Row(1))));

        // Whoever comes next has a hub of its own, which the one that was closed does not take along.
        var next = _kit.Probe<SessionMessage>();
        Follow(_wallets, OrderFilter.Of(Made.Wallet(1)), session: next);
        _wallets.Tell(new HubMessage.Unfollow(poisoned));
        Assert.Equal([0], Places(Publish(_wallets, Made.Row(2)), next));
    }

    [Fact]
    public void Whoever_asks_is_told_what_is_followed_and_then_each_change_once()
    {
        var report = _kit.Probe<InterestChange>();
        var first = Follow(_wallets, OrderFilter.Of(Made.Wallet(1), Made.Wallet(2)));
        Follow(_wallets, OrderFilter.Everything);
        _wallets.Tell(new HubMessage.Report(report));
        Assert.Equal([Interest.In(Made.Wallet(1)), Interest.In(Made.Wallet(2)), Interest.Everything], report.Expect<InterestChange>().Began);
        Follow(_wallets, OrderFilter.Of(Made.Wallet(2)));
        report.ExpectNothing();
        Follow(_wallets, OrderFilter.Of(Made.Wallet(2), Made.Wallet(3)), first);
        var change = report.Expect<InterestChange>();
        Assert.Equal((Interest.In(Made.Wallet(3)), Interest.In(Made.Wallet(1))), (Assert.Single(change.Began), Assert.Single(change.Ended)));
        _wallets.Tell(new HubMessage.Unfollow(first));
        Assert.Equal(Interest.In(Made.Wallet(3)), Assert.Single(report.Expect<InterestChange>().Ended));
        report.ExpectNothing();
    }

    [Fact]
    public void What_a_durable_subscription_wants_is_wanted_while_nobody_follows_it()
    {
        var report = _kit.Probe<InterestChange>();
        var durable = SubscriptionId.Next(_random);
        _wallets.Tell(new HubMessage.Report(report));
        report.Expect<InterestChange>();
        _wallets.Tell(new HubMessage.Keep(durable, OrderFilter.Of(Made.Wallet(1), Made.Wallet(2))));
        Assert.Equal(2, report.Expect<InterestChange>().Began.Length);
        var follower = Follow(_wallets, OrderFilter.Of(Made.Wallet(1)));
        _wallets.Tell(new HubMessage.Keep(durable, OrderFilter.Of(Made.Wallet(1))));
        Assert.Equal(Interest.In(Made.Wallet(2)), Assert.Single(report.Expect<InterestChange>().Ended));
        _wallets.Tell(new HubMessage.Unfollow(follower));
        report.ExpectNothing();
        _wallets.Tell(new HubMessage.Keep(durable, null));
        Assert.Equal(Interest.In(Made.Wallet(1)), Assert.Single(report.Expect<InterestChange>().Ended));
    }

    [Fact]
    public void A_directory_that_restarts_still_knows_whom_to_tell_and_what_durable_subscriptions_want()
    {
        var report = _kit.Probe<InterestChange>();
        _wallets.Tell(new HubMessage.Report(report));
        _wallets.Tell(new HubMessage.Keep(SubscriptionId.Next(_random), OrderFilter.Of(Made.Wallet(1))));
        Follow(_wallets, OrderFilter.Of(Made.Wallet(2)));
        _kit.Settle();
        report.Drain();
        _kit.Restart(_wallets);
        Follow(_wallets, OrderFilter.Of(Made.Wallet(3)));
        var changes = report.Drain();
        Assert.Equal([Interest.In(Made.Wallet(3))], changes.SelectMany(change => change.Began));
        Assert.Equal([Interest.In(Made.Wallet(2))], changes.SelectMany(change => change.Ended));
    }

    [Fact]
    public void Markets_are_told_by_the_name_they_are_followed_under()
    {
        var report = _kit.Probe<InterestChange>();
        _markets.Tell(new HubMessage.Report(report));
        Assert.Empty(report.Expect<InterestChange>().Began);
        Follow(_markets, new OrderFilter { Slugs = Wanted.Of("market-1"), Conditions = Wanted.Of(Made.Condition(1)) });
        Assert.Equal([Interest.In(Made.Condition(1)), Interest.In("market-1")], report.Expect<InterestChange>().Began);
    }
}
