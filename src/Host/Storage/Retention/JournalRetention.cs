using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Storage.Retention;

// Keeps the journal to an age and a size: now and then, slice by slice, between the appends of everybody else.
internal sealed partial class JournalRetention(IJournalCuts cuts, IJournalRows rows, TimeSpan keep, long maxBytes, Fence fence, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(20);

    // A stream that is stated again and again is stated anew, all at once, when most of what the checkpoints hold is superseded.
    private const int StatedPerBase = 2;
    private const int StatedAtLeast = 1_000;

    // Until it is stopped. An outage of the store is waited for; who has lost the right to write cuts no more.
    public async Task Run(CancellationToken stop)
    {
        var every = Every(keep);
        try
        {
            // Soon after the start too: a gateway that is restarted every half hour is cut all the same.
            await Task.Delay(every < First ? every : First, time, stop);
            using var timer = new PeriodicTimer(every, time);
            do await Try(stop);
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The gateway ends.
        }
    }

    // Once. How many entries went.
    public async Task<long> Cut(CancellationToken stop)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var until = now - (long)keep.TotalMilliseconds;
        var (old, beyond) = (await rows.StoodAt(until), await cuts.Beyond(maxBytes));
        if (beyond > old) until = await rows.TimeOf(beyond) ?? until;
        var through = Math.Max(old, beyond);
        var entries = 0L;
        if (through > 0)
        {
            var bases = await StreamBases.Read(rows);
            if (bases.Stated > StatedAtLeast + ((long)StatedPerBase * bases.Count))
            {
                var stated = bases.Restated(now, until);
                await cuts.Restate(stated, fence);
                bases = await StreamBases.Read(rows);
            }
            var order = new CutOrder(through, until, bases.Forgotten, fence, Endings.IsEnd);
            for (CutSlice slice = new(0, 0); slice.LookedThrough is { } after; entries += slice.Entries)
            {
                slice = await cuts.Cut(after, order);
                if (slice.Entries > 0) await Task.Delay(Breath, time, stop);
            }
        }
        while (await cuts.Compact()) await Task.Delay(Breath, time, stop);
        if (entries > 0) WasCut(log, entries, DateTimeOffset.FromUnixTimeMilliseconds(until));
        return entries;
    }

    private static TimeSpan Every(TimeSpan keep) => keep / 8 < Shortest ? Shortest : keep / 8 > Longest ? Longest : keep / 8;

    private async Task Try(CancellationToken stop)
    {
        try
        {
            await Cut(stop);
        }
        catch (Exception e) when (e is StoreUnavailableException or JournalUnavailableException or FencedException or InvalidDataException)
        {
            NotCut(log, e.Message);
        }
    }

    [LoggerMessage(110, LogLevel.Information, "cut {Entries} entries from before {Until} off the journal, behind checkpoints that keep their last hashes")]
    private static partial void WasCut(ILogger log, long entries, DateTimeOffset until);

    [LoggerMessage(111, LogLevel.Warning, "the journal was not cut, and grows until it is: {Why}")]
    private static partial void NotCut(ILogger log, string why);
}
