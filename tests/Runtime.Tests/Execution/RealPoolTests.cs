using System.Collections.Concurrent;
using Oddswire.Runtime.Supervision;
using Xunit;

namespace Oddswire.Runtime.Tests.Execution;

/// <summary>What only real threads can show: wake-ups, order and isolation on the thread pool. Every wait ends, with a failure, if a wake-up is lost.</summary>
public sealed class RealPoolTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);     // a loaded machine is slow; a lost wake-up waits for ever

    private static readonly Mailbox[] Mailboxes = [Mailbox.Unbounded, Mailbox.Bounded(1_000_000, Overflow.DropNewest)];

    private sealed record Ping(ActorRef<int> ReplyTo, int Number);

    private sealed class Echo : Actor<Ping>
    {
        protected internal override ValueTask Receive(Ping ping)
        {
            ping.ReplyTo.Tell(ping.Number);
            return default;
        }
    }

    private sealed class Pinger(ActorRef<Ping> echo, int rounds, CountdownEvent done) : Actor<int>
    {
        protected internal override ValueTask Receive(int number)
        {
            if (number == rounds)
                done.Signal();
            else
                echo.Tell(new Ping(Self, number + 1));
            return default;
        }
    }

    private static ActorSystem NewSystem() => new(new ActorSystemOptions { Random = new Random(1) });

    private static async Task Awaited(CountdownEvent done)
    {
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watched = new CancellationTokenSource(Patience);
        var registered = ThreadPool.RegisterWaitForSingleObject(done.WaitHandle, (_, late) =>
        {
            if (late)
                all.TrySetException(new TimeoutException($"{done.CurrentCount} are still missing: somebody sleeps who has work."));
            else
                all.TrySetResult();
        }, null, Patience, executeOnlyOnce: true);
        await all.Task;
        registered.Unregister(null);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task S1_No_wake_up_is_lost_between_empty_and_idle(int mailbox)
    {
        // Few in flight, so that the echo falls idle and is woken again all the time: that is where a missing fence loses a message.
        const int Pingers = 3, Rounds = 40_000;
        var system = NewSystem();
        using var done = new CountdownEvent(Pingers);
        var echo = system.Spawn(Props.Of(() => new Echo()) with { Mailbox = Mailboxes[mailbox] }, "echo");
        for (var i = 0; i < Pingers; i++)
            system.Spawn(Props.Of(() => new Pinger(echo, Rounds, done)) with { Mailbox = Mailboxes[mailbox] }, $"pinger-{i}").Tell(0);
        await Awaited(done);
        await system.Stop(Patience);
    }

    private sealed class Parent(int rounds, CountdownEvent done) : Actor<int>
    {
        protected internal override ValueTask Receive(int round)
        {
            if (round == rounds)
                done.Signal();
            else
                Watch(Spawn(Props.Of(() => new Mayfly()), $"{round}"), round + 1);
            return default;
        }
    }

    private sealed class Mayfly : Actor<int>
    {
        protected internal override ValueTask PreStart()
        {
            StopSelf();
            return default;
        }

        protected internal override ValueTask Receive(int message) => default;
    }

    [Fact]
    public async Task S13_No_signal_is_lost_between_empty_and_idle()
    {
        // Each round is signals only: start, stop, watch, the child's end, the notice. One lost, and its parent waits for ever.
        const int Parents = 3, Rounds = 20_000;
        var system = NewSystem();
        using var done = new CountdownEvent(Parents);
        for (var i = 0; i < Parents; i++)
            system.Spawn(Props.Of(() => new Parent(Rounds, done)), $"parent-{i}").Tell(0);
        await Awaited(done);
        await system.Stop(Patience);
    }

    private sealed class Counter(int senders, int each, CountdownEvent done) : Actor<(int Sender, int Number)>
    {
        private readonly int[] _next = new int[senders];
        private int _inside;
        private int _seen;

        internal ConcurrentQueue<string> Wrong { get; } = [];

        protected internal override async ValueTask Receive((int Sender, int Number) message)
        {
            if (Interlocked.Increment(ref _inside) != 1)
                Wrong.Enqueue("two messages at a time");
            if (_next[message.Sender]++ != message.Number)
                Wrong.Enqueue($"{message} out of order");
            if (++_seen % 16 == 0)
                await Task.Yield();
            Interlocked.Decrement(ref _inside);
            if (_seen == senders * each)
                done.Signal();
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task S3_Each_sender_on_its_own_thread_is_heard_in_order_and_one_message_at_a_time(int mailbox)
    {
        const int Senders = 8, Each = 20_000;
        var system = NewSystem();
        using var done = new CountdownEvent(1);
        var counter = new Counter(Senders, Each, done);
        var actor = system.Spawn(Props.Of(() => counter) with { Mailbox = Mailboxes[mailbox] }, "counter");
        var threads = Enumerable.Range(0, Senders).Select(sender => new Thread(() =>
        {
            for (var n = 0; n < Each; n++)
                actor.Tell((sender, n));
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        await Awaited(done);
        Assert.Empty(counter.Wrong);
        await system.Stop(Patience);
    }

    [ThreadStatic] private static bool _insideTheReplier;

    [Fact]
    public async Task S17_The_asker_never_runs_on_the_repliers_stack()
    {
        var system = NewSystem();
        var actor = system.Spawn(Props.Of(() => new Puppet()), "actor");
        var asked = new TaskCompletionSource<ActorRef<int>>(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task<bool> AskAndLook()
        {
            await system.Ask(actor, (ActorRef<int> to) => Puppet.Do(_ => asked.SetResult(to)), Patience);
            return _insideTheReplier;
        }
        var answered = AskAndLook();        // returns at its await: the reply finds somebody who waits
        var replyTo = await asked.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        actor.Tell(Puppet.Do(_ =>
        {
            _insideTheReplier = true;
            replyTo.Tell(1);
            _insideTheReplier = false;
        }));
        Assert.False(await answered.WaitAsync(Patience, TestContext.Current.CancellationToken));
        await system.Stop(Patience);
    }

    private sealed class Flaky(Action handled) : Actor<int>
    {
        protected internal override ValueTask Receive(int message)
        {
            if (message % 100 == 0)
                throw new TestFailure("every hundredth");
            handled();
            return default;
        }
    }

    [Fact]
    public async Task S1_Nothing_is_lost_while_the_receiver_fails_restarts_and_stops_among_real_threads()
    {
        const int Senders = 4, Each = 5_000;
        var system = new ActorSystem(new ActorSystemOptions
        {
            Random = new Random(1),
            Supervision = SupervisorStrategy.Default with
            {
                Limit = RestartLimit.Unlimited,
                Backoff = Backoff.None,
            },
        });
        int handled = 0, letters = 0;
        system.DeadLetters += _ => Interlocked.Increment(ref letters);
        var flaky = system.Spawn(Props.Of(() => new Flaky(() => handled++)), "flaky");
        var threads = Enumerable.Range(0, Senders).Select(_ => new Thread(() =>
        {
            for (var n = 1; n <= Each; n++)
                flaky.Tell(n);
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        await system.Stop(Patience);
        Assert.Equal(Senders * Each, handled + letters);
    }
}
