using System.Collections.Immutable;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>What the private socket tells of its account. Snapshots may come in several frames: the one with Eof is the last.</summary>
public abstract record UsAccountEvent
{
    private UsAccountEvent() { }

    public sealed record OrderSnapshot(IReadOnlyList<UsOrder> Orders, bool Eof) : UsAccountEvent;

    public sealed record OrderUpdate(UsExecution Execution) : UsAccountEvent;

    /// <summary>Of legacy keys alone, by slug: today's venue tells of positions only when they change.</summary>
    public sealed record PositionSnapshot(ImmutableSortedDictionary<string, UsPosition> Positions, bool Eof) : UsAccountEvent;

    public sealed record PositionUpdate(UsPositionChange Change) : UsAccountEvent;

    public sealed record BalanceSnapshot(IReadOnlyList<UsBalance> Balances) : UsAccountEvent;

    public sealed record BalanceUpdate(UsBalanceChange Change) : UsAccountEvent;
}
