using Microsoft.Extensions.Logging;
using Oddswire.Runtime.Execution;
using Oddswire.Runtime.Supervision;
using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Execution;

public sealed class MailboxTests
{
    private readonly TestSystem _kit = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<int> _handled = [];

    private ActorRef<Act> SpawnBlocked(Overflow overflow, int capacity = 3)
    {
        var actor = _kit.System.Spawn(Props.Of(() => new Puppet()) with { Mailbox = Mailbox.Bounded(capacity, overflow) }, "actor");
        actor.Tell(async _ => await _gate.Task);
        _kit.Settle();
        return actor;
    }

    private Act Note(int n) => Do(_ => _handled.Add(n));

    private void Open()
    {
        _gate.SetResult();
        _kit.Settle();
    }

    [Fact]
    public void S19_A_full_mailbox_drops_the_newest()
    {
        var actor = SpawnBlocked(Overflow.DropNewest);
        var sent = Enumerable.Range(1, 5).Select(Note).ToArray();
        foreach (var message in sent)
            actor.Tell(message);
        Assert.Equal([(sent[3], "mailbox full"), (sent[4], "mailbox full")], _kit.DeadLetters.Select(letter => ((Act)letter.Message!, letter.Reason)));
        Open();
        Assert.Equal([1, 2, 3], _handled);
    }

    [Fact]
    public void S19_A_full_mailbox_drops_the_oldest()
    {
        var actor = SpawnBlocked(Overflow.DropOldest);
        var sent = Enumerable.Range(1, 5).Select(Note).ToArray();
        foreach (var message in sent)
            actor.Tell(message);
        Assert.Equal([(sent[0], "mailbox full"), (sent[1], "mailbox full")], _kit.DeadLetters.Select(letter => ((Act)letter.Message!, letter.Reason)));
        Open();
        Assert.Equal([3, 4, 5], _handled);
    }

    [Fact]
    public void S19_A_full_mailbox_fails_its_owner_and_keeps_what_it_holds()
    {
        var actor = SpawnBlocked(Overflow.Fail);
        for (var n = 1; n <= 5; n++)
            actor.Tell(Note(n));
        Assert.Equal(2, _kit.DeadLetters.Count);
        Open();
        Assert.Empty(_handled);        // failed, waiting for its restart
        Assert.IsType<MailboxFullException>(Assert.Single(_kit.Log.About("/actor failed")).Cause);
        _kit.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([1, 2, 3], _handled);
    }

    [Fact]
    public void S19_However_many_overflow_the_owner_fails_once_and_again_when_it_is_full_again()
    {
        var actor = SpawnBlocked(Overflow.Fail);
        for (var n = 1; n <= 1_000; n++)
            actor.Tell(Note(n));
        Open();
        Assert.Equal(1, Assert.Single(_kit.System.Snapshot(), info => info.Path == "/actor").Failures);
        _kit.Advance(TimeSpan.FromSeconds(1));
        for (var n = 1; n <= 1_000; n++)
            actor.Tell(Note(n));
        _kit.Settle();
        Assert.Equal(2, Assert.Single(_kit.System.Snapshot(), info => info.Path == "/actor").Failures);
        Assert.Equal((1_000 - 3) * 2, _kit.DeadLetters.Count);
    }

    [Fact]
    public void S19_Dropped_messages_are_counted()
    {
        var actor = SpawnBlocked(Overflow.DropNewest);
        for (var n = 1; n <= 5; n++)
            actor.Tell(Note(n));
        var info = Assert.Single(_kit.System.Snapshot(), info => info.Path == "/actor");
        Assert.Equal((3, 2L), (info.Depth, info.Dropped));
    }

    [Fact]
    public void S19_Tell_does_not_throw_when_an_observer_of_dead_letters_does()
    {
        _kit.System.DeadLetters += _ => throw new TestFailure("observer");
        var actor = SpawnBlocked(Overflow.DropNewest, capacity: 1);
        actor.Tell(Note(1));
        actor.Tell(Note(2));
        Assert.IsType<TestFailure>(Assert.Single(_kit.Log.About("observer of dead letters")).Cause);
    }

    [Fact]
    public void S19_Neither_Tell_nor_the_process_fails_when_the_log_does()
    {
        var kit = new TestSystem(loggers: new BrokenLog());
        var actor = kit.Spawn(() => new Puppet(), "actor");
        actor.Tell(Fail());
        kit.Advance(TimeSpan.FromSeconds(1));
        actor.Tell(Do(me => me.StopSelf()));
        kit.Settle();
        actor.Tell(Note(1));
        Assert.Equal(["failed", "stopped"], kit.DeadLetters.Select(letter => letter.Reason));
    }

    private sealed class BrokenLog : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;
        public void AddProvider(ILoggerProvider provider) { }
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public bool IsEnabled(LogLevel logLevel) => true;
        public void Dispose() { }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new IOException("broken pipe");
    }

    [Fact]
    public void S19_A_bound_below_one_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Mailbox.Bounded(0, Overflow.Fail));

    [Fact]
    public void S13_A_full_ring_takes_notices_and_drops_only_messages_whatever_the_order()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            var capacity = random.Next(1, 6);
            var ring = new BoundedQueue<int>(capacity, Overflow.DropOldest);
            var reader = new Reader<int>();     // a bounded mailbox has no use for it
            var model = new List<(int Message, bool Notice)>();
            for (var n = 0; n < 300; n++)
            {
                switch (random.Next(4))
                {
                    case 0:
                        ring.EnqueueNotice(n, ref reader);
                        model.Add((n, true));
                        break;
                    case 1 or 2:
                        var full = model.Count(m => !m.Notice) == capacity;
                        Assert.Equal(!full, ring.Enqueue(n, ref reader, out var dropped));
                        if (full)
                        {
                            var oldest = model.FindIndex(m => !m.Notice);
                            Assert.Equal(model[oldest].Message, dropped);
                            model.RemoveAt(oldest);
                        }
                        model.Add((n, false));
                        break;
                    default:
                        Assert.Equal(model.Count > 0, ring.TryDequeue(ref reader, out var taken));
                        if (model.Count > 0)
                        {
                            Assert.Equal(model[0].Message, taken);
                            model.RemoveAt(0);
                        }
                        break;
                }
                Assert.Equal(model.Count, ring.Count(in reader));
            }
        }
    }
}
