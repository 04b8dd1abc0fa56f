using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Runtime.Tests.Execution;

public sealed class CounterTests
{
    private abstract record Message
    {
        internal sealed record Add(int N) : Message;
        internal sealed record Fail : Message;
        internal sealed record Get(ActorRef<int> ReplyTo) : Message;
    }

    private sealed class Counter : Actor<Message>
    {
        private int _sum;

        protected internal override async ValueTask Receive(Message message)
        {
            switch (message)
            {
                case Message.Add add:
                    await Task.Yield();
                    _sum += add.N;
                    break;
                case Message.Fail:
                    throw new InvalidOperationException("told to");
                case Message.Get get:
                    get.ReplyTo.Tell(_sum);
                    break;
            }
        }
    }

    [Fact]
    public async Task Counts_fails_restarts_and_stops()
    {
        var kit = new TestSystem(seed: 3);
        var counter = kit.Spawn(() => new Counter(), "counter");
        for (var i = 1; i <= 100; i++)
            counter.Tell(new Message.Add(i));
        Assert.Equal(5050, await kit.Ask(counter, (ActorRef<int> to) => new Message.Get(to)));
        counter.Tell(new Message.Fail());
        counter.Tell(new Message.Add(7));
        kit.Settle();
        Assert.Single(kit.DeadLetters);
        kit.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(7, await kit.Ask(counter, (ActorRef<int> to) => new Message.Get(to)));
        var stop = kit.Run(() => kit.System.Stop(TimeSpan.FromSeconds(1)));
        Assert.True(stop.IsCompletedSuccessfully);
        Assert.True(kit.System.Terminated.IsCompletedSuccessfully);
        counter.Tell(new Message.Add(1));
        Assert.Equal("stopped", kit.DeadLetters[^1].Reason);
    }
}
