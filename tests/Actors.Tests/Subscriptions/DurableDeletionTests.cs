using Oddswire.Actors.Tests.Sessions;
using Oddswire.Messages.Subscriptions;
using Oddswire.Protocols.Dome;
using Oddswire.Runtime;
using Xunit;
using static Oddswire.Actors.Tests.Subscriptions.DurableDesk;

namespace Oddswire.Actors.Tests.Subscriptions;

/// <summary>What is left of a durable subscription that was deleted, and of those who go on deleting it.</summary>
public sealed class DurableDeletionTests
{
    private readonly Gateway _gateway = new();

    /// <summary>Once it has an answer it asks so often again that not all of it can be put aside until the deleted one has stopped.</summary>
    private sealed class Impatient(Action again) : Actor<SubscriptionAnswer>
    {
        private bool _answered;

        protected override ValueTask Receive(SubscriptionAnswer message)
        {
            for (var n = 0; n < 3_000 && !_answered; n++)
                again();
            _answered = true;
            return default;
        }
    }

    [Fact]
    public void Deleting_it_again_leaves_no_actor_behind()
    {
        var created = Create(_gateway, "c", null, 1);
        Done(_gateway, to => new DurableCommand.Delete(created.Id, By(), "d", to));
        for (var again = 0; again < 3; again++)
        {
            Assert.True(Assert.IsType<SubscriptionAnswer.Done>(Ask(_gateway, to => new DurableCommand.Delete(created.Id, By(), "d", to))).WasDone);
            Assert.DoesNotContain(_gateway.Kit.System.Snapshot(), info => info.Path == $"/subscriptions/{created.Id}");
        }
    }

    [Fact]
    public void However_often_it_is_deleted_at_once_everybody_else_is_served_on()
    {
        var client = _gateway.Connect();
        client.Subscribe(Following(2));
        var created = Create(_gateway, "c", null, 1);
        var answers = _gateway.Kit.Probe<SubscriptionAnswer>();
        _gateway.Subscriptions.Tell(new DurableCommand.Delete(created.Id, By(), "d", _gateway.Kit.Spawn(
            () => new Impatient(() => _gateway.Subscriptions.Tell(new DurableCommand.Delete(created.Id, By(), "d", answers))), "impatient")));
        Assert.NotEmpty(answers.Drain());
        _gateway.Fill(Made.Log(1, 1, user: 2));
        client.Expect<DomeServerFrame.Event>();
        Assert.True(client.IsOpen);
        Assert.True(Assert.IsType<SubscriptionAnswer.Done>(Ask(_gateway, to => new DurableCommand.Delete(created.Id, By(), "d", to))).WasDone);
    }
}
