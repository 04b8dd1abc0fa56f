using Oddswire.Simulator.Faults;
using Oddswire.Simulator.Venues;
using Xunit;

namespace Oddswire.Simulator.Tests.Faults;

public sealed class ScenarioTests
{
    private const string Outage = """
        [
          // First the data stops, then the connection goes, then nobody gets in for a while.
          { "at": "10s", "fault": { "venue": "rtds", "kind": "mute", "for": "10s" } },
          { "at": "20s", "fault": { "venue": "rtds", "kind": "drop" } },
          { "at": "20s", "fault": { "venue": "rtds", "kind": "status", "status": 503, "for": "5s" } },
        ]
        """;

    [Fact]
    public void Faults_happen_at_their_time()
    {
        var run = new StandInRun();
        run.StandIn.Play(Scenario.Parse(Outage));
        var client = run.Connect("rtds").Say("""{"action":"subscribe","subscriptions":[{"topic":"activity","type":"trades"}]}""");
        run.Run(25);
        var times = client.Frames.Where(frame => frame.Frame.Role == FrameRole.Data).Select(frame => frame.At - StandInRun.Start).ToList();
        Assert.InRange(times.Max(), TimeSpan.FromSeconds(9.8), TimeSpan.FromSeconds(10));
        Assert.Equal((FrameKind.Drop, StandInRun.Start.AddSeconds(20)), (client.Last.Kind, client.Frames[^1].At));
        Assert.NotNull(run.Connect("rtds").Handshake.Connection);
    }

    [Fact]
    public void The_last_fault_is_in_force_until_its_end()
    {
        var run = new StandInRun();
        run.StandIn.Play(Scenario.Parse(Outage));
        run.Run(24.9);
        Assert.Equal(503, run.Connect("rtds").Handshake.Refusal?.Status);
    }

    [Theory]
    [InlineData("{}", "scenario")]
    [InlineData("[", "scenario")]
    [InlineData("[7]", "[0]")]
    [InlineData("""[{"at":"soon","fault":{"venue":"rtds","kind":"drop"}}]""", "[0].at")]
    [InlineData("""[{"at":"1s"}]""", "[0].fault")]
    [InlineData("""[{"at":"1s","fault":{"venue":"rtds","kind":"drop"},"then":1}]""", "[0].then")]
    [InlineData("""[{"at":"1s","fault":{"venue":"rtds","kind":"drop"}},{"at":"1s","fault":{"venue":"rtds","kind":"drop","fr":"1s"}}]""", "[1].fault.fr")]
    public void A_wrong_place_is_named(string json, string place) => Assert.Equal(place, Assert.Throws<FaultRejectedException>(() => Scenario.Parse(json)).Field);

    [Fact]
    public void A_scenario_with_an_impossible_step_is_refused_before_it_begins()
    {
        var run = new StandInRun();
        var scenario = Scenario.Parse("""[{"at":"1s","fault":{"venue":"rtds","kind":"mute"}},{"at":"2s","fault":{"venue":"nowhere","kind":"drop"}}]""");
        Assert.Throws<FaultRejectedException>(() => run.StandIn.Play(scenario));
        run.Run(5);
        Assert.Empty(run.StandIn.Faults.Active);
    }
}
