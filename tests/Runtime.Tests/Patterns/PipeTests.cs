using Oddswire.Runtime.Patterns;
using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Patterns;

public sealed class PipeTests
{
    private readonly TestSystem _kit = new();
    private readonly TaskCompletionSource<int> _task = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _diary = [];
    private readonly ActorRef<Act> _actor;

    public PipeTests()
    {
        _actor = _kit.Spawn(() => new Puppet(), "actor");
        _actor.Tell(Do(me => me.PipeToSelf(_task.Task, n => Note($"result {n}"), e => Note(e.Message))));
        _kit.Settle();
    }

    private Act Note(string what) => Do(_ => _diary.Add(what));

    [Fact]
    public void S6_The_result_of_a_task_is_a_message_and_the_actor_works_meanwhile()
    {
        _actor.Tell(Note("meanwhile"));
        _kit.Settle();
        _task.SetResult(7);
        _kit.Settle();
        Assert.Equal(["meanwhile", "result 7"], _diary);
    }

    [Fact]
    public void S6_A_failed_task_is_a_message_too()
    {
        _task.SetException(new TestFailure("the task's own"));
        _kit.Settle();
        Assert.Equal(["the task's own"], _diary);
        Assert.Empty(_kit.Log.About("failed"));
    }

    [Fact]
    public void S6_A_cancelled_task_is_a_message_too()
    {
        _task.SetCanceled(TestContext.Current.CancellationToken);
        _kit.Settle();
        Assert.Single(_diary);
    }

    [Fact]
    public void S6_A_map_that_throws_is_a_failure_of_the_actor()
    {
        foreach (var (name, task) in new[] { ("success", Task.FromResult(1)), ("failure", Task.FromException<int>(new TestFailure("task"))) })
        {
            var actor = _kit.Spawn(() => new Puppet(), name);
            actor.Tell(Do(me => me.PipeToSelf<int>(task, _ => throw new TestFailure("in a map"), _ => throw new TestFailure("in a map"))));
            _kit.Settle();
            Assert.Equal("in a map", Assert.Single(_kit.Log.About($"/{name} failed")).Cause?.Message);
        }
    }

    [Fact]
    public void S6_A_result_for_an_actor_that_has_stopped_is_a_dead_letter()
    {
        _actor.Tell(Do(me => me.StopSelf()));
        _kit.Settle();
        _task.SetResult(7);
        _kit.Settle();
        Assert.Equal("stopped", Assert.Single(_kit.DeadLetters).Reason);
    }

    [Fact]
    public void S6_A_pipe_takes_one_task_after_the_other_also_from_who_gets_the_outcome()
    {
        var tasks = Enumerable.Range(0, 4).Select(static _ => new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        _actor.Tell(Do(me =>
        {
            Pipe<int, Act>? pipe = null;
            var taken = 0;
            pipe = me.Pipe<int>(n => Next($"result {n}"), e => Next(e.Message));
            pipe.Take(new(tasks[taken].Task));

            Act Next(string what) => Do(_ =>
            {
                _diary.Add(what);
                if (++taken < tasks.Length)
                    pipe!.Take(new(tasks[taken].Task));
            });
        }));
        tasks[2].SetResult(2);      // it is there before it is taken
        _kit.Settle();
        Assert.Empty(_diary);
        tasks[0].SetResult(0);
        _kit.Settle();
        Assert.Equal(["result 0"], _diary);
        tasks[1].SetException(new TestFailure("the second"));
        _kit.Settle();
        Assert.Equal(["result 0", "the second", "result 2"], _diary);
        tasks[3].SetResult(3);
        _kit.Settle();
        Assert.Equal(["result 0", "the second", "result 2", "result 3"], _diary);
    }

    [Fact]
    public void S6_A_task_too_early_is_a_failure_and_the_one_before_it_still_comes()
    {
        _actor.Tell(Do(me =>
        {
            var pipe = me.Pipe<int>(n => Note($"result {n}"), e => Note(e.Message));
            pipe.Take(new(_task.Task));
            pipe.Take(new(8));
        }));
        _kit.Settle();
        Assert.IsType<InvalidOperationException>(Assert.Single(_kit.Log.About("/actor failed")).Cause);
        _task.SetResult(7);
        _kit.Advance(TimeSpan.FromMinutes(1));      // it is started again
        Assert.Equal(["result 7", "result 7"], _diary);
    }
}
