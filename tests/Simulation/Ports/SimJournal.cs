using System.Collections.Immutable;
using Oddswire.Runtime.Persistence;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Ports;

/// <summary>The journal as one process sees it: over its connection, which fails.</summary>
internal sealed class SimJournal(Process process) : IJournal
{
    private readonly Database _database = process.World.Database;
    private readonly Random _random = process.World.Seed.For($"{process} journal");

    public async ValueTask<ImmutableArray<string>> Append(ImmutableArray<Entry> batch)
    {
        process.World.Observe(new Observation.Attempted(process, batch));
        return await Call(() => _database.Append(process, batch));
    }

    public async IAsyncEnumerable<Entry> Read(string persistenceId, long after)
    {
        var entries = await Call(() => _database.JournalOf(persistenceId).Skip((int)after).ToArray());
        var breaksOff = _random.Chance(process.World.Shape[Fault.ReadBroken]) ? _random.Next(entries.Length + 1) : -1;
        for (var i = 0; i < entries.Length; i++)
        {
            if (i == breaksOff)
                throw new JournalUnavailableException("broken off").In(process);
            yield return entries[i];
        }
        if (breaksOff == entries.Length)
            throw new JournalUnavailableException("broken off at the end").In(process);
    }

    public async IAsyncEnumerable<(Entry Entry, bool IsSnapshot)> ReadAll(string prefix)
    {
        foreach (var (entry, isSnapshot) in await Call(() => _database.ReadAll(prefix)))
            yield return (entry, isSnapshot);
    }

    public async ValueTask<Entry?> LoadSnapshot(string persistenceId) => await Call(() => _database.LoadSnapshot(persistenceId));

    public async ValueTask SaveSnapshot(Entry snapshot) => await Call(() =>
    {
        _database.SaveSnapshot(process, snapshot);
        return true;
    });

    private Task<T> Call<T>(Func<T> effect) =>
        process.Connection.Call(CallFaults.Journal, effect, () => new JournalUnavailableException("no answer"));
}
