using Oddswire.Runtime.Execution;
using Xunit;

namespace Oddswire.Runtime.Tests.Execution;

/// <summary>A thread of its own brings something to actors of a real system.</summary>
public sealed class LaneTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly AsyncLocal<int> Left = new();

    private readonly ActorSystem _system = new(new ActorSystemOptions { Random = Random.Shared });
    private readonly List<string> _turns = [];
    private readonly CountdownEvent _done = new(1);

    /// <summary>Notes on which thread it runs, leaves something in the context, and hands the number on, less one, until it is zero.</summary>
    private sealed class Link(string name, LaneTests test, Func<ActorRef<int>?> next) : Actor<int>
    {
        protected internal override ValueTask Receive(int message)
        {
            lock (test._turns)
                test._turns.Add($"{name}{message} {Thread.CurrentThread.Name} {Left.Value}");
            Left.Value = message + 1;
            if (message == 0)
                test._done.Signal();
            else
                (next() ?? Self).Tell(message - 1);
            return default;
        }
    }

    public void Dispose() => _done.Dispose();

    private ActorRef<int> Spawn(string name, Func<ActorRef<int>?> next) => _system.Spawn(Props.Of(() => new Link(name, this, next)), name);

    /// <summary>Actors are started by what is brought, so that their start too is a turn of the lane.</summary>
    private async Task Bring(Action bring)
    {
        var thread = new Thread(() => new Lane().Run(static act => act(), bring)) { Name = "edge" };
        thread.UnsafeStart();
        Assert.True(_done.Wait(Patience, TestContext.Current.CancellationToken));
        Assert.True(thread.Join(Patience));
        await _system.Stop(Patience);
    }

    [Fact]
    public async Task What_the_news_sets_off_runs_where_it_was_brought_and_each_turn_with_a_clean_context()
    {
        ActorRef<int>? first = null, second = null;
        await Bring(() =>
        {
            (first, second) = (Spawn("a", () => second), Spawn("b", () => first));
            first.Tell(4);
        });
        Assert.Equal(["a4 edge 0", "b3 edge 0", "a2 edge 0", "b1 edge 0", "a0 edge 0"], _turns);
    }

    [Fact]
    public async Task Who_has_another_message_at_the_end_of_a_turn_goes_on_there_too()
    {
        await Bring(() => Spawn("self", static () => null).Tell(300));
        Assert.Equal(301, _turns.Count);
        Assert.All(_turns, static turn => Assert.Contains(" edge ", turn, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_more_than_a_chain_is_shared_with_the_pool()
    {
        const int Many = 1_000;
        _done.AddCount(Many - 1);
        await Bring(() =>
        {
            for (var n = 0; n < Many; n++)
                Spawn($"n{n}", static () => null).Tell(0);
        });
        Assert.Equal(Many, _turns.Count);
        Assert.Equal(Environment.ProcessorCount > 1, _turns.Exists(static turn => !turn.Contains(" edge ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Afterwards_the_thread_has_no_lane()
    {
        var thread = new Thread(() =>
        {
            new Lane().Run(static _ => { }, 0);
            Spawn("z", static () => null).Tell(0);
            _done.Wait(Patience);       // were it in a lane of this thread, nobody would run it
        });
        thread.UnsafeStart();
        Assert.True(thread.Join(Patience));
        Assert.Equal(0, _done.CurrentCount);
    }

    [Fact]
    public void One_lane_serves_all_news_of_its_thread_and_none_of_it_allocates()
    {
        var allocated = 0L;
        _done.AddCount(1);
        var thread = new Thread(() =>
        {
            var lane = new Lane();
            lane.Run(static test => test.Spawn("first", static () => null).Tell(2), this);
            lane.Run(static test => test.Spawn("second", static () => null).Tell(2), this);
            Action<int> nothing = static _ => { };
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var n = 0; n < 1_000; n++)
                lane.Run(nothing, n);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        })
        { Name = "edge" };
        thread.UnsafeStart();
        Assert.True(thread.Join(Patience));
        Assert.Equal(["first2 edge", "first1 edge", "first0 edge", "second2 edge", "second1 edge", "second0 edge"], _turns.Select(static turn => turn[..^2]));
        Assert.Equal(0, allocated);
    }

    [Fact]
    public async Task What_was_set_off_before_the_news_failed_runs_and_the_thread_has_no_lane_then()
    {
        _done.AddCount();
        await Bring(() =>
        {
            Assert.Throws<InvalidOperationException>(() => new Lane().Run(
                static test =>
                {
                    test.Spawn("before", static () => null).Tell(0);
                    throw new InvalidOperationException();
                },
                this));
            Assert.Equal(["before0 edge 0"], _turns);
            Spawn("after", static () => null).Tell(0);
            Assert.True(_done.Wait(Patience));
        });
        Assert.DoesNotContain("edge", _turns[1], StringComparison.Ordinal);
    }
}
