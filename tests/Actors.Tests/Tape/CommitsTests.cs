using Oddswire.Actors.Ports;
using Oddswire.Actors.Tape;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Xunit;

namespace Oddswire.Actors.Tests.Tape;

public sealed class CommitsTests
{
    private readonly Commits _commits = New(new TapeRules { BufferBytes = 350 });

    // Each fill takes 100 bytes.
    private static Commits New(TapeRules rules) => new(rules, 3, new TapeHead(2, 1, 40, 90, 90_000), static _ => new byte[100]);

    private static Slot SlotOf(Fill fill) => new(new TxGroup(fill.Tx), fill) { State = SlotState.Released };

    private Slot Append(int tx)
    {
        var slot = SlotOf(Made.Log(tx, 1) with { Timestamp = tx });
        _commits.Append(slot, late: false);
        return slot;
    }

    private TapeCommit Next()
    {
        var commit = _commits.Next();
        Assert.NotNull(commit);
        return commit;
    }

    private static long[] Offsets(IEnumerable<TapeEntry> entries) => [.. entries.Select(entry => entry.Position?.Offset ?? -1)];

    [Fact]
    public void Offsets_go_on_where_the_tape_ended_without_holes()
    {
        Append(1);
        Append(2);
        var first = Next();
        Assert.Equal([41, 42], Offsets(first.Appended));
        Append(3);
        Assert.Null(_commits.Next());       // one at a time
        Assert.Equal([41, 42], Offsets(_commits.Committed(0, [], [])));
        Assert.Equal(42, _commits.Head.Newest);
        var second = Next();
        Assert.Equal([new Position(3, 43)], second.Appended.Select(entry => entry.Position!.Value));
    }

    [Fact]
    public void There_is_no_commit_of_nothing() => Assert.Null(_commits.Next());

    [Fact]
    public void A_commit_that_failed_is_tried_again_as_it_is_and_not_before_its_time()
    {
        Append(1);
        var first = Next();
        _commits.Failed();
        Append(2);
        Assert.Null(_commits.Next());
        _commits.MayTryAgain();
        Assert.Same(first, _commits.Next());
        Assert.Equal([41], Offsets(_commits.Committed(0, [], [])));
        Assert.Equal([42], Offsets(Next().Appended));
    }

    [Fact]
    public void What_was_sent_without_a_position_is_not_sent_again_when_it_is_stored()
    {
        Append(1);
        Next();
        _commits.Failed();
        Append(2);
        Assert.Equal([-1, -1], Offsets(_commits.Unwritten(0)));
        Assert.Empty(_commits.Unwritten(0));
        Assert.True(_commits.IsBehind);
        _commits.MayTryAgain();
        Next();
        Assert.Empty(_commits.Committed(0, [], []));
        Assert.True(_commits.IsBehind);
        Assert.Equal([42], Offsets(Next().Appended));
        Assert.Empty(_commits.Committed(0, [], []));
        Assert.False(_commits.IsBehind);
    }

    [Fact]
    public void What_was_sent_as_a_row_and_is_given_up_as_a_log_is_missing_at_both_their_times()
    {
        // Simulation seeds 300324 and 300476: the gap did not cover the fill as clients had been told of it.
        foreach (var tx in Enumerable.Range(1, 3))
            Append(tx);
        var slot = Append(4);
        slot.Fill = slot.Fill with { Timestamp = 6 };
        _commits.Shed();
        Assert.Equal((4_000, 6_000), _commits.TakeShed());
    }

    [Fact]
    public void Beyond_its_bound_the_buffer_gives_up_the_newest_and_says_of_which_time()
    {
        Append(1);
        Next();
        _commits.Failed();
        for (var tx = 2; tx <= 6; tx++)
            Append(tx);
        Assert.Equal(6, _commits.Unwritten(0).Count);
        _commits.Shed();
        Assert.Equal((4_000, 6_000), _commits.TakeShed());
        Assert.Null(_commits.TakeShed());
        _commits.MayTryAgain();
        Next();
        Assert.Empty(_commits.Committed(0, [], []));
        Assert.Equal([42, 43], Offsets(Next().Appended));
        Assert.Empty(_commits.Committed(0, [], []));
        Assert.False(_commits.IsBehind);
    }

    [Fact]
    public void A_fill_that_was_given_up_is_stored_when_it_is_found_again_and_told_as_late()
    {
        Append(1);
        Next();
        _commits.Failed();
        var slots = Enumerable.Range(2, 4).Select(Append).ToList();
        Assert.Equal(5, _commits.Unwritten(0).Count);
        _commits.Shed();
        _commits.MayTryAgain();
        Next();
        Assert.Empty(_commits.Committed(0, [], []));
        _commits.Confirm(slots[^1], late: false);
        var commit = Next();
        Assert.Equal([42, 43, 44], Offsets(commit.Appended));
        Assert.Empty(commit.Confirmed);
        Assert.Empty(_commits.Unwritten(0));     // once without a position is enough
        var told = Assert.Single(_commits.Committed(0, [], []));
        Assert.Equal((44L, true), (told.Position!.Value.Offset, told.Late));
    }

    [Fact]
    public void A_fill_confirmed_or_removed_keeps_its_position()
    {
        var slot = Append(1);
        Next();
        _commits.Committed(0, [], []);
        _commits.Confirm(slot, late: false);
        Assert.Equal([41], Offsets(Next().Confirmed));
        var told = Assert.Single(_commits.Committed(0, [], []));
        Assert.Equal((EntryKind.Confirmed, new Position(3, 41)), (told.Kind, told.Position!.Value));
        _commits.Remove(slot);
        Assert.Equal([41L], Next().Removed);
        Assert.Equal(EntryKind.Removed, Assert.Single(_commits.Committed(0, [], [])).Kind);
    }

    [Fact]
    public void Taken_back_and_mined_again_within_one_commit_stays_on_the_tape()
    {
        var slot = Append(1);
        Next();
        _commits.Committed(0, [], []);
        _commits.Remove(slot);
        _commits.Confirm(slot, late: false);
        var commit = Next();
        Assert.Empty(commit.Removed);
        Assert.Equal([41], Offsets(commit.Confirmed));
    }

    [Fact]
    public void A_fill_taken_back_before_it_had_its_name_is_never_told_unless_it_is_mined_again()
    {
        var slot = SlotOf(Made.Log(1, 1));
        slot.Removed = true;
        _commits.Remove(slot);
        _commits.Append(slot, late: false);
        Assert.Null(_commits.Next());
        slot.Removed = false;
        _commits.Confirm(slot, late: false);
        Assert.Equal([41], Offsets(Next().Appended));
    }

    [Fact]
    public void The_progress_of_a_sweep_is_stored_with_the_fills_that_it_found_and_never_ahead_of_them()
    {
        var commits = New(new TapeRules());
        Append(commits, 2_001);
        Assert.True(commits.TrySweep(91, 100, 100_000));
        Assert.Equal(90, commits.Next()!.SweptBlock);
        Assert.Equal(2_000, commits.Committed(0, [], []).Count);
        var last = commits.Next()!;
        Assert.Equal((1, 100L, 100_000L), (last.Appended.Length, last.SweptBlock!.Value, last.SweptTime!.Value));
        commits.Committed(0, [], []);
        Assert.Equal(100, commits.Head.SweptBlock);
        Assert.True(commits.TrySweep(98, 99, 99_000));
        Assert.Null(commits.Next());
        Assert.False(commits.TrySweep(102, 103, 103_000));      // 101 has not been looked at
        Assert.True(commits.TrySweep(100, 101, 101_000));
        Assert.Equal(101, commits.Next()!.SweptBlock);      // also without fills
    }

    [Fact]
    public void The_progress_of_a_sweep_does_not_wait_for_all_that_came_after_it()
    {
        var commits = New(new TapeRules());
        Append(commits, 1_500);
        Assert.True(commits.TrySweep(91, 100, 100_000));
        Append(commits, 1_000);
        Assert.True(commits.TrySweep(98, 110, 110_000));
        Append(commits, 2_000);
        Assert.Equal(100, commits.Next()!.SweptBlock);
        commits.Committed(0, [], []);
        Assert.Equal(110, commits.Next()!.SweptBlock);
        commits.Committed(0, [], []);
        Assert.Equal(110, commits.Next()!.SweptBlock);
    }

    [Fact]
    public void No_sweep_is_progress_over_what_was_given_up()
    {
        Append(1);
        Next();
        _commits.Failed();
        Append(2);
        Assert.True(_commits.TrySweep(91, 100, 100_000));
        for (var tx = 3; tx <= 5; tx++)
            Append(tx);
        Assert.True(_commits.TrySweep(101, 105, 105_000));
        _commits.Shed();
        Assert.True(_commits.TrySweep(106, 110, 110_000));
        _commits.MayTryAgain();
        Assert.Equal(90, Next().SweptBlock);
        _commits.Committed(0, [], []);
        Assert.NotNull(_commits.TakeShed());
        Assert.Equal(100, _commits.SweepAgain());
        var commit = Next();
        Assert.Equal((2, 100L), (commit.Appended.Length, commit.SweptBlock!.Value));
        _commits.Committed(0, [], []);
        Assert.True(_commits.TrySweep(98, 112, 112_000));
        Assert.Equal(112, Next().SweptBlock);
    }

    [Fact]
    public void Where_no_sweep_was_ever_stored_it_goes_back_to_where_the_first_began()
    {
        var commits = new Commits(new TapeRules { BufferBytes = 350 }, 3, new TapeHead(2, 1, 0, null, null), static _ => new byte[100]);
        Assert.True(commits.TrySweep(91, 91, 91_000));
        commits.Next();
        commits.Failed();
        Append(commits, 5);
        commits.Shed();
        Assert.Equal(90, commits.SweepAgain());
    }

    private static void Append(Commits commits, int fills)
    {
        for (var tx = 0; tx < fills; tx++)
            commits.Append(SlotOf(Made.Log(tx, 1)), late: false);
    }
}
