using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Tallies;

/// <summary>What a reply says is in the journal at the moment it leaves its tally.</summary>
internal sealed class DurableBeforeVisible : Invariant
{
    private readonly HashSet<(string Resource, long Id)> _committed = [];
    private readonly Dictionary<string, List<long>> _sums = [];
    private readonly TallyCodec _codec = new();

    internal override void On(Observation seen)
    {
        switch (seen)
        {
            case Observation.Appended { Entry: var entry }:
                var e = _codec.ReadEvent(entry.Payload.Span);
                var sums = SumsOf(entry.PersistenceId);
                sums.Add(sums[^1] + e.Amount);
                if (e.Part == e.Parts)
                    _committed.Add((entry.PersistenceId, e.Id));
                break;
            case TallyObservation.Visible { Reply: TallyReply.Ack ack } visible when !_committed.Contains((visible.Resource, ack.Id)):
                Fail($"{visible.Process} acknowledges command {ack.Id} of {visible.Resource}, which is not in the journal");
                break;
            case TallyObservation.Visible { Reply: TallyReply.Balance balance } visible:
                var known = SumsOf(visible.Resource);
                if (balance.Sequence >= known.Count || known[(int)balance.Sequence] != balance.Sum)
                    Fail($"{visible.Process} says that {visible.Resource} is {balance.Sum} after event {balance.Sequence}; the journal does not");
                break;
        }
    }

    private List<long> SumsOf(string resource)
    {
        if (!_sums.TryGetValue(resource, out var sums))
            _sums[resource] = sums = [0];
        return sums;
    }
}
