using System.Diagnostics;
using Oddswire.Benchmarks.Measuring;
using Oddswire.Runtime;

namespace Oddswire.Benchmarks.Runtime;

/// <summary>Very many actors with nothing to do: their bytes, how long they take to start and to stop, and whether all of them did.</summary>
internal sealed class IdleActors(int actors)
{
    private const int PerParent = 1_000;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private readonly Gate _started = new(actors);
    private readonly Gate _told = new(actors);
    private readonly Gate _stopped = new(actors);

    internal async Task<Row[]> Measure()
    {
        var letters = 0;
        var system = new ActorSystem(new ActorSystemOptions { Random = Random.Shared });
        system.DeadLetters += _ => Interlocked.Increment(ref letters);
        var before = Heap();

        var clock = Stopwatch.StartNew();
        var parents = new ActorRef<Token>[actors / PerParent];
        var child = Props.Of(() => new Child(this));
        var parent = Props.Of(() => new Parent(child));
        for (var i = 0; i < parents.Length; i++)
            parents[i] = system.Spawn(parent, $"parent-{i}");
        await _started.Passed;
        var spawning = clock.Elapsed;
        var neverTold = (Heap() - before) / actors;

        foreach (var one in parents)
            one.Tell(Token.Shared);
        await _told.Passed;
        var told = (Heap() - before) / actors;

        clock.Restart();
        await system.Stop(Deadline);
        var stopping = clock.Elapsed;
        await system.Terminated;

        return
        [
            Bytes("idle actor, never told anything", neverTold),
            Bytes("idle actor, after a message", told),
            new Row($"{actors:N0} actors: spawn all", $"{spawning.TotalSeconds:0.00} s"),
            new Row($"{actors:N0} actors: stop all", $"{stopping.TotalSeconds:0.00} s")
            {
                Target = "all stopped, no dead letter",
                Passed = _stopped.Passed.IsCompletedSuccessfully && system.Snapshot().IsEmpty && letters == 0,
            },
        ];
    }

    /// <summary>With its name, its entry at the parent and the user's own object.</summary>
    private static Row Bytes(string what, long bytes) => new(what, $"{bytes:N0} B") { Target = "<= 1,200 B", Passed = bytes <= 1_200 };

    private static long Heap()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private sealed class Parent(Props<Token> child) : Actor<Token>
    {
        private readonly ActorRef<Token>[] _children = new ActorRef<Token>[PerParent];

        protected override ValueTask PreStart()
        {
            for (var i = 0; i < PerParent; i++)
                _children[i] = Spawn(child, $"child-{i}");
            return default;
        }

        protected override ValueTask Receive(Token message)
        {
            foreach (var each in _children)
                each.Tell(message);
            return default;
        }
    }

    private sealed class Child(IdleActors all) : Actor<Token>
    {
        protected override ValueTask PreStart()
        {
            all._started.Pass();
            return default;
        }

        protected override ValueTask Receive(Token message)
        {
            all._told.Pass();
            return default;
        }

        protected override ValueTask PostStop()
        {
            all._stopped.Pass();
            return default;
        }
    }

    /// <summary>Passed when everybody has passed it.</summary>
    private sealed class Gate(int expected)
    {
        private readonly TaskCompletionSource _passed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _missing = expected;

        internal Task Passed => _passed.Task;

        internal void Pass()
        {
            if (Interlocked.Decrement(ref _missing) == 0)
                _passed.SetResult();
        }
    }
}
