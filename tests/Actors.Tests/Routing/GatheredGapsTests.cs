using Oddswire.Actors.Routing;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Actors.Tests.Routing;

public sealed class GatheredGapsTests
{
    private readonly Probe<LedgerMessage> _ledger = new TestSystem().Probe<LedgerMessage>();
    private readonly GatheredGaps _gaps;

    public GatheredGapsTests() => _gaps = new GatheredGaps("clob-market", _ledger, new Random(1));

    private List<Gap> Told()
    {
        _gaps.Tell();
        return [.. _ledger.Drain().Cast<LedgerMessage.GapFact>().Select(static fact => fact.Gap)];
    }

    [Fact]
    public void What_goes_at_once_is_one_gap_and_over_with_the_last_of_it()
    {
        foreach (var name in (string[])["a", "b", "c", "d"])
            _gaps.Open(name, 10_000, "dropped");
        _gaps.Open("a", 12_000, "silent");      // it is gone already
        var open = Assert.Single(Told());
        Assert.Equal(("clob-market", 10_000, null, "dropped (a, b, c and 1 more)", GapState.Open), (open.Source, open.From, open.To, open.Reason, open.State));
        _gaps.Open("e", 9_500, "dropped");      // in the next turn
        foreach (var name in (string[])["a", "b", "c", "d", "d"])
            _gaps.Close(name, missed: name == "b", 15_000);
        Assert.Empty(Told());
        _gaps.Close("e", missed: false, 16_000);
        Assert.Equal([open with { From = 9_500, To = 16_000, Reason = "dropped (a, b, c and 2 more)", State = GapState.Lost }], Told());
        _gaps.Close("e", missed: true, 17_000);
        Assert.Empty(Told());
    }

    [Fact]
    public void Where_nothing_was_missed_it_is_filled()
    {
        _gaps.Open("a", 10_000, "dropped");
        _gaps.Close("a", missed: false, 9_000);     // the calendar was set back
        Assert.Equal((10_000, GapState.Filled), (Assert.Single(Told()).To, GapState.Filled));
    }

    [Fact]
    public void Another_reason_or_another_time_is_another_gap()
    {
        _gaps.Open("a", 10_000, "silent");
        _gaps.Open("b", 10_900, "silent");
        _gaps.Open("c", 12_500, "silent");
        _gaps.Open("d", 10_000, "crossed");
        Assert.Equal(["silent (a, b)", "silent (c)", "crossed (d)"], Told().Select(static gap => gap.Reason));
    }

    [Fact]
    public void A_hundred_are_open_at_most()
    {
        for (var n = 0; n < 150; n++)
            _gaps.Open($"{n}", n * 10_000, "silent");
        var told = Told();
        Assert.Equal(100, told.Count);
        Assert.EndsWith("and 48 more)", told[^1].Reason, StringComparison.Ordinal);
        for (var n = 0; n < 150; n++)
            _gaps.Close($"{n}", missed: true, 2_000_000);
        Assert.Equal(100, Told().Count(static gap => gap.State == GapState.Lost));
    }
}
