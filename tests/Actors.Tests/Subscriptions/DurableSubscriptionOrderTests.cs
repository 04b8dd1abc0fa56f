using System.Text;
using Oddswire.Actors.Sessions;
using Oddswire.Actors.Tests.Sessions;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;
using Oddswire.Runtime;
using Oddswire.TestKit;
using Xunit;
using static Oddswire.Actors.Tests.Subscriptions.DurableDesk;

namespace Oddswire.Actors.Tests.Subscriptions;

/// <summary>Durable subscriptions whose messages meet in every order that a seed gives.</summary>
public sealed class DurableSubscriptionOrderTests
{
    [Fact]
    public void What_the_older_attachment_was_told_while_the_newer_took_its_place_says_so()
    {
        var seeds = 0;
        for (var seed = 1; seed <= 60; seed++)
        {
            var gateway = new Gateway(seed);
            var created = Create(gateway, "c", null, 1);
            var older = gateway.Attach(created.Id, Desk);
            gateway.Begin(Made.Log(1, 1));
            var newer = gateway.Attach(created.Id, Desk);
            gateway.Kit.Advance(TimeSpan.FromSeconds(1));
            var told = Assert.Single(Frames(newer).OfType<DomeServerFrame.Event>());
            if (Told(older).Count == 0)
                continue;
            Assert.Equal(EventMarks.Replayed, told.Marks);
            seeds++;
        }
        Assert.InRange(seeds, 1, 59);
    }

    [Fact]
    public void A_filter_that_is_changed_while_a_client_attaches_leaves_nothing_of_the_old_one()
    {
        var elsewhere = Made.Market with { Slug = "market-2" };
        for (var seed = 1; seed <= 20; seed++)
        {
            var gateway = new Gateway(seed);
            var created = Create(gateway, "c", null, 1);
            var session = gateway.Kit.Probe<SessionMessage>();
            gateway.Subscriptions.Tell(new DurableCommand.Attach(created.Id, By(), new Letterbox(session)));
            var filter = new OrderFilter { Slugs = Wanted.Of(Made.Market.Slug) };
            gateway.Subscriptions.Tell(new DurableCommand.Change(created.Id, By(), "u", filter, null, gateway.Kit.Probe<SubscriptionAnswer>()));
            gateway.Kit.Settle();
            gateway.Fill(Made.Log(1, 1, user: 1) with { Market = elsewhere });
            Assert.Empty(session.Drain().OfType<SessionMessage.Share>());
            gateway.Fill(Made.Log(2, 1, user: 2));
            Assert.Single(session.Drain().OfType<SessionMessage.Share>());
        }
    }

    /// <summary>What came while the actor of a deleted subscription was still stopping was told to nobody, and answered with a timeout.</summary>
    [Fact]
    public void Whenever_it_is_deleted_again_that_is_answered()
    {
        for (var steps = 0; steps < 80; steps++)
        {
            var gateway = new Gateway(seed: steps);
            var created = Create(gateway, "c", null, 1);
            var (first, second) = (gateway.Kit.Probe<SubscriptionAnswer>(), gateway.Kit.Probe<SubscriptionAnswer>());
            gateway.Subscriptions.Tell(new DurableCommand.Delete(created.Id, By(), "d", first));
            for (var left = steps; left > 0 && gateway.Kit.Dispatcher.Step(); left--)
            {
            }
            gateway.Subscriptions.Tell(new DurableCommand.Delete(created.Id, By(), "d", second));
            gateway.Kit.Advance(TimeSpan.FromSeconds(1));
            Assert.Single(first.Drain());
            Assert.Single(second.Drain());
        }
    }

    /// <summary>A gap that changed between the attachment and the tape's answer was the first frame.</summary>
    [Fact]
    public void Whenever_a_gap_changes_while_a_client_attaches_it_is_told_once_and_behind_the_attachment()
    {
        var told = 0;
        for (var steps = 0; steps < 60; steps++)
        {
            var gateway = new Gateway(seed: steps);
            var created = Create(gateway, "c", null, 1);
            var client = new FakeClient(gateway.Kit);
            gateway.Sessions.Tell(new Accept(new SocketClient(Desk, "127.0.0.1", Extended: true, client) { Attach = created.Id }, gateway.Kit.Probe<ActorRef<SessionMessage>>()));
            for (var left = steps; left > 0 && gateway.Kit.Dispatcher.Step(); left--)
            {
            }
            var gap = new Gap(GapId.Next(new Random(1)), "orders", 1_000, null, "lost", GapState.Open);
            gateway.Sessions.Tell(new SessionsMessage.Broadcast(new SessionMessage.GapChanged(gap), ExtendedOnly: true));
            gateway.Kit.Advance(TimeSpan.FromSeconds(1));
            var frames = client.Drain().Select(static text => DomeServerFrameCodec.Decode(Encoding.UTF8.GetBytes(text))).ToList();
            Assert.IsType<DomeServerFrame.Attached>(frames[0]);
            told += frames.OfType<DomeServerFrame.GapChanged>().Count();
        }
        Assert.InRange(told, 55, 60);       // not before the session is there
    }

    /// <summary>Seed 2029 of the simulation: the tape was asked before the session was attached, which then told more by the old filter.</summary>
    [Fact]
    public async Task A_filter_that_is_changed_while_a_client_attaches_holds_from_the_offset_that_its_answer_names()
    {
        for (var seed = 1; seed <= 150; seed++)
        {
            var gateway = new Gateway(seed);
            var created = Create(gateway, "c", null, 1);
            var (client, answer) = (new FakeClient(gateway.Kit), gateway.Kit.Probe<SubscriptionAnswer>());
            gateway.Sessions.Tell(new Accept(new SocketClient(Desk, "127.0.0.1", Extended: true, client) { Attach = created.Id }, gateway.Kit.Probe<ActorRef<SessionMessage>>()));
            Steps(gateway, seed % 50);
            gateway.Subscriptions.Tell(new DurableCommand.Change(created.Id, By(), "u", Following(2), null, answer));
            for (var tx = 1; tx <= 10; tx++)
            {
                gateway.Begin(Made.Log(tx, 1, user: 1), Made.Log(tx, 2, user: 2));
                Steps(gateway, 5);
            }
            gateway.Kit.Advance(TimeSpan.FromSeconds(1));
            var head = answer.Expect<SubscriptionAnswer.Done>().Subscription.Head.Offset;
            var expected = (await gateway.Store.Stored.Newest(100))
                .Where(entry => Following(entry.Position!.Value.Offset <= head ? 1 : 2).Matches(entry.Fill)).Select(static entry => entry.Position!.Value.Offset);
            Assert.Equal(expected, Told(client));
        }

        static void Steps(Gateway gateway, int most)
        {
            while (most-- > 0 && gateway.Kit.Dispatcher.Step())
            {
            }
        }
    }

    [Fact]
    public async Task Under_any_order_of_events_every_fill_is_told_once_behind_the_acknowledged_position()
    {
        for (var seed = 1; seed <= 60; seed++)
        {
            var random = new Random(seed);
            var gateway = new Gateway(seed, new SessionRules { ReplayPage = 3 });
            var created = Create(gateway, "c", null, 1, 2);
            FakeClient? client = null;
            var (acknowledged, tx, had) = (0L, 0, new SortedSet<long>());
            for (var step = 0; step < 40; step++)
            {
                switch (random.Next(6))
                {
                    case 0:
                        client = gateway.Attach(created.Id, Desk);
                        break;
                    case 1 when client is not null:
                        Take();
                        acknowledged = had.Count > 0 ? had.Max : acknowledged;
                        client.Send(new DomeCommand.Acknowledge(created.Id, new Position(3, acknowledged)));
                        break;
                    case 2:
                        gateway.Kit.Advance(TimeSpan.FromSeconds(random.Next(3)));
                        break;
                    case 3:
                        gateway.Store.IsDown = random.Next(3) == 0;
                        break;
                    default:
                        gateway.Begin(Made.Log(++tx, 1, user: random.Next(1, 4)), Made.Log(tx, 2, user: random.Next(1, 4)));
                        break;
                }
            }
            gateway.Store.IsDown = false;
            gateway.Kit.Advance(TimeSpan.FromSeconds(10));
            client = gateway.Attach(created.Id, Desk);
            Take();
            var expected = (await gateway.Store.Stored.Newest(1_000)).Where(static entry => Following(1, 2).Matches(entry.Fill)).Select(static entry => entry.Position!.Value.Offset);
            Assert.Equal(expected, had);

            void Take()
            {
                long last = 0;
                foreach (var offset in Told(client!))
                {
                    Assert.True(offset > last, $"seed {seed}: {offset} after {last}");
                    last = offset;
                    had.Add(offset);
                }
            }
        }
    }
}
