using System.Diagnostics;
using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Diagnostics;

public sealed class ActivityTests : IDisposable
{
    private readonly TestSystem _kit = new();
    private readonly List<Activity> _ended = [];
    private readonly ActivityListener _listener;
    private readonly string _name = $"traced-{Environment.TickCount64}";      // the source is shared by all systems of the process

    public ActivityTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Oddswire.Runtime",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (Equals(activity.GetTagItem("actor"), "/" + _name))
                    _ended.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public void Each_message_is_an_activity_that_ends_with_its_handler()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = _kit.Spawn(() => new Puppet(), _name);
        actor.Tell(Do(_ => { }));
        actor.Tell(async _ => await gate.Task);
        _kit.Settle();
        Assert.Single(_ended);
        gate.SetResult();
        _kit.Settle();
        Assert.Equal(2, _ended.Count);
        Assert.All(_ended, activity => Assert.Equal(("receive", "Act"), (activity.OperationName, activity.GetTagItem("message"))));
    }

    [Fact]
    public void A_failing_message_is_an_activity_with_an_error_that_tells_the_type_only()
    {
        _kit.Spawn(() => new Puppet(), _name).Tell(Fail("secret"));
        _kit.Settle();
        var activity = Assert.Single(_ended);
        Assert.Equal((ActivityStatusCode.Error, nameof(TestFailure)), (activity.Status, activity.StatusDescription));
    }

    [Fact]
    public void The_activity_of_a_handler_that_awaits_is_no_parent_of_other_actors_activities()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _kit.Spawn(() => new Puppet(), "waiting").Tell(async _ => await gate.Task);
        _kit.Settle();
        _kit.Spawn(() => new Puppet(), _name).Tell(Do(_ => { }));
        _kit.Settle();
        Assert.Null(Assert.Single(_ended).Parent);
    }

    [Fact]
    public void A_listener_that_throws_fails_the_actor_and_not_the_process()
    {
        using var throwing = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Oddswire.Runtime",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = activity => ThrowFor(activity),
        };
        ActivitySource.AddActivityListener(throwing);
        var actor = _kit.Spawn(() => new Puppet(), "unlucky");
        Throwing.Value = true;
        actor.Tell(Do(_ => { }));
        _kit.Settle();
        Throwing.Value = false;
        Assert.IsType<TestFailure>(Assert.Single(_kit.DeadLetters).Cause);
    }

    [Fact]
    public void A_listener_that_throws_at_the_end_is_logged_and_harms_nobody()
    {
        using var throwing = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Oddswire.Runtime",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => ThrowFor(activity),
        };
        ActivitySource.AddActivityListener(throwing);
        var handled = 0;
        var actor = _kit.Spawn(() => new Puppet(), "unlucky");
        Throwing.Value = true;
        actor.Tell(Do(_ => handled++));
        actor.Tell(Do(_ => handled++));
        _kit.Settle();
        Throwing.Value = false;
        Assert.Equal(2, handled);
        Assert.Empty(_kit.DeadLetters);
        Assert.Equal(2, _kit.Log.About("observer of activities threw").Count());
    }

    private static readonly AsyncLocal<bool> Throwing = new();

    private static void ThrowFor(Activity activity)
    {
        if (Throwing.Value && activity.OperationName == "receive")
            throw new TestFailure("in a listener");
    }
}
