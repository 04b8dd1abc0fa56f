using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Execution;

public sealed class DeliveryTests
{
    private sealed record Note(int Sender, int Number);

    private readonly TestSystem _kit = new(seed: 11);

    [Fact]
    public void S1_A_message_arrives_once_and_is_the_object_that_was_sent()
    {
        var probe = _kit.Probe<Note>();
        var sent = new Note(1, 1);
        probe.Ref.Tell(sent);
        Assert.Same(sent, Assert.Single(probe.Drain()));
        Assert.Empty(_kit.DeadLetters);
    }

    [Fact]
    public void S1_A_message_to_a_stopped_actor_is_a_dead_letter_with_its_reason()
    {
        var actor = _kit.Spawn(() => new Puppet(), "gone");
        actor.Tell(Do(me => me.StopSelf()));
        _kit.Settle();
        Act message = _ => default;
        actor.Tell(message);
        var letter = Assert.Single(_kit.DeadLetters);
        Assert.Equal((actor, message, "stopped"), (letter.To, letter.Message, letter.Reason));
    }

    [Fact]
    public void S1_Every_message_is_either_handled_or_a_dead_letter_while_the_receiver_stops()
    {
        for (var seed = 1; seed <= 50; seed++)
        {
            var kit = new TestSystem(seed);
            var handled = 0;
            var actor = kit.Spawn(() => new Puppet(), "stopping");
            for (var i = 0; i < 4; i++)
            {
                kit.Spawn(() => new Puppet(), $"sender-{i}").Tell(async me =>
                {
                    for (var n = 0; n < 20; n++)
                    {
                        actor.Tell(Do(_ => handled++));
                        await Task.Yield();
                    }
                });
            }
            kit.Spawn(() => new Puppet(), "stopper").Tell(async _ =>
            {
                for (var n = 0; n < 10; n++)
                    await Task.Yield();
                actor.Tell(Do(me => me.StopSelf()));
            });
            kit.Settle();
            Assert.Equal(80, handled + kit.DeadLetters.Count);
        }
    }

    [Fact]
    public void S3_Messages_of_one_sender_arrive_in_the_order_of_Tell_under_every_seed()
    {
        for (var seed = 1; seed <= 50; seed++)
        {
            var kit = new TestSystem(seed);
            var probe = kit.Probe<Note>();
            for (var sender = 0; sender < 5; sender++)
            {
                var me = sender;
                kit.Spawn(() => new Puppet(), $"sender-{sender}").Tell(async _ =>
                {
                    for (var n = 0; n < 30; n++)
                    {
                        probe.Ref.Tell(new Note(me, n));
                        if (n % 3 == 0)
                            await Task.Yield();
                    }
                });
            }
            var all = probe.Drain();
            Assert.Equal(150, all.Count);
            foreach (var ofOne in all.GroupBy(note => note.Sender))
                Assert.Equal(Enumerable.Range(0, 30), ofOne.Select(note => note.Number));
        }
    }
}
