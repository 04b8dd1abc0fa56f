using System.Collections.Concurrent;
using Oddswire.Runtime.Execution;

namespace Oddswire.TestKit;

/// <summary>
/// One thread, one list of everything that is ready - turns and continuations alike - and a seed that picks what runs next and for how long.
/// It belongs to the thread that drives it: work from any other thread is recorded as a violation, for it would not be reproducible.
/// </summary>
public sealed class SeededDispatcher : Dispatcher
{
    private readonly Random _random;
    private readonly List<Action> _ready = [];
    private readonly ReadyContext _context;
    private readonly ConcurrentQueue<string> _violations = new();
    private int _home;          // the thread that drove it last; the first one to come, before that

    public SeededDispatcher(int seed)
    {
        _random = new Random(seed);
        _context = new ReadyContext(this);
    }

    /// <summary>A number that depends on every choice made so far: two runs were the same if theirs are equal.</summary>
    public ulong Trace { get; private set; } = 14695981039346656037;

    public long Steps { get; private set; }

    /// <summary>Turns are cut short at random, to shake out what depends on their length. False: as long as in production.</summary>
    public bool ShortTurns { get; set; } = true;

    /// <summary>What came from where it must not come from.</summary>
    public IReadOnlyList<string> Violations => [.. _violations];

    public bool HasWork => _ready.Count > 0;

    /// <summary>Runs one piece of ready work. False: there is none.</summary>
    public bool Step()
    {
        if (_ready.Count == 0)
            return false;
        var pick = _random.Next(_ready.Count);
        var work = _ready[pick];
        _ready[pick] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        Note((ulong)pick);
        Note((ulong)_ready.Count);
        Steps++;
        Enter(work);
        return true;
    }

    /// <summary>Runs code of the test so that its awaits continue here.</summary>
    public void Enter(Action work)
    {
        var outer = SynchronizationContext.Current;
        var flow = ExecutionContext.Capture();
        _home = Environment.CurrentManagedThreadId;
        SynchronizationContext.SetSynchronizationContext(_context);
        try
        {
            work();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
            // As on the pool: what one piece of work leaves in its context is nothing to the next.
            if (flow is not null)
                ExecutionContext.Restore(flow);
        }
    }

    /// <summary>Mixes what else must be equal in two runs into the trace.</summary>
    public void Note(ulong what) => Trace = (Trace ^ what) * 1099511628211;

    protected internal override void Schedule(IThreadPoolWorkItem work) => Add(work.Execute);

    protected internal override int Turn(int throughput) => ShortTurns ? 1 + _random.Next(Math.Min(throughput, 8)) : throughput;

    private void Add(Action work)
    {
        var home = Interlocked.CompareExchange(ref _home, Environment.CurrentManagedThreadId, 0);
        if (home == 0 || home == Environment.CurrentManagedThreadId)
            _ready.Add(work);
        else
            _violations.Enqueue($"work from another thread: {work.Target?.GetType().Name}\n{Environment.StackTrace}");
    }

    private sealed class ReadyContext(SeededDispatcher owner) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => owner.Add(() => d(state));
        public override void Send(SendOrPostCallback d, object? state) => d(state);
        public override SynchronizationContext CreateCopy() => this;
    }
}
