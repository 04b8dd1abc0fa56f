using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Patterns;

public sealed class AskTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly TestSystem _kit = new();
    private readonly ActorRef<Act> _actor;
    private readonly List<ActorRef<int>> _open = [];

    public AskTests()
    {
        _actor = _kit.Spawn(() => new Puppet(), "actor");
        _kit.Settle();
    }

    /// <summary>The actor keeps the reply address; the test answers when it wants to.</summary>
    private Task<int> Ask() => _kit.Ask(_actor, (ActorRef<int> to) => Do(_ => _open.Add(to)), Timeout);

    [Fact]
    public async Task S17_The_answer_is_the_reply()
    {
        var answer = Ask();
        Assert.False(answer.IsCompleted);
        _open[0].Tell(42);
        _kit.Settle();
        Assert.True(answer.IsCompleted);
        Assert.Equal(42, await answer);
        Assert.Null(_kit.Clock.Next);      // its timer is gone
        Assert.Empty(_kit.DeadLetters);
    }

    [Fact]
    public void S17_Without_an_answer_in_time_it_fails_and_says_who_was_asked()
    {
        var answer = Ask();
        _kit.Advance(Timeout - TimeSpan.FromTicks(1));
        Assert.False(answer.IsCompleted);
        _kit.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("'/actor' did not answer within 2 s.", Assert.IsType<TimeoutException>(answer.Exception?.InnerException).Message);
    }

    [Fact]
    public async Task S17_A_late_reply_is_a_dead_letter_and_never_reaches_another_ask()
    {
        var first = Ask();
        _kit.Advance(Timeout);
        Assert.True(first.IsFaulted);
        var second = Ask();
        _open[0].Tell(1);
        _kit.Settle();
        Assert.False(second.IsCompleted);
        Assert.Equal((1, "late reply"), Assert.Single(_kit.DeadLetters) is var letter ? ((int)letter.Message!, letter.Reason) : default);
        _open[1].Tell(2);
        _kit.Settle();
        Assert.Equal(2, await second);
    }

    [Fact]
    public async Task S17_A_second_reply_is_a_dead_letter()
    {
        var answer = Ask();
        _open[0].Tell(1);
        _open[0].Tell(2);
        _kit.Settle();
        Assert.Equal(1, await answer);
        Assert.Equal(2, Assert.Single(_kit.DeadLetters).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]        // Timeout.Infinite
    public void S17_An_ask_without_a_timeout_is_refused(int milliseconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = _kit.System.Ask(_actor, (ActorRef<int> _) => Do(_ => { }), TimeSpan.FromMilliseconds(milliseconds)).AsTask(); });

    [Fact]
    public void S17_A_question_that_cannot_be_made_fails_at_the_caller_and_leaves_no_timer()
    {
        Assert.Throws<TestFailure>(() => { _ = _kit.System.Ask(_actor, (ActorRef<int> _) => NoQuestion(), Timeout).AsTask(); });
        Assert.Null(_kit.Clock.Next);
    }

    private static Act NoQuestion() => throw new TestFailure("no question");

    [Fact]
    public void S17_The_asker_never_runs_inside_the_repliers_turn()
    {
        var inTurn = false;
        var seen = new List<bool>();
        _ = _kit.Run(async () =>
        {
            await _kit.System.Ask(_actor, (ActorRef<int> to) => Do(_ =>
            {
                inTurn = true;
                to.Tell(1);
                inTurn = false;
            }), Timeout);
            seen.Add(inTurn);
        });
        Assert.Equal([false], seen);
    }

    [Fact]
    public void S17_Asking_a_stopped_actor_is_a_dead_letter_and_a_timeout()
    {
        _actor.Tell(Do(me => me.StopSelf()));
        _kit.Settle();
        var answer = Ask();
        Assert.Equal("stopped", Assert.Single(_kit.DeadLetters).Reason);
        _kit.Advance(Timeout);
        Assert.IsType<TimeoutException>(answer.Exception?.InnerException);
    }
}
