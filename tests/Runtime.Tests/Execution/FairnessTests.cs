using Xunit;

namespace Oddswire.Runtime.Tests.Execution;

/// <summary>Actors that keep each other busy share the pool with everybody else: sockets, timers and tasks come through its shared queue.</summary>
public sealed class FairnessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private sealed record Ball(ActorRef<Ball> From);

    /// <summary>Answers for ever, or until the test is over.</summary>
    private sealed class Player(CancellationToken over) : Actor<Ball>
    {
        private Ball? _mine;

        protected internal override ValueTask Receive(Ball ball)
        {
            if (!over.IsCancellationRequested)
                ball.From.Tell(_mine ??= new Ball(Self));
            return default;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public async Task Endless_pairs_do_not_keep_the_pool_from_others(int pairsPerCore)
    {
        using var over = new CancellationTokenSource();
        var system = new ActorSystem(new ActorSystemOptions { Random = new Random(1) });
        for (var i = 0; i < pairsPerCore * Environment.ProcessorCount; i++)
        {
            var one = system.Spawn(Props.Of(() => new Player(over.Token)), $"one-{i}");
            var other = system.Spawn(Props.Of(() => new Player(over.Token)), $"other-{i}");
            one.Tell(new Ball(other));
        }
        var served = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        // On a thread of its own: it must not depend on the pool that is looked at, nor block a thread of it.
        var outside = new Thread(() =>
        {
            var all = Enumerable.Range(0, 20).All(_ => IsServed());
            over.Cancel();
            served.SetResult(all);
        });
        outside.Start();
        var wasServed = await served.Task;
        await system.Stop(Patience);
        Assert.True(wasServed, "work queued from outside did not run while actors were busy");
    }

    private static bool IsServed()
    {
        var ran = new ManualResetEventSlim();
        ThreadPool.UnsafeQueueUserWorkItem(static ran => ran.Set(), ran, preferLocal: false);
        return ran.Wait(Patience);
    }
}
