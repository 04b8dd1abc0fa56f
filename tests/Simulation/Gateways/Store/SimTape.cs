using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Actors.Tape;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Simulation.Ports;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Gateways.Store;

/// <summary>
/// The tape as one process sees it: over its connection, which fails. The file behind it outlives every process, and has one at a time:
/// what a dead one had still on the way never gets there.
/// </summary>
internal sealed class SimTape(Process process, MemoryTape file, Troubles troubles) : ITape
{
    public async ValueTask<TapeHead> Open() => await Call(file.Open);

    public async ValueTask<long> Commit(TapeCommit commit)
    {
        process.World.Observe(new TapeObservation.Tried(process, commit));
        var trouble = troubles.Begin(process);
        try
        {
            var oldest = await Call(async () =>
            {
                var oldest = await file.Commit(commit);
                process.World.Observe(new TapeObservation.Committed(process, commit));
                return oldest;
            });
            trouble.End(failed: false);
            return oldest;
        }
        catch (TapeUnavailableException)
        {
            trouble.End(failed: true);
            throw;
        }
    }

    public async ValueTask<TapePage> Read(long after, OrderFilter filter, int most) => await Call(() => file.Read(after, filter, most));

    public async ValueTask<ImmutableArray<TapeEntry>> At(ImmutableArray<long> offsets) => await Call(() => file.At(offsets));

    public async ValueTask<ImmutableArray<TapeEntry>> Newest(int most) => await Call(() => file.Newest(most));

    public async ValueTask<OrderPage> Query(OrderQuery query) => await Call(() => file.Query(query));

    /// <summary>The file answers at once: its tasks are complete.</summary>
    private async Task<T> Call<T>(Func<ValueTask<T>> effect) => await await process.Connection.Call(
        CallFaults.Tape,
        () => process.Alive ? effect().AsTask() : throw new TapeUnavailableException("its process is dead"),
        static () => new TapeUnavailableException("no answer"));
}
