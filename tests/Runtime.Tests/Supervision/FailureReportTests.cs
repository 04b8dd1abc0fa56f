using Microsoft.Extensions.Logging;
using Oddswire.Runtime.Supervision;
using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Supervision;

/// <summary>What of a failure stands in the log: the unexpected once per outage, the expected as information.</summary>
public sealed class FailureReportTests
{
    private sealed class Lost(bool expected) : Exception("closed with 1006"), IExpectedFailure
    {
        public bool IsExpected => expected;
    }

    private readonly TestSystem _kit = new();

    private IEnumerable<LogLine> About(string text) => _kit.Log.About(text);

    [Fact]
    public void An_expected_failure_is_one_line_of_information_and_its_message_no_dead_letter()
    {
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        actor.Tell(_ => throw new Lost(expected: true));
        _kit.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((LogLevel.Information, "/actor: closed with 1006"), Assert.Single(About("/actor")) is var line ? (line.Level, line.Text) : default);
        Assert.Empty(_kit.DeadLetters);
        Assert.Equal((1, 1), Assert.Single(_kit.System.Snapshot(), static info => info.Path == "/actor") is var info ? (info.Failures, info.Restarts) : default);
    }

    [Fact]
    public void One_of_its_kind_that_was_not_expected_is_a_failure_like_any_other()
    {
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        actor.Tell(_ => throw new Lost(expected: false));
        _kit.Settle();
        Assert.Equal(LogLevel.Warning, Assert.Single(About("/actor failed")).Level);
        Assert.Single(_kit.DeadLetters);
    }

    [Fact]
    public void Restarts_that_fail_alike_are_one_warning_and_the_one_that_succeeds_says_how_many_there_were()
    {
        var failing = true;
        var actor = _kit.Spawn(() => new Puppet { OnStart = _ => failing ? throw new TestFailure("the store is away") : default }, "actor");
        _kit.Advance(TimeSpan.FromSeconds(10));
        Assert.Single(About("/actor"), static line => line.Level >= LogLevel.Information);
        var failures = Assert.Single(_kit.System.Snapshot(), static info => info.Path == "/actor").Failures;
        failing = false;
        _kit.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal($"/actor runs again after {failures - 1} restarts in vain", Assert.Single(About("/actor runs again")).Text);
        actor.Tell(Fail("something else"));
        _kit.Settle();
        Assert.Equal(2, About("/actor failed").Count());
    }

    [Fact]
    public void A_restart_that_fails_in_another_way_is_told()
    {
        var failures = new Queue<Exception>([new TestFailure("first"), new InvalidOperationException("second")]);
        _kit.Spawn(() => new Puppet { OnStart = _ => failures.TryDequeue(out var failure) ? throw failure : default }, "actor");
        _kit.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(["first", "second"], About("/actor failed").Select(static line => line.Cause!.Message));
    }
}
