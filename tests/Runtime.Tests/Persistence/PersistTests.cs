using Oddswire.Runtime.Diagnostics;
using Oddswire.Runtime.Persistence;
using Oddswire.Runtime.Supervision;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Runtime.Tests.Persistence;

public sealed class PersistTests
{
    private readonly Desk _desk = new();
    private readonly List<string> _diary = [];

    [Fact]
    public void S20_When_Persist_completes_the_event_is_committed_and_State_contains_it()
    {
        var notebook = _desk.Open("a");
        _desk.Journal.HoldAppends();
        notebook.Tell(async me =>
        {
            var writing = me.Write("one");
            _diary.Add($"asked: '{me.Text}'");
            await writing;
            _diary.Add($"done: '{me.Text}' at {me.At}");
        });
        _desk.Kit.Settle();
        Assert.Equal(["asked: ''"], _diary);
        Assert.Empty(_desk.Stored("a"));
        _desk.Journal.ReleaseAppends();
        _desk.Kit.Settle();
        Assert.Equal(["asked: ''", "done: 'one' at 1"], _diary);
        Assert.Equal(["one"], _desk.Stored("a"));
    }

    [Fact]
    public void S20_Nothing_interleaves_while_an_event_is_on_its_way()
    {
        var notebook = _desk.Open("a");
        _desk.Journal.HoldAppends();
        _desk.Write(notebook, "one", "two");
        notebook.Tell(me =>
        {
            _diary.Add(me.Text);
            return default;
        });
        _desk.Kit.Settle();
        Assert.Empty(_diary);
        _desk.Journal.ReleaseAppends();
        _desk.Kit.Settle();
        Assert.Equal(["one two"], _diary);
    }

    [Fact]
    public void S20_If_Persist_throws_nobody_is_told_the_state_is_as_before_and_recovery_reads_the_truth()
    {
        var notebook = _desk.Open("a");
        _desk.Write(notebook, "one");
        _desk.Journal.FailNext();
        notebook.Tell(async me =>
        {
            try
            {
                await me.Write("two");
                _diary.Add("told");
            }
            catch (JournalUnavailableException)
            {
                _diary.Add($"'{me.Text}' at {me.At}");
                throw;
            }
        });
        _desk.Kit.Settle();
        Assert.Equal(["'one' at 1"], _diary);
        Assert.IsType<JournalUnavailableException>(Assert.Single(_desk.Kit.DeadLetters).Cause);
        _desk.Write(notebook, "three");
        Assert.Equal("one three", _desk.TextOf(notebook));
        Assert.Equal(1, Assert.Single(_desk.Kit.System.Snapshot(), info => info.Path == "/a").Restarts);
    }

    [Fact]
    public void S20_Many_events_of_one_Persist_are_committed_all_or_none()
    {
        var notebook = _desk.Open("a");
        notebook.Tell(async me => await me.Write("one", "two", "three"));
        Assert.Equal("one two three", _desk.TextOf(notebook));
        Assert.Equal(3, Assert.Single(_desk.Journal.Batches).Length);
        Assert.Single(_desk.Journal.Batches[0].Select(entry => entry.WriteId).Distinct());
        _desk.Journal.FailNext();
        notebook.Tell(async me => await me.Write("four", "five"));
        Assert.Equal("one two three", _desk.TextOf(notebook));
        Assert.Equal(["one", "two", "three"], _desk.Stored("a"));
    }

    [Fact]
    public void S20_Persisting_nothing_is_done_at_once()
    {
        var notebook = _desk.Open("a");
        notebook.Tell(async me =>
        {
            await me.Write();
            _diary.Add("done");
        });
        _desk.Kit.Settle();
        Assert.Equal(["done"], _diary);
        Assert.Empty(_desk.Journal.Batches);
    }

    [Fact]
    public void S20_One_Persist_is_in_flight_and_a_second_before_the_first_was_awaited_throws()
    {
        var notebook = _desk.Open("a");
        notebook.Tell(async me =>
        {
            var first = me.Write("one");
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(async () => await me.Write("two"));
            Assert.Contains("await one Persist before the next", refused.Message, StringComparison.Ordinal);
            await first;
            await me.Write("three");
            _diary.Add(me.Text);
        });
        _desk.Kit.Settle();
        Assert.Equal(["one three"], _diary);
        Assert.Equal(["one", "three"], _desk.Stored("a"));
    }

    [Fact]
    public void S20_Who_catches_what_Persist_throws_can_persist_nothing_more_until_it_has_restarted()
    {
        var notebook = _desk.Open("a");
        _desk.Journal.LoseNextAnswer();
        notebook.Tell(async me =>
        {
            try
            {
                await me.Write("one");
            }
            catch (JournalUnavailableException)
            {
                _diary.Add("swallowed");
            }
        });
        _desk.Write(notebook, "two");       // the state may differ from the journal: refused, and that is a failure
        Assert.Equal(["swallowed"], _diary);
        Assert.IsType<InvalidOperationException>(Assert.Single(_desk.Kit.DeadLetters).Cause);
        _desk.Write(notebook, "three");
        Assert.Equal("one three", _desk.TextOf(notebook));
    }

    [Fact]
    public void S20_What_stops_by_a_Persist_that_threw_knows_that_it_can_persist_nothing_more()
    {
        var desk = new Desk(supervision: SupervisorStrategy.StopChildren);
        async ValueTask WriteLast(Notebook me)
        {
            _diary.Add($"may write: {me.MayWrite}");
            if (me.MayWrite)
                await me.Write("last");
        }
        var unbroken = desk.Open("a", () => new Notebook(Notebook.Stream("a", desk.Fence)) { OnStopped = WriteLast });
        unbroken.Tell(static me => throw new TestFailure("anything else"));
        desk.Kit.Settle();
        var broken = desk.Open("b", () => new Notebook(Notebook.Stream("b", desk.Fence)) { OnStopped = WriteLast });
        desk.Journal.FailNext();
        desk.Write(broken, "one");
        Assert.Equal(["may write: True", "may write: False"], _diary);
        Assert.Equal(["last"], desk.Stored("a"));
        Assert.Empty(desk.Stored("b"));
    }

    [Fact]
    public void S20_An_event_that_cannot_be_written_as_bytes_fails_the_actor_and_reaches_no_journal()
    {
        var notebook = _desk.Open("a");
        _desk.Write(notebook, "unwritable", "one");
        Assert.Single(_desk.Journal.Batches);
        Assert.Equal("one", _desk.TextOf(notebook));
        Assert.IsType<TestFailure>(Assert.Single(_desk.Kit.DeadLetters).Cause);
    }

    [Fact]
    public void S20_While_the_journal_is_unreachable_the_actor_restarts_with_backoff_until_recovery_succeeds()
    {
        var desk = new Desk(supervision: SupervisorStrategy.Default);
        var notebook = desk.Open("a");
        desk.Write(notebook, "one");
        desk.Journal.FailNext();
        desk.Journal.BreakOffNextRead(after: 0);
        desk.Write(notebook, "two");
        notebook.Tell(async me => await me.Write("three"));
        desk.Kit.Settle();
        Assert.Equal(ActorState.Suspended, Assert.Single(desk.Kit.System.Snapshot(), info => info.Path == "/a").State);
        desk.Kit.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("one three", desk.TextOf(notebook));
        Assert.Equal(2, Assert.Single(desk.Kit.System.Snapshot(), info => info.Path == "/a").Restarts);
    }

    [Fact]
    public void S9_A_killed_actor_persists_nothing_more_and_its_state_stays()
    {
        var notebook = _desk.Open("a");
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        notebook.Tell(async me =>
        {
            await gate.Task;
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await me.Write("late"));
            _diary.Add("refused");
        });
        _desk.Kit.Settle();
        _ = _desk.Kit.Run(() => _desk.Kit.System.Stop(TimeSpan.FromSeconds(5)));
        _desk.Kit.Advance(TimeSpan.FromSeconds(5));
        gate.SetResult();
        _desk.Kit.Settle();
        Assert.Equal(["refused"], _diary);
        Assert.Empty(_desk.Journal.Batches);
    }

    [Fact]
    public void S20_Without_a_journal_an_event_sourced_actor_does_not_start_and_says_why()
    {
        var log = new RecordedLog();
        var dispatcher = new SeededDispatcher(1);
        var system = new ActorSystem(new ActorSystemOptions { Random = new Random(1), Dispatcher = dispatcher, Time = new ManualClock(), Loggers = log });
        system.Spawn(Props.Of(() => Notebook.New("a", _desk.Fence)), "a");
        while (dispatcher.Step()) { }
        Assert.Contains("'a' is event-sourced", Assert.Single(log.About("/a failed")).Cause?.Message, StringComparison.Ordinal);
    }
}
