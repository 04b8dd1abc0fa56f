using Oddswire.Runtime.Leases;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Invariants;

/// <summary>A term of a resource belongs to one process, and to one uninterrupted holding of it; new terms are higher.</summary>
internal sealed class OneOwnerPerTerm : Invariant
{
    private readonly Dictionary<string, Observation.Granted> _last = [];

    internal override void On(Observation seen)
    {
        if (seen is not Observation.Granted now)
            return;
        if (_last.TryGetValue(now.Fence.Resource, out var before))
        {
            if (now.Fence.Term < before.Fence.Term)
                Fail($"{now.Fence} follows {before.Fence}");
            else if (now.Fence == before.Fence && now.Process != before.Process)
                Fail($"{Term(now.Fence)} belongs to {before.Process} and to {now.Process}");
            else if (now.Fence == before.Fence && now.At > before.Until)
                Fail($"{Term(now.Fence)} had ended when {now.Process} got it again");
        }
        _last[now.Fence.Resource] = now;
    }

    private static string Term(Fence fence) => $"term {fence.Term} of {fence.Resource}";
}
