using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Tallies;

/// <summary>However often a command was repeated, it is in the journal once, all of it in one piece.</summary>
internal sealed class CommandsOnce : Invariant
{
    private readonly HashSet<(string Resource, long Id)> _begun = [];
    private readonly Dictionary<string, Added> _last = [];
    private readonly TallyCodec _codec = new();

    internal override void On(Observation seen)
    {
        if (seen is not Observation.Appended { Entry: var entry })
            return;
        var e = _codec.ReadEvent(entry.Payload.Span);
        if (e.Part == 1 ? !_begun.Add((entry.PersistenceId, e.Id)) : _last[entry.PersistenceId] is var before && (before.Id != e.Id || before.Part != e.Part - 1))
            Fail($"{entry.PersistenceId}: event {entry.Sequence} repeats or tears apart command {e.Id} (part {e.Part})");
        _last[entry.PersistenceId] = e;
    }
}
