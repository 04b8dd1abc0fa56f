using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Execution;

public sealed class NameTests
{
    private readonly TestSystem _kit = new();

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(null)]
    [InlineData("a/b")]
    [InlineData("/")]
    public void S11_A_name_that_is_no_step_of_a_path_is_refused_at_the_caller(string? name) =>
        Assert.ThrowsAny<ArgumentException>(() => _kit.Spawn(() => new Puppet(), name!));

    [Fact]
    public void S11_A_name_is_used_once_and_free_again_when_its_actor_has_stopped()
    {
        var first = _kit.Spawn(() => new Puppet(), "twin");
        var error = Assert.Throws<InvalidOperationException>(() => _kit.Spawn(() => new Puppet(), "twin"));
        Assert.Contains("'twin'", error.Message, StringComparison.Ordinal);
        first.Tell(Do(me => me.StopSelf()));
        _kit.Settle();
        var second = _kit.Spawn(() => new Puppet(), "twin");
        Assert.NotSame(first, second);
        Assert.Equal("/twin", second.Path);
        first.Tell(Do(_ => Assert.Fail("the new one is another actor")));
        _kit.Settle();
        Assert.Single(_kit.DeadLetters);
    }

    [Fact]
    public void S11_A_name_stays_taken_while_its_actor_stops()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = _kit.Spawn(() => new Puppet { OnStop = async _ => await gate.Task }, "twin");
        actor.Tell(Do(me => me.StopSelf()));
        _kit.Settle();
        Assert.Throws<InvalidOperationException>(() => _kit.Spawn(() => new Puppet(), "twin"));
        gate.SetResult();
        _kit.Settle();
        _kit.Spawn(() => new Puppet(), "twin");
    }

    [Fact]
    public void S11_Paths_tell_the_family()
    {
        string? path = null;
        var actor = _kit.Spawn(() => new Puppet(), "feeds");
        actor.Tell(Do(me => me.Spawn("rtds", new Puppet { OnStart = Do(child => path = child.Spawn("connection-1", new Puppet()).Path) })));
        _kit.Settle();
        Assert.Equal("/feeds/rtds/connection-1", path);
    }

    [Fact]
    public void S8_Nothing_is_spawned_by_who_stops_and_nothing_after_the_system_has_stopped()
    {
        Exception? refused = null;
        _kit.Spawn(() => new Puppet { OnStop = Do(me => refused = Record.Exception(() => me.Spawn("late", new Puppet()))) }, "actor");
        _kit.Settle();
        Assert.True(_kit.Run(() => _kit.System.Stop(TimeSpan.FromSeconds(5))).IsCompletedSuccessfully);
        Assert.Contains("'late' was not started", Assert.IsType<InvalidOperationException>(refused).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => _kit.Spawn(() => new Puppet(), "later"));
    }

    [Fact]
    public void S8_While_the_system_stops_nothing_new_is_started_at_the_top()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _kit.Spawn(() => new Puppet { OnStop = async _ => await gate.Task }, "slow");
        _kit.Settle();
        var stopped = _kit.Run(() => _kit.System.Stop(TimeSpan.FromSeconds(5)));
        Assert.Throws<InvalidOperationException>(() => _kit.Spawn(() => new Puppet(), "late"));
        gate.SetResult();
        _kit.Settle();
        Assert.True(stopped.IsCompletedSuccessfully);
    }
}
