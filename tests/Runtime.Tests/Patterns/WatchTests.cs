using Oddswire.Runtime.Execution;
using Oddswire.Runtime.Supervision;
using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Patterns;

public sealed class WatchTests
{
    private readonly TestSystem _kit = new(supervision: SupervisorStrategy.Default with { Backoff = Backoff.None });
    private readonly List<string> _diary = [];
    private readonly ActorRef<Act> _watcher;
    private readonly ActorRef<Act> _watched;

    public WatchTests()
    {
        _watcher = _kit.Spawn(() => new Puppet(), "watcher");
        _watched = _kit.Spawn(() => new Puppet(), "watched");
        _kit.Settle();
    }

    private Act Note(string what) => Do(_ => _diary.Add(what));

    private void Watch(string note = "gone") => In(_watcher, me => me.Watch(_watched, Note(note)));
    private void Unwatch() => In(_watcher, me => me.Unwatch(_watched));
    private void StopWatched() => In(_watched, me => me.StopSelf());

    private void In(ActorRef<Act> actor, Action<Puppet> act)
    {
        actor.Tell(Do(act));
        _kit.Settle();
    }

    [Fact]
    public void S13_A_watcher_gets_its_message_once()
    {
        Watch();
        Assert.Empty(_diary);
        StopWatched();
        Assert.Equal(["gone"], _diary);
        _kit.Advance(TimeSpan.FromHours(1));
        Assert.Equal(["gone"], _diary);
        Assert.Empty(_kit.DeadLetters);
    }

    [Fact]
    public void S13_A_watcher_of_a_stopped_actor_gets_its_message_too()
    {
        StopWatched();
        Watch();
        Assert.Equal(["gone"], _diary);
    }

    [Fact]
    public void S13_Watching_twice_is_one_watch_with_the_newest_message()
    {
        Watch("first");
        Watch("second");
        StopWatched();
        Assert.Equal(["second"], _diary);
    }

    [Fact]
    public void S13_Watching_a_stopped_actor_twice_is_one_notice()
    {
        StopWatched();
        In(_watcher, me =>
        {
            me.Watch(_watched, Note("first"));
            me.Watch(_watched, Note("second"));
        });
        Assert.Equal(["second"], _diary);
    }

    [Fact]
    public void S13_After_Unwatch_nothing_comes_and_a_new_watch_counts()
    {
        Watch("first");
        Unwatch();
        StopWatched();
        Assert.Empty(_diary);
        Watch("second");
        Assert.Equal(["second"], _diary);
    }

    [Fact]
    public void S13_A_watch_renewed_while_the_notice_is_under_way_is_one_notice_with_the_new_message()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Watch("old");
        _watcher.Tell(async me =>
        {
            await gate.Task;
            me.Unwatch(_watched);
            me.Watch(_watched, Note("new"));
        });
        _kit.Settle();
        StopWatched();
        gate.SetResult();
        _kit.Settle();
        Assert.Equal(["new"], _diary);
    }

    [Fact]
    public void S13_Unwatch_does_not_recall_a_notice_that_is_in_the_mailbox()
    {
        _kit.Dispatcher.ShortTurns = false;
        Watch();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _watcher.Tell(async _ => await gate.Task);
        _watcher.Tell(Do(me => me.Unwatch(_watched)));
        _kit.Settle();
        StopWatched();
        // The notice's signal is looked at behind the running message, its message comes behind the Unwatch.
        gate.SetResult();
        _kit.Settle();
        Assert.Equal(["gone"], _diary);
    }

    [Fact]
    public void S13_The_notice_comes_after_everything_the_watched_actor_had_told()
    {
        for (var seed = 1; seed <= 50; seed++)
        {
            var kit = new TestSystem(seed);
            var diary = new List<int>();
            var watcher = kit.System.Spawn(Props.Of(() => new Puppet()) with { Mailbox = seed % 2 == 0 ? Mailbox.Unbounded : Mailbox.Bounded(100, Overflow.Fail) }, "watcher");
            var watched = kit.Spawn(() => new Puppet(), "watched");
            watcher.Tell(Do(me => me.Watch(watched, Do(_ => diary.Add(-1)))));
            kit.Settle();
            watched.Tell(async me =>
            {
                for (var n = 0; n < 20; n++)
                {
                    var number = n;
                    watcher.Tell(Do(_ => diary.Add(number)));
                    if (n % 4 == 0)
                        await Task.Yield();
                }
                me.StopSelf();
            });
            kit.Settle();
            Assert.Equal([.. Enumerable.Range(0, 20), -1], diary);
        }
    }

    [Fact]
    public void S13_A_restart_of_the_watched_actor_is_no_news()
    {
        Watch();
        _watched.Tell(Fail());
        _kit.Settle();
        Assert.Empty(_diary);
        StopWatched();
        Assert.Equal(["gone"], _diary);
    }

    [Fact]
    public void S13_A_restarted_watcher_still_gets_the_notice_but_none_about_children_that_the_restart_stopped()
    {
        Watch();
        In(_watcher, me => me.Watch(me.Spawn("child", new Puppet()), Note("child is gone")));
        _watcher.Tell(Fail());
        _kit.Settle();
        Assert.Empty(_diary);
        StopWatched();
        Assert.Equal(["gone"], _diary);
    }

    [Fact]
    public void S13_The_name_of_a_child_is_free_when_the_notice_about_it_comes()
    {
        var again = false;
        In(_watcher, me =>
        {
            var child = me.Spawn("child", new Puppet());
            me.Watch(child, Do(_ =>
            {
                me.Spawn("child", new Puppet());
                again = true;
            }));
            me.Stop(child);
        });
        Assert.True(again);
        Assert.Empty(_kit.DeadLetters);
    }

    [Theory]
    [InlineData(Overflow.DropNewest)]
    [InlineData(Overflow.DropOldest)]
    [InlineData(Overflow.Fail)]
    public void S13_The_notice_has_a_place_in_a_full_bounded_mailbox_and_is_never_dropped(Overflow overflow)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var watcher = _kit.System.Spawn(Props.Of(() => new Puppet()) with { Mailbox = Mailbox.Bounded(2, overflow) }, "bounded");
        In(watcher, me => me.Watch(_watched, Note("gone")));
        watcher.Tell(async _ => await gate.Task);
        _kit.Settle();
        watcher.Tell(Note("1"));
        watcher.Tell(Note("2"));
        StopWatched();
        gate.SetResult();
        _kit.Settle();
        Assert.Equal(["1", "2", "gone"], _diary);
        Assert.Empty(_kit.DeadLetters);
    }

    [Fact]
    public void S13_Who_is_watched_and_has_stopped_is_forgotten()
    {
        // A hub that watches its sessions lives for months: it must not keep every one that ever was.
        var hub = (ActorCell<Act>)_watcher;
        for (var n = 0; n < 100; n++)
        {
            var session = _kit.Spawn(() => new Puppet(), $"session-{n}");
            In(_watcher, me => me.Watch(session, Note("gone")));
            In(session, me => me.StopSelf());
        }
        Assert.Equal(100, _diary.Count);
        Assert.Equal(0, hub.Context.Watching.Count);
    }

    [Fact]
    public void S13_A_watcher_that_has_stopped_gets_no_notice_and_leaves_none_behind()
    {
        Watch();
        In(_watcher, me => me.StopSelf());
        StopWatched();
        Assert.Empty(_diary);
        Assert.Empty(_kit.DeadLetters);
    }

    [Fact]
    public void S13_An_adapter_is_watched_as_its_owner_and_a_question_is_gone_at_once()
    {
        ActorRef<string>? adapter = null;
        In(_watched, me => adapter = me.Adapt<string>(_ => Note("reply")));
        In(_watcher, me => me.Watch(adapter!, Note("adapter gone")));
        StopWatched();
        Assert.Equal(["adapter gone"], _diary);

        var answer = _kit.Ask(_watcher, (ActorRef<string> to) => Do(me => me.Watch(to, Note("question gone"))), TimeSpan.FromSeconds(1));
        _kit.Settle();
        Assert.Equal(["adapter gone", "question gone"], _diary);
        _kit.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<TimeoutException>(answer.Exception?.InnerException);
    }
}
