using System.Collections.Immutable;

namespace Oddswire.Simulator.World;

public sealed class Block(long number, Word hash, Word parent, DateTimeOffset at)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public long Number { get; } = number;

    public Word Hash { get; } = hash;

    public Word Parent { get; } = parent;

    public DateTimeOffset At { get; } = at;

    public ImmutableArray<Settlement> Settlements { get; internal set; } = [];
}
