using Xunit;

namespace Oddswire.Actors.Tests.Sessions;

public sealed class HeartbeatTests
{
    private readonly Gateway _gateway = new();

    private Dictionary<string, long> Processed() => _gateway.Kit.System.Snapshot()
        .Where(static info => info.Path.StartsWith("/sessions/", StringComparison.Ordinal)).ToDictionary(static info => info.Path, static info => info.Processed);

    [Theory]
    [InlineData(3)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1_100)]
    public void However_many_they_are_each_is_ticked_once_a_second_and_few_at_a_time(int sessions)
    {
        for (var n = 0; n < sessions; n++)
            _gateway.Connect();
        _gateway.Kit.Advance(TimeSpan.FromSeconds(2));
        var first = Processed();
        for (var second = 1; second <= 3; second++)
        {
            var before = Processed().Values.Sum();
            for (var part = 0; part < 20; part++)
            {
                _gateway.Kit.Advance(TimeSpan.FromSeconds(1.0 / 20));
                var now = Processed().Values.Sum();
                Assert.InRange(now - before, 0, 2 * Math.Max(64, (sessions + 15) / 16));
                before = now;
            }
            Assert.All(Processed(), one => Assert.Equal(first[one.Key] + second, one.Value));
        }
    }

    [Fact]
    public void Who_leaves_in_between_is_ticked_no_more_and_who_comes_is_with_the_next_second()
    {
        var clients = Enumerable.Range(0, 200).Select(_ => _gateway.Connect()).ToList();
        _gateway.Kit.Advance(TimeSpan.FromSeconds(2));
        _gateway.Kit.Advance(TimeSpan.FromSeconds(0.01));
        foreach (var client in clients)
            client.Session.Tell(new Oddswire.Messages.Sessions.SessionMessage.Gone());
        _gateway.Connect();
        _gateway.Kit.Settle();
        _gateway.Kit.DeadLetters.Clear();
        var before = Assert.Single(Processed());
        _gateway.Kit.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(before.Value + 1, Assert.Single(Processed()).Value);
        Assert.Empty(_gateway.Kit.DeadLetters);
    }
}
