using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Clob;

internal sealed record ClobOrderState(long Original, long Matched, DateTimeOffset CreatedAt);

// How much of the accounts' orders is matched, told from what the world matched of them.
internal sealed class ClobOrders
{
    private const int Most = 10_000;

    private readonly Dictionary<Word, ClobOrderState> _known = [];

    // To be asked while the match is made: what remains of an order changes with the next one. Before is null for an order that is new.
    public (ClobOrderState? Before, ClobOrderState After) Matched(Execution execution, DateTimeOffset now)
    {
        var order = execution.Order;
        var before = _known.GetValueOrDefault(order.Hash);
        var matched = (before?.Matched ?? 0) + execution.Shares;
        var after = new ClobOrderState(Math.Max(before?.Original ?? 0, matched + order.Remaining), matched, before?.CreatedAt ?? now);
        if (_known.Count >= Most) _known.Clear();
        if (order.Remaining > 0) _known[order.Hash] = after;
        else _known.Remove(order.Hash);
        return (before, after);
    }
}
