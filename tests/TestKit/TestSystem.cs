using Microsoft.Extensions.Logging;
using Oddswire.Runtime;
using Oddswire.Runtime.Execution;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Patterns;
using Oddswire.Runtime.Persistence;
using Oddswire.Runtime.Supervision;

namespace Oddswire.TestKit;

/// <summary>An actor system driven by hand: the loop of production on one thread, under a seed, with a clock that waits.</summary>
public sealed class TestSystem
{
    private int _probes;

    public TestSystem(
        int seed = 1, SupervisorStrategy? supervision = null, IJournal? journal = null, ILoggerFactory? loggers = null,
        int recoveryParallelism = 16, TimeSpan sampleEvery = default)
    {
        Clock = new ManualClock();
        Dispatcher = new SeededDispatcher(seed);
        Leases = new InMemoryLeases(Clock);
        Journal = new FaultyJournal(journal ?? new InMemoryJournal(Leases));
        System = new ActorSystem(new ActorSystemOptions
        {
            Name = "test",
            Time = Clock,
            Random = new Random(seed),
            Dispatcher = Dispatcher,
            Supervision = supervision ?? SupervisorStrategy.Default,
            Journal = Journal,
            Loggers = loggers ?? Log,
            RecoveryParallelism = recoveryParallelism,
            SampleEvery = sampleEvery,      // by default not at all: a timer each second is a step each second
        });
        System.DeadLetters += DeadLetters.Add;
        System.Quarantined += Quarantines.Add;
        Settle();
    }

    public ActorSystem System { get; }
    public ManualClock Clock { get; }
    public SeededDispatcher Dispatcher { get; }

    /// <summary>What the system logged, unless it was given other loggers.</summary>
    public RecordedLog Log { get; } = new();

    /// <summary>The system's journal: what it was given, or one in memory that fences by <see cref="Leases"/>.</summary>
    public FaultyJournal Journal { get; }
    public InMemoryLeases Leases { get; }
    public List<DeadLetter> DeadLetters { get; } = [];
    public List<Quarantine> Quarantines { get; } = [];

    public Probe<TMessage> Probe<TMessage>(string? name = null) => new(this, name ?? $"probe-{++_probes}");

    public ActorRef<TMessage> Spawn<TMessage>(Func<Actor<TMessage>> create, string name) => System.Spawn(Props.Of(create), name);

    /// <summary>Runs until nothing is ready: no actor has work, and what awaits, awaits something outside or the clock.</summary>
    public void Settle()
    {
        while (Dispatcher.Step())
        {
            if (Dispatcher.Steps > 50_000_000)
                throw new ProbeException("Fifty million steps and still busy: two actors keep each other going.");
        }
        if (Dispatcher.Violations is [var violation, ..])
            throw new ProbeException(violation);
    }

    /// <summary>Lets time pass; timers fire one by one, with everything settled in between.</summary>
    public void Advance(TimeSpan by)
    {
        var until = Clock.Elapsed + by;
        Settle();
        while (Clock.FireNext(until))
            Settle();
        Settle();
    }

    /// <summary>Starts an awaiting operation here and runs until it has completed or waits for the clock.</summary>
    public Task<T> Run<T>(Func<ValueTask<T>> operation)
    {
        Task<T>? task = null;
        Dispatcher.Enter(() => task = Awaited());
        Settle();
        return task!;

        // Not AsTask: it would wait for the answer on a pool thread.
        async Task<T> Awaited() => await operation();
    }

    public Task Run(Func<ValueTask> operation) => Run(async () =>
    {
        await operation();
        return true;
    });

    public Task<TReply> Ask<TMessage, TReply>(ActorRef<TMessage> to, Func<ActorRef<TReply>, TMessage> question, TimeSpan? timeout = null) =>
        Run(() => System.Ask(to, question, timeout ?? TimeSpan.FromSeconds(5)));

    /// <summary>Asks its parent to restart it as after a failure, with the default backoff skipped.</summary>
    public void Restart(ActorRef actor)
    {
        var history = ((ICell)actor).History ??= new RestartHistory();
        actor.Signal(new Restart(new ProbeException("restarted by the test"), ++history.Told));
        Settle();
    }
}
