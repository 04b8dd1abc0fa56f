using Oddswire.Runtime.Persistence;
using Oddswire.Runtime.Supervision;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Runtime.Tests.Persistence;

public sealed class RecoveryTests
{
    private readonly Desk _desk = new();
    private readonly List<string> _diary = [];

    private void WriteAndClose(params string[] words)
    {
        var notebook = _desk.Open("a", name: "writer");
        _desk.Write(notebook, words);
        notebook.Tell(me =>
        {
            me.Close();
            return default;
        });
        _desk.Kit.Settle();
        _diary.Clear();
    }

    [Fact]
    public void S21_Live_and_replay_make_the_same_state()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            var desk = new Desk(seed);
            var live = desk.Open("a", () => new Notebook(Notebook.Stream("a", desk.Fence)) { Every = 1 + random.Next(5) }, name: "live");
            for (var n = 0; n < 30; n++)
                desk.Write(live, $"w{random.Next(100)}");
            var replayed = desk.Open("a", name: "replayed");
            Assert.Equal(desk.TextOf(live), desk.TextOf(replayed));
            Assert.Equal(30, desk.TextOf(replayed)!.Split(' ').Length);
        }
    }

    [Fact]
    public void S21_Apply_is_called_once_for_each_event_live_and_once_in_a_replay()
    {
        var applied = new List<string>();
        Notebook Counting() => new(Notebook.Stream("a", _desk.Fence)) { OnApplied = applied.Add };
        var live = _desk.Open("a", Counting, name: "live");
        _desk.Write(live, "one", "two");
        Assert.Equal(["one", "two"], applied);
        _desk.Open("a", Counting, name: "replay");
        Assert.Equal(["one", "two", "one", "two"], applied);
    }

    [Fact]
    public void S7_The_replay_is_done_before_Recovered_and_that_before_the_first_message()
    {
        WriteAndClose("one", "two");
        _desk.Journal.HoldReads();
        var notebook = _desk.Open("a", () => new Notebook(Notebook.Stream("a", _desk.Fence)) { OnRecovered = me => _diary.Add($"recovered: {me.Text}") });
        notebook.Tell(me =>
        {
            _diary.Add($"message: {me.Text}");
            return default;
        });
        _desk.Kit.Settle();
        Assert.Empty(_diary);
        _desk.Journal.ReleaseReads();
        _desk.Kit.Settle();
        Assert.Equal(["recovered: one two", "message: one two"], _diary);
    }

    [Fact]
    public void S7_A_recovery_that_breaks_off_starts_again_from_the_beginning()
    {
        WriteAndClose("one", "two", "three");
        _desk.Journal.BreakOffNextRead(after: 2);
        var notebook = _desk.Open("a");
        Assert.Equal("one two three", _desk.TextOf(notebook));
        Assert.IsType<JournalUnavailableException>(Assert.Single(_desk.Kit.Log.About("/a failed")).Cause);
    }

    [Fact]
    public void S20_An_unreadable_event_stops_the_actor_names_id_and_sequence_and_overwrites_nothing()
    {
        WriteAndClose("one", "two", "three");
        _desk.Journal.Damage("a", 2, [0xFF, 0x00]);
        var notebook = _desk.Open("a");
        _desk.Write(notebook, "never");
        var error = Assert.IsType<UnreadableEventException>(Assert.Single(_desk.Kit.Log.About("/a failed")).Cause);
        Assert.Equal(("a", 2L), (error.PersistenceId, error.Sequence));
        Assert.Contains("event 2 of 'a'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_desk.Kit.System.Snapshot(), info => info.Path == "/a");
        Assert.Equal(3, _desk.Journal.Batches.Count);
        Assert.Equal("stopped", Assert.Single(_desk.Kit.DeadLetters).Reason);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void S20_A_missing_event_is_an_unreadable_one(long lost)
    {
        WriteAndClose("one", "two", "three");
        _desk.Journal.Lose("a", lost);
        _desk.Open("a");
        var error = Assert.IsType<UnreadableEventException>(Assert.Single(_desk.Kit.Log.About("/a failed")).Cause);
        Assert.Equal(("a", lost), (error.PersistenceId, error.Sequence));
        Assert.DoesNotContain(_desk.Kit.System.Snapshot(), info => info.Path == "/a");
    }

    [Fact]
    public void S21_An_event_that_Apply_cannot_stand_fails_the_actor_and_then_its_recovery_by_name()
    {
        var notebook = _desk.Open("a", () => new Notebook(Notebook.Stream("a", _desk.Fence)) { Unbearable = { "bad" } });
        _desk.Write(notebook, "good", "bad", "never");
        var errors = _desk.Kit.Log.About("/a failed").Select(line => line.Cause).ToArray();
        Assert.Equal("cannot stand 'bad'", Assert.IsType<TestFailure>(errors[0]).Message);
        var error = Assert.IsType<UnreadableEventException>(errors[1]);
        Assert.Equal(("a", 2L), (error.PersistenceId, error.Sequence));
        Assert.Equal(["good", "bad"], _desk.Stored("a"));
    }

    [Fact]
    public void S7_Recoveries_at_the_same_time_are_bounded_and_each_gets_its_turn()
    {
        var desk = new Desk(recoveryParallelism: 3);
        desk.Journal.HoldReads();
        var recovered = 0;
        for (var n = 0; n < 20; n++)
        {
            var id = $"n-{n}";
            desk.Open(id, () => new Notebook(Notebook.Stream(id, desk.Fence)) { OnRecovered = _ => recovered++ });
        }
        Assert.Equal((3, 0), (desk.Journal.Reads.Count, recovered));
        desk.Journal.ReleaseReads();
        desk.Kit.Settle();
        Assert.Equal((20, 3), (recovered, desk.Journal.MostReading));
    }

    [Fact]
    public void S7_No_recoveries_at_a_time_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Desk(recoveryParallelism: 0));

    [Fact]
    public void S9_Who_is_killed_while_it_recovers_does_not_begin_afterwards()
    {
        _desk.Journal.HoldReads();
        _desk.Open("a", () => new Notebook(Notebook.Stream("a", _desk.Fence)) { OnRecovered = _ => _diary.Add("begun") });
        _ = _desk.Kit.Run(() => _desk.Kit.System.Stop(TimeSpan.FromSeconds(5)));
        _desk.Kit.Advance(TimeSpan.FromSeconds(5));
        _desk.Journal.ReleaseReads();
        _desk.Kit.Settle();
        Assert.Empty(_diary);
    }

    [Fact]
    public void S7_A_recovery_that_fails_gives_its_place_back()
    {
        var desk = new Desk(supervision: SupervisorStrategy.StopChildren, recoveryParallelism: 1);
        for (var n = 0; n < 3; n++)
        {
            desk.Journal.BreakOffNextRead(after: 0);
            desk.Journal.Damage($"n-{n}", 1, 0);
            desk.Open($"n-{n}");
        }
        var notebook = desk.Open("last");
        desk.Write(notebook, "word");
        Assert.Equal("word", desk.TextOf(notebook));
    }

    [Fact]
    public void S20_A_new_system_over_the_same_journal_finds_everything()
    {
        WriteAndClose("one", "two");
        var next = new TestSystem(journal: _desk.Journal);
        string? text = null;
        next.System.Spawn(Props.Of(() => new Notebook(Notebook.Stream("a", _desk.Fence)) { OnRecovered = me => text = me.Text }), "a");
        next.Settle();
        Assert.Equal("one two", text);
    }

    [Fact]
    public void S9_Who_was_killed_while_it_recovered_does_not_begin_afterwards()
    {
        WriteAndClose("one");
        _desk.Journal.HoldReads();
        _desk.Open("a", () => new Notebook(Notebook.Stream("a", _desk.Fence)) { OnRecovered = me => _diary.Add($"recovered: {me.Text}") });
        _ = _desk.Kit.Run(() => _desk.Kit.System.Stop(TimeSpan.FromSeconds(1)));
        _desk.Kit.Advance(TimeSpan.FromSeconds(5));
        _desk.Journal.ReleaseReads();
        _desk.Kit.Settle();
        Assert.Single(_desk.Kit.Log.About("was killed"), line => line.Text.StartsWith("/a ", StringComparison.Ordinal));
        Assert.Empty(_diary);
    }
}
