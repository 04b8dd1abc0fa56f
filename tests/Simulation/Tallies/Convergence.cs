using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Tallies;

/// <summary>In the end, which is a stated time after the cure: each tally has one owner, and everything that was asked is acknowledged and in the journal.</summary>
internal sealed class Convergence(TallyWorkload tallies) : Invariant
{
    private readonly Dictionary<Cell, long> _terms = [];
    private readonly HashSet<(string Resource, long Id)> _committed = [];
    private readonly TallyCodec _codec = new();

    internal override void On(Observation seen)
    {
        switch (seen)
        {
            case TallyObservation.Recovered recovered:
                _terms[recovered.Cell] = recovered.Fence.Term;
                break;
            case Observation.Appended { Entry: var entry }:
                _committed.Add((entry.PersistenceId, _codec.ReadEvent(entry.Payload.Span).Id));
                break;
        }
    }

    internal override void Check()
    {
        foreach (var resource in tallies.Resources)
            CheckOwner(resource);
        foreach (var client in tallies.Clients)
        {
            if (client.Open is { } open)
                Fail($"command {open.Id} to {open.Resource} was not acknowledged");
            foreach (var (resource, id) in client.Acknowledged)
            {
                if (!_committed.Contains((resource, id)))
                    Fail($"command {id} of {resource} was acknowledged and is not in the journal");
            }
        }
    }

    private void CheckOwner(string resource)
    {
        var serving = _terms.Keys
            .Where(cell => cell is { IsAlive: true, State: CellState.Running } && cell.Path == $"/{resource}/entity" && !cell.StopRequested())
            .ToArray();
        var lease = World.Database.LeaseOf(resource);
        if (serving is not [var owner])
            Fail($"{resource} is served by {serving.Length} nodes: {string.Join(", ", serving.AsEnumerable())}");
        else if (_terms[owner] != lease?.Term || lease.Value.Owner != owner.Process.System.Node)
            Fail($"{resource} is served by {owner} in term {_terms[owner]}, and its lease is {lease}");
    }
}
