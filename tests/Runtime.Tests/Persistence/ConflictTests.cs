using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;
using Xunit;

namespace Oddswire.Runtime.Tests.Persistence;

/// <summary>A sequence that is taken is one of three things, and only one of them is the end.</summary>
public sealed class ConflictTests
{
    private readonly Desk _desk = new();

    [Fact]
    public void S20_A_commit_whose_answer_was_lost_and_that_is_repeated_is_a_success()
    {
        var notebook = _desk.Open("a");
        _desk.Journal.RepeatNext();
        notebook.Tell(async me => await me.Write("one", "two"));
        Assert.Equal("one two", _desk.TextOf(notebook));
        Assert.Empty(_desk.Kit.DeadLetters);
        Assert.Equal(["one", "two"], _desk.Stored("a"));
    }

    [Fact]
    public void S20_A_commit_whose_answer_was_lost_is_found_by_recovery()
    {
        var notebook = _desk.Open("a");
        _desk.Journal.LoseNextAnswer();
        _desk.Write(notebook, "one");
        Assert.IsType<JournalUnavailableException>(Assert.Single(_desk.Kit.DeadLetters).Cause);
        Assert.Equal("one", _desk.TextOf(notebook));
        _desk.Write(notebook, "two");
        Assert.Equal(["one", "two"], _desk.Stored("a"));
    }

    [Fact]
    public void S20_A_late_commit_of_an_earlier_instance_makes_the_actor_recover_and_go_on()
    {
        var notebook = _desk.Open("a");
        _desk.Journal.DelayNextCommit();
        _desk.Write(notebook, "one");
        Assert.Equal("", _desk.TextOf(notebook));        // restarted, and the journal was still empty
        _ = _desk.Kit.Run(() => _desk.Journal.CommitLate());
        _desk.Write(notebook, "two");
        Assert.IsType<SequenceTakenException>(_desk.Kit.DeadLetters[^1].Cause);
        Assert.Equal("one", _desk.TextOf(notebook));
        _desk.Write(notebook, "three");
        Assert.Equal("one three", _desk.TextOf(notebook));
        Assert.Equal(["one", "three"], _desk.Stored("a"));
    }

    [Fact]
    public void S22_A_row_of_a_higher_term_means_another_owner_and_the_actor_stops()
    {
        var notebook = _desk.Open("a");
        _desk.Seize("bob");
        var bobs = _desk.Open("a", () => Notebook.New("a", _desk.Fence with { Term = 2 }), name: "bobs");
        _desk.Write(bobs, "his");
        // A store that checks the sequence before the fence, as PostgreSQL's unique index may.
        _desk.Journal.ThrowNext(new SequenceTakenException());
        _desk.Journal.ThrowNext(new SequenceTakenException());
        _desk.Write(notebook, "mine");
        Assert.IsType<FencedException>(Assert.Single(_desk.Kit.DeadLetters).Cause);
        Assert.DoesNotContain(_desk.Kit.System.Snapshot(), info => info.Path == "/a");
        Assert.Equal(["his"], _desk.Stored("a"));
    }

    [Fact]
    public void S20_A_row_of_a_lower_term_is_a_late_commit_too()
    {
        _desk.Seize("bob");
        var bobs = _desk.Open("a", () => Notebook.New("a", _desk.Fence with { Term = 2 }), name: "bobs");
        // Alice's write of term 1 reached the store before the lease moved, but after Bob had recovered.
        _ = _desk.Kit.Run(() => _desk.Kit.Leases.Seize("other", new NodeId("x", 1), TimeSpan.FromDays(1)));
        _ = _desk.Kit.Run(() => _desk.Journal.Append([new Entry("a", 1, new Fence("other", 1), 77, "!late"u8.ToArray())]));
        _desk.Write(bobs, "lost");
        Assert.IsType<SequenceTakenException>(Assert.Single(_desk.Kit.DeadLetters).Cause);
        Assert.Equal("late", _desk.TextOf(bobs));
    }

    [Fact]
    public void S20_A_conflict_that_cannot_be_looked_into_is_an_unreachable_journal()
    {
        var notebook = _desk.Open("a");
        var twin = _desk.Open("a", name: "twin");
        _desk.Write(twin, "taken");
        _desk.Kit.DeadLetters.Clear();
        _desk.Journal.BreakOffNextRead(after: 0);
        _desk.Write(notebook, "mine");
        Assert.IsType<JournalUnavailableException>(Assert.Single(_desk.Kit.DeadLetters).Cause);
        Assert.Equal("taken", _desk.TextOf(notebook));
    }
}
