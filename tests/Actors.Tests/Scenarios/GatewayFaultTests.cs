using Oddswire.Actors.Sessions;
using Oddswire.Simulation.Gateways;
using Xunit;

namespace Oddswire.Actors.Tests.Scenarios;

/// <summary>What happens to the gateway, its store and its clients, and the guarantee that holds all the same.</summary>
public sealed class GatewayFaultTests
{
    [Fact]
    public void Guarantee_3_Resume_is_complete_over_crashes_at_any_moment()
    {
        var scenario = new Scenario();
        for (var i = 0; i < 5; i++)
        {
            scenario.Run(7.3 + (0.9 * i)).Crash();
            scenario.Run(25);
        }
        scenario.End();
        Assert.Equal(6, scenario.Gateway.Incarnation);
        Assert.Equal(scenario.Gateways.Record.Newest, scenario.Extended.Wishes[0].Last!.Value.Offset);
    }

    [Fact]
    public void Guarantee_5_Gaps_the_time_without_a_gateway_is_a_gap_and_is_filled()
    {
        var scenario = new Scenario();
        scenario.Crash();
        scenario.Run(60).End();
        Assert.Contains(scenario.Gateways.Gaps(), static gap => gap.Reason == "the gateway was not running" && gap.State == Messages.Orders.GapState.Filled);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Guarantee_5_Gaps_what_came_late_because_the_machine_stood_still_is_on_record(bool clockStands)
    {
        var scenario = new Scenario();
        scenario.Gateway.Pause(clockStands);
        scenario.Run(100);
        scenario.Gateway.Resume();
        scenario.Run(30).End();
        Assert.Contains(scenario.Gateways.Record.All, static written => written.Late);
        Assert.Contains(scenario.Gateways.Gaps(), static gap => gap is { State: Messages.Orders.GapState.Filled, Found: > 0 });
    }

    [Fact]
    public void Guarantee_7_Durable_before_visible_without_a_store_clients_get_fills_without_a_position_and_the_tape_gets_them_afterwards()
    {
        var scenario = new Scenario();
        var (told, stored) = (Scenario.Told(scenario.Plain), scenario.Gateways.Record.Newest);
        scenario.StoreIsAway(120);
        Assert.Equal(stored, scenario.Gateways.Record.Newest);
        Assert.InRange(Scenario.Told(scenario.Plain) - told, 200, int.MaxValue);
        Assert.InRange(scenario.Extended.Wishes[0].Delivery!.Unplaced.Count, 200, int.MaxValue);
        scenario.End();
    }

    [Fact]
    public void Guarantee_8_Slow_clients_one_that_never_reads_is_closed_and_nobody_else_notices()
    {
        var scenario = new Scenario(new GatewayShape { Sessions = new SessionRules { OutboxBytes = 48 << 10, PingEvery = TimeSpan.FromHours(1) } });
        var slow = scenario.Add(extended: false);
        scenario.Run(10);
        slow.Read(false);
        var link = slow.Link!;
        scenario.Run(60);
        Assert.Equal(1013, link.ClosedWith);
        Assert.True(link.MostOutstanding < 64 << 10);
        Assert.Null(scenario.Plain.Link!.ClosedWith);
        Assert.False(scenario.Plain.Wishes[0].Delivery!.IsOver);
        scenario.End();
    }

    [Fact]
    public void Guarantee_1_Order_offsets_go_on_where_they_were_over_a_planned_stop()
    {
        var scenario = new Scenario();
        var before = scenario.Gateways.Record.Newest;
        scenario.Gateway.Stop(TimeSpan.FromSeconds(5));
        scenario.Run(60);
        Assert.Equal(2, scenario.Gateway.Incarnation);
        Assert.True(scenario.Gateways.Record.Newest > before);
        scenario.End();
    }
}
