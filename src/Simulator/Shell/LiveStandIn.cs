using Microsoft.Extensions.Logging;

namespace Oddswire.Simulator.Shell;

// The stand-in in real time: one lock around it, and a tick that lets its time pass.
internal sealed class LiveStandIn(StandIn standIn, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    // A machine that slept does not make up for the fills of the night.
    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();

    public T Use<T>(Func<StandIn, T> use)
    {
        lock (_gate)
        {
            CatchUp();
            return use(standIn);
        }
    }

    public void Use(Action<StandIn> use) => Use(it =>
    {
        use(it);
        return true;
    });

    public async Task Run(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation)) Use(_ => { });
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private void CatchUp()
    {
        var now = time.GetUtcNow();
        var lag = now - standIn.Now;
        if (lag <= LongestStep)
        {
            standIn.Advance(now);
            return;
        }
        log.ClockJumped(lag);
        var running = !standIn.World.Paused;
        standIn.World.Pause();
        standIn.Advance(now);
        if (running) standIn.World.Resume();
    }
}
