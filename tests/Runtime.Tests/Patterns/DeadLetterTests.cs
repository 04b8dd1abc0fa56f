using Microsoft.Extensions.Logging;
using Oddswire.Runtime.Patterns;
using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Patterns;

public sealed class DeadLetterTests
{
    private record Secret(string Key);

    private readonly TestSystem _kit = new();

    private ActorRef<Secret> Stopped()
    {
        var actor = _kit.Spawn(() => new StopsAtOnce(), "gone");
        _kit.Settle();
        return actor;
    }

    private sealed class StopsAtOnce : Actor<Secret>
    {
        protected internal override ValueTask PreStart()
        {
            StopSelf();
            return default;
        }

        protected internal override ValueTask Receive(Secret message) => default;
    }

    [Fact]
    public void S18_A_dead_letter_is_an_event_and_a_log_line_that_names_the_type_and_not_the_contents()
    {
        var actor = Stopped();
        actor.Tell(new Secret("hunter2"));
        Assert.Equal(new DeadLetter(actor, new Secret("hunter2"), "stopped"), Assert.Single(_kit.DeadLetters));
        var line = Assert.Single(_kit.Log.About("Dead letter"));
        Assert.Equal((LogLevel.Warning, "Dead letter to /gone: Secret (stopped)"), (line.Level, line.Text));
    }

    [Fact]
    public void S18_A_flood_is_ten_lines_a_second_and_the_number_of_the_rest_while_the_event_tells_all()
    {
        var actor = Stopped();
        for (var n = 0; n < 1_000; n++)
            actor.Tell(new Secret("x"));
        Assert.Equal(1_000, _kit.DeadLetters.Count);
        Assert.Equal(10, _kit.Log.About("Dead letter to").Count());
        _kit.Advance(TimeSpan.FromSeconds(1));
        actor.Tell(new Secret("x"));
        Assert.Equal(11, _kit.Log.About("Dead letter to").Count());
        Assert.Equal("990 more dead letters were not logged", Assert.Single(_kit.Log.About("more dead letters")).Text);
        _kit.Advance(TimeSpan.FromSeconds(1));
        actor.Tell(new Secret("x"));
        Assert.Single(_kit.Log.About("more dead letters"));
    }

    [Fact]
    public void S18_The_number_of_the_rest_is_logged_also_when_nothing_follows_the_flood()
    {
        var kit = new TestSystem(sampleEvery: TimeSpan.FromSeconds(1));
        var actor = kit.Spawn(() => new StopsAtOnce(), "gone");
        kit.Settle();
        for (var n = 0; n < 15; n++)
            actor.Tell(new Secret("x"));
        kit.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("5 more dead letters were not logged", Assert.Single(kit.Log.About("more dead letters")).Text);
    }

    [Fact]
    public async Task S18_While_the_system_stops_dead_letters_are_observed_and_not_logged()
    {
        var actor = Stopped();
        await _kit.Run(() => _kit.System.Stop(TimeSpan.FromSeconds(1)));
        actor.Tell(new Secret("x"));
        Assert.Single(_kit.DeadLetters);
        Assert.Empty(_kit.Log.About("Dead letter to"));
    }

    private sealed record Late(string Key) : Secret(Key), IDeadLetterSuppression;

    [Fact]
    public void S18_What_is_no_loss_to_who_has_stopped_is_observed_and_not_logged()
    {
        Stopped().Tell(new Late("x"));
        Assert.IsType<Late>(Assert.Single(_kit.DeadLetters).Message);
        Assert.Empty(_kit.Log.About("Dead letter to"));
    }

    [Fact]
    public void S18_Unhandled_is_a_dead_letter_that_says_so()
    {
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        Act unexpected = _ => default;
        actor.Tell(Do(me => me.Unhandled(unexpected)));
        _kit.Settle();
        Assert.Equal((unexpected, "unhandled"), Assert.Single(_kit.DeadLetters) is var letter ? ((Act)letter.Message!, letter.Reason) : default);
    }

    [Fact]
    public void S18_An_observer_that_tells_a_stopped_actor_does_not_observe_its_own_dead_letters()
    {
        // An audit actor that has stopped before the rest of the system: without a guard the stack ends the process.
        var audit = Stopped();
        _kit.System.DeadLetters += _ => audit.Tell(new Secret("for the record"));
        audit.Tell(new Secret("first"));
        Assert.Equal("first", Assert.IsType<Secret>(Assert.Single(_kit.DeadLetters).Message).Key);
        Assert.Equal(2, _kit.Log.About("Dead letter to").Count());
    }
}
