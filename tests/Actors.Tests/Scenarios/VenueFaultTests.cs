using Oddswire.Actors.Sessions;
using Oddswire.Messages.Orders;
using Oddswire.Simulation.Gateways;
using Oddswire.Simulator.Faults;
using Xunit;

namespace Oddswire.Actors.Tests.Scenarios;

/// <summary>Each fault that the simulator knows, at each venue: the guarantees of docs/failure-modes.md hold, and the fault did something.</summary>
public sealed class VenueFaultTests
{
    public static TheoryData<string, FaultKind> AtTheVenues()
    {
        var all = new TheoryData<string, FaultKind>();
        foreach (var kind in Enum.GetValues<FaultKind>().Where(static kind => kind != FaultKind.Reorg && !Fault.IsOfBooks(kind)))
        {
            all.Add("rtds", kind);
            all.Add("polygon", kind);
            all.Add("gamma", kind);
        }
        return all;
    }

    /// <summary>Guarantees 1 to 7, by the world's invariants: order, once, complete, gaps, late, durable.</summary>
    [Theory]
    [MemberData(nameof(AtTheVenues))]
    public void Guarantees_1_to_7_hold_when_one_venue_fails_for_half_a_minute(string venue, FaultKind kind)
    {
        var scenario = new Scenario();
        scenario.Strike(venue, kind, seconds: 30, fault => fault with { Status = 503, Code = 1011 }).Run(40).End();
        Assert.InRange(scenario.Gateways.Record.Newest, 500, long.MaxValue);
        Assert.True(Scenario.Told(scenario.Plain) > 0 && Scenario.Told(scenario.Extended) > 0);
    }

    [Theory]
    [InlineData(FaultKind.Lose)]
    [InlineData(FaultKind.Reorder)]
    [InlineData(FaultKind.Duplicate)]
    [InlineData(FaultKind.Delay)]
    [InlineData(FaultKind.Mute)]
    public void Guarantee_4_Complete_no_fill_without_its_log_while_the_chain_is_live_whatever_the_witness_does(FaultKind kind)
    {
        var scenario = new Scenario().Run(100);
        scenario.Strike("rtds", kind, seconds: 60, static fault => fault with { Share = 0.5 }).Run(70).End();
        Assert.All(scenario.Gateways.Record.All, static written => Assert.NotNull(written.Versions[0].LogIndex));
    }

    [Theory]
    [InlineData(FaultKind.Freeze)]
    [InlineData(FaultKind.Hang)]
    [InlineData(FaultKind.Drop)]
    public void Guarantee_5_Gaps_time_that_nobody_covered_is_on_record_and_filled_when_the_chain_is_back(FaultKind kind)
    {
        var scenario = new Scenario();
        foreach (var venue in (string[])["rtds", "polygon"])
            scenario.Strike(venue, kind, seconds: 90).Strike(venue, FaultKind.Drop);
        var from = scenario.Now;
        scenario.Run(100).End();
        var gap = Assert.Single(scenario.Gateways.Gaps(), gap => gap.Reason.Contains(':', StringComparison.Ordinal));
        Assert.Equal(GapState.Filled, gap.State);
        Assert.InRange(gap.To!.Value - gap.From, 60_000, 200_000);
        Assert.Contains(scenario.Gateways.Record.All, written => scenario.Gateways.Timing.KnownAt(written) > from && written.Late);
    }

    [Fact]
    public void Guarantee_6_Late_what_is_found_after_a_minute_reaches_no_plain_client_and_extended_ones_marked()
    {
        // All of it comes at once: an outbox that takes it.
        var scenario = new Scenario(new GatewayShape { HasRtds = false, Sessions = new SessionRules() });
        scenario.Strike("polygon", FaultKind.Hang, seconds: 120).Strike("polygon", FaultKind.Drop).Run(130).End();
        var late = scenario.Gateways.Record.All.Count(static written => written.Late);
        Assert.True(late > 100);
        Assert.Equal(late, Scenario.Told(scenario.Extended) - Scenario.Told(scenario.Plain));
    }

    [Fact]
    public void Guarantee_5_Gaps_without_a_chain_a_gap_is_lost_and_says_so()
    {
        var scenario = new Scenario(new GatewayShape { HasChain = false, Tape = new() { HasChain = false } });
        scenario.Strike("rtds", FaultKind.Hang, seconds: 40).Strike("rtds", FaultKind.Drop).Run(50).End();
        Assert.Contains(scenario.Gateways.Gaps(), static gap => gap is { State: GapState.Lost, To: not null });
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    public void Guarantees_2_and_5_hold_when_the_chain_takes_blocks_back(double gone)
    {
        var scenario = new Scenario();
        for (var i = 0; i < 5; i++)
            scenario.Strike("polygon", FaultKind.Reorg, with: fault => fault with { Blocks = 3, Gone = gone }).Run(9);
        scenario.End();
        Assert.Contains(scenario.Gateways.Record.All, static written => written.WasRemoved);
    }

    [Fact]
    public void A_venue_that_refuses_is_left_alone_until_an_operator_says_retry()
    {
        var scenario = new Scenario();
        scenario.Strike("polygon", FaultKind.Status, seconds: 60, static fault => fault with { Status = 403 }).Strike("polygon", FaultKind.Drop).Run(120);
        Assert.Equal(1, scenario.Gateways.Street.StandIn.Venues.Single(static venue => venue.Name == "polygon").Refused);
        scenario.End();     // whose operator says so
    }
}
