using Oddswire.Actors.Tape;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Xunit;

namespace Oddswire.Actors.Tests.Tape;

public sealed class CoverageTests
{
    private static readonly SourceId Chain = new("polygon", 1);
    private static readonly SourceId Rtds = new("rtds", 1);

    private readonly List<Gap> _changed = [];
    private readonly Coverage _coverage = new(hasChain: true, new Random(1));

    private Gap Changed()
    {
        var gap = Assert.Single(_changed);
        _changed.Clear();
        return gap;
    }

    [Fact]
    public void What_one_source_misses_and_another_covers_is_no_gap()
    {
        _coverage.Up(Rtds, SourceKind.Witness, 0, _changed);
        _coverage.Up(Chain, SourceKind.Chain, 0, _changed);
        _coverage.Down(Rtds, 10, "lost", _changed);
        Assert.True(_coverage.ChainIsUp);
        Assert.Empty(_changed);
    }

    [Fact]
    public void Time_that_nobody_covers_is_a_gap_until_the_sweep_has_passed_it()
    {
        _coverage.Swept(5, _changed);
        _coverage.Up(Rtds, SourceKind.Witness, 0, _changed);
        _coverage.Down(Rtds, 10, "silent", _changed);
        var opened = Changed();
        Assert.Equal((10L, null, GapState.Open), (opened.From, opened.To, opened.State));
        _coverage.Up(Chain, SourceKind.Chain, 30, _changed);
        Assert.Equal(opened with { To = 30 }, Changed());
        _coverage.Found(20);
        _coverage.Found(31);
        _coverage.Swept(29, _changed);
        Assert.Empty(_changed);
        _coverage.Swept(30, _changed);
        Assert.Equal(opened with { To = 30, State = GapState.Filled, Found = 1 }, Changed());
        Assert.Empty(_coverage.Open);
    }

    /// <summary>Seed 5523 of the simulation: the node was reached for the first time long after, and the record said that the sweep had looked there.</summary>
    [Fact]
    public void What_was_before_the_first_sweep_of_all_is_lost()
    {
        _coverage.Up(Rtds, SourceKind.Witness, 0, _changed);
        _coverage.Discarded(10, 20, "its buffer was full", _changed);
        _coverage.Discarded(50, 70, "its buffer was full", _changed);
        _changed.Clear();
        _coverage.Swept(60, _changed);
        Assert.Equal((10, GapState.Lost), (_changed[0].From, Changed().State));
        _coverage.Swept(80, _changed);
        Assert.Equal((50, GapState.Lost), (_changed[0].From, Changed().State));
        _coverage.Discarded(90, 100, "its buffer was full", _changed);
        _changed.Clear();
        _coverage.Swept(110, _changed);
        Assert.Equal(GapState.Filled, Changed().State);
    }

    [Fact]
    public void What_the_first_sweep_looked_back_at_is_filled()
    {
        _coverage.Discarded(7_000, 8_000, "its buffer was full", _changed);
        _changed.Clear();
        _coverage.Swept(9_000, _changed, blocksBefore: 2);
        Assert.Equal(GapState.Filled, Changed().State);
    }

    [Fact]
    public void Who_tells_only_what_is_followed_covers_nothing_and_leaves_no_gap()
    {
        var dome = new SourceId("dome", 1);
        _coverage.Up(Rtds, SourceKind.Witness, 0, _changed);
        _coverage.Up(dome, SourceKind.Follower, 0, _changed);
        _coverage.Down(dome, 5, "lost", _changed);
        Assert.Empty(_changed);
        _coverage.Up(dome, SourceKind.Follower, 6, _changed);
        _coverage.Down(Rtds, 10, "lost", _changed);
        Assert.Equal(GapState.Open, Changed().State);
        _coverage.Down(dome, 11, "lost", _changed);
        _coverage.Up(dome, SourceKind.Follower, 12, _changed);
        Assert.Empty(_changed);
    }

    [Fact]
    public void Without_a_chain_a_gap_is_lost_when_it_ends()
    {
        var coverage = new Coverage(hasChain: false, new Random(1));
        coverage.Up(Rtds, SourceKind.Witness, 0, _changed);
        coverage.Down(Rtds, 10, "lost", _changed);
        _changed.Clear();
        coverage.Up(Rtds, SourceKind.Witness, 30, _changed);
        Assert.Equal(GapState.Lost, Changed().State);
    }

    [Fact]
    public void The_time_since_the_last_sweep_of_an_earlier_run_is_a_gap()
    {
        _coverage.Started(10, 50, 100, _changed);
        var opened = Changed();
        Assert.Equal((10L, null), (opened.From, opened.To));
        _coverage.Up(Chain, SourceKind.Chain, 110, _changed);
        _changed.Clear();
        _coverage.Swept(200, _changed);
        Assert.Equal(GapState.Filled, Changed().State);
    }

    [Fact]
    public void An_empty_tape_promises_nothing()
    {
        _coverage.Started(null, null, 100, _changed);
        Assert.Empty(_changed);
    }

    [Fact]
    public void What_an_earlier_run_left_open_is_settled_by_the_sweep()
    {
        _coverage.Started(5, 5, 5, _changed);
        var left = new Gap(default, "orders", 10, null, "lost", GapState.Open);
        _coverage.Restore([left, left with { State = GapState.Lost }], [], 100, _changed);
        Assert.Empty(_changed);
        _coverage.Swept(100, _changed);
        Assert.Equal(left with { To = 100, State = GapState.Filled }, Changed());
    }

    [Fact]
    public void A_source_that_goes_down_without_having_been_up_opens_nothing()
    {
        _coverage.Down(Rtds, 10, "lost", _changed);
        Assert.Empty(_changed);
    }

    [Fact]
    public void Fills_that_could_not_be_kept_are_a_gap_until_a_sweep_that_went_back_has_passed_it()
    {
        _coverage.Started(5, 5, 5, _changed);
        _coverage.Swept(100, _changed);
        _coverage.Discarded(10, 20, "full", _changed);
        var gap = Changed();
        Assert.Equal(("tape", 10L, 20L, GapState.Open), (gap.Source, gap.From, gap.To!.Value, gap.State));
        _coverage.Swept(19, _changed);
        Assert.Empty(_changed);
        _coverage.Swept(20, _changed);
        Assert.Equal(gap with { State = GapState.Filled }, Changed());
    }

    [Fact]
    public void Without_a_chain_fills_that_could_not_be_kept_are_lost_on_record()
    {
        new Coverage(hasChain: false, new Random(1)).Discarded(10, 20, "full", _changed);
        Assert.Equal(GapState.Lost, Changed().State);
    }

    [Fact]
    public void What_was_told_late_though_sources_seemed_to_cover_its_time_is_on_record_as_one_stretch()
    {
        _coverage.Up(Rtds, SourceKind.Witness, 0, _changed);
        _coverage.FoundLate(50_000, _changed);
        _coverage.FoundLate(53_000, _changed);
        var late = Changed();
        Assert.Equal((50_000L, 53_000L, GapState.Filled, 2L), (late.From, late.To!.Value, late.State, late.Found));
        _coverage.FoundLate(56_000, _changed);
        Assert.Empty(_changed);     // the record says as much, nearly
        _coverage.FoundLate(60_000, _changed);
        Assert.Equal(late with { To = 60_000, Found = 4 }, Changed());
        _coverage.FoundLate(90_000, _changed);
        Assert.NotEqual(late.Id, Changed().Id);
        _coverage.FoundLate(55_000, _changed);
        Assert.Empty(_changed);
    }

    [Fact]
    public void What_was_told_late_in_a_gap_needs_no_other_also_when_the_gap_is_closed()
    {
        _coverage.Up(Chain, SourceKind.Chain, 0, _changed);
        _coverage.Down(Chain, 100_000, "lost", _changed);
        _coverage.FoundLate(150_000, _changed);
        _coverage.Up(Chain, SourceKind.Chain, 200_000, _changed);
        _coverage.Swept(200_000, _changed);
        _changed.Clear();
        _coverage.FoundLate(190_000, _changed);
        Assert.Empty(_changed);
    }

    [Fact]
    public void A_chain_that_was_never_swept_before_does_not_reach_back_to_the_last_fill()
    {
        _coverage.Started(null, 50, 100, _changed);
        var opened = Changed();
        Assert.Equal((50L, null, GapState.Open), (opened.From, opened.To, opened.State));
        _coverage.Up(Chain, SourceKind.Chain, 110, _changed);
        Assert.Equal(opened with { To = 110, State = GapState.Lost }, Changed());
    }

    [Fact]
    public void Without_a_chain_nothing_settles_what_an_earlier_run_left_open()
    {
        var left = new Gap(default, "orders", 10, null, "lost", GapState.Open);
        new Coverage(hasChain: false, new Random(1)).Restore([left], [], 100, _changed);
        Assert.Equal(left with { To = 100, State = GapState.Lost }, Changed());
    }

    [Fact]
    public void Why_stored_fills_were_late_is_on_record_also_when_the_run_that_told_them_ended_before_it_was_written()
    {
        var known = new Gap(default, "orders", 10_000, 20_000, "lost", GapState.Filled);
        _coverage.Restore([known], [15_000, 50_000, 53_000, 19_000], 100_000, _changed);
        var late = Changed();
        Assert.Equal((50_000L, 53_000L, GapState.Filled, 2L), (late.From, late.To!.Value, late.State, late.Found));
        new Coverage(hasChain: true, new Random(1)).Restore([known, late], [15_000, 50_000, 53_000, 19_000], 100_000, _changed);
        Assert.Empty(_changed);
    }

    [Fact]
    public void What_a_full_record_has_forgotten_is_not_told_again()
    {
        var record = Enumerable.Range(0, Gap.MostOnRecord).Select(static i => new Gap(GapId.Next(new Random(i)), "orders", 1_000_000 + i, 1_000_000 + i, "lost", GapState.Filled));
        _coverage.Restore([.. record], [50_000], 2_000_000, _changed);
        Assert.Empty(_changed);
    }
}
