namespace Oddswire.Runtime;

/// <summary>One run of one process. The incarnation differs at every start, so that a restarted node never inherits the lease of its own ghost.</summary>
public readonly record struct NodeId(string Name, long Incarnation)
{
    public override string ToString() => $"{Name}#{Incarnation}";
}
