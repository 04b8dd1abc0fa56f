using System.Text;
using Oddswire.Runtime.Persistence;
using Xunit;

namespace Oddswire.Runtime.Tests.Persistence;

public sealed class SnapshotTests
{
    private readonly Desk _desk = new();

    private Notebook New() => new(Notebook.Stream("a", _desk.Fence)) { Every = 3 };

    private ActorRef<Scribble> Written(int words)
    {
        var notebook = _desk.Open("a", New, name: "writer");
        for (var n = 1; n <= words; n++)
            _desk.Write(notebook, $"{n}");
        return notebook;
    }

    [Fact]
    public void S21_A_snapshot_is_saved_every_so_many_events_with_the_sequence_of_the_last_one_it_contains()
    {
        Written(8);
        Assert.Equal([(3L, "#1 2 3"), (6L, "#1 2 3 4 5 6")],
            _desk.Journal.Snapshots.Select(snapshot => (snapshot.Sequence, Encoding.UTF8.GetString(snapshot.Payload.Span))));
    }

    [Fact]
    public void S21_Recovery_takes_the_newest_snapshot_and_replays_the_events_after_it()
    {
        Written(8);
        _desk.Journal.Reads.Clear();
        var replayed = _desk.Open("a", New, name: "replayed");
        Assert.Equal("1 2 3 4 5 6 7 8", _desk.TextOf(replayed));
        Assert.Equal([("a", 6L)], _desk.Journal.Reads);
        _desk.Write(replayed, "9");
        Assert.Equal(9, _desk.Journal.Snapshots[^1].Sequence);
    }

    [Fact]
    public void S21_A_snapshot_that_is_not_saved_harms_nobody_and_the_next_one_is_tried_a_full_count_later()
    {
        _desk.Journal.FailSnapshots(1);
        var notebook = Written(5);
        Assert.Equal("1 2 3 4 5", _desk.TextOf(notebook));
        Assert.Single(_desk.Journal.Snapshots);
        Assert.IsType<JournalUnavailableException>(Assert.Single(_desk.Kit.Log.About("was not saved")).Cause);
        _desk.Write(notebook, "6");
        Assert.Equal(2, _desk.Journal.Snapshots.Count);
        Assert.Empty(_desk.Kit.DeadLetters);
    }

    [Fact]
    public void S21_A_state_that_cannot_be_written_as_bytes_is_a_snapshot_that_is_not_saved()
    {
        // The events are fine, the text that they make together is not.
        var notebook = _desk.Open("a", () => new Notebook(Notebook.Stream("a", _desk.Fence)) { Every = 2 });
        _desk.Write(notebook, "never", "write");
        Assert.NotNull(_desk.TextOf(notebook));
        Assert.IsType<TestFailure>(Assert.Single(_desk.Kit.Log.About("was not saved")).Cause);
    }

    [Fact]
    public void S21_An_unreadable_snapshot_is_passed_over_and_all_events_are_read()
    {
        Written(8);
        _desk.Journal.Damage("a", 0, 1, 2, 3);
        _desk.Journal.Reads.Clear();
        var replayed = _desk.Open("a", New, name: "replayed");
        Assert.Equal("1 2 3 4 5 6 7 8", _desk.TextOf(replayed));
        Assert.Equal([("a", 0L)], _desk.Journal.Reads);
        Assert.Single(_desk.Kit.Log.About("cannot be read; its events are read instead"));
    }

    [Fact]
    public void S21_Nobody_waits_for_a_snapshot()
    {
        _desk.Journal.HoldSnapshots();
        var notebook = Written(5);
        Assert.Equal("1 2 3 4 5", _desk.TextOf(notebook));
    }
}
