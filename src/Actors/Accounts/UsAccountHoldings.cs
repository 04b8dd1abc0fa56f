using System.Buffers;
using System.Collections.Immutable;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Protocols.PolymarketUs;

namespace Oddswire.Actors.Accounts;

/// <summary>What is known of an account at Polymarket US, from what its connection heard. So much of each, and no more.</summary>
internal sealed class UsAccountHoldings
{
    private const int MostOrders = 10_000;
    private const int MostPositions = 10_000;
    private const int MostExecutions = 20_000;

    private readonly OrderedDictionary<string, (UsOrderSeen Seen, UsHeld Held)> _orders = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, UsHeld> _positions = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ReadOnlyMemory<byte>> _balances = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _lastTold = new(StringComparer.Ordinal);
    private readonly HashSet<string> _executions = new(StringComparer.Ordinal);
    private readonly Queue<string> _executionsByAge = [];
    private bool _ordersKnown;
    private UsPayload? _balancesPayload;

    internal UsAccountState State => new(_ordersKnown ? Open : null, [.. _positions.Values], _balancesPayload);

    private ImmutableArray<UsHeld> Open => [.. _orders.Values.Select(static order => order.Held)];

    /// <summary>Nobody listens: any of it may be otherwise by now.</summary>
    internal void Forget()
    {
        _ordersKnown = false;
        _orders.Clear();
        _positions.Clear();
        _balances.Clear();
        _lastTold.Clear();
        _balancesPayload = null;
    }

    /// <summary>What there is to be told of it; null: nothing that was not told already.</summary>
    /// <param name="missed">The venue has told another state than its events led to.</param>
    internal UsAccountFact? Take(UsAccountFrame frame, out bool missed)
    {
        missed = false;
        switch (frame)
        {
            case UsAccountFrame.Order order:
                return Take(order);
            case UsAccountFrame.Orders orders:
                return Take(orders, out missed);
            case UsAccountFrame.Position position:
                return Take(position);
            case UsAccountFrame.Balance balance:
                return Take(balance);
            case UsAccountFrame.Balances balances:
                _balances.Clear();
                foreach (var (currency, json) in balances.All)
                    _balances[currency] = json;
                return new UsAccountFact.Balances(_balancesPayload = Written());
            default:
                return new UsAccountFact.Rfq(UsRespelling.Share(((UsAccountFrame.Rfq)frame).Payload));
        }
    }

    private UsAccountFact.OrderChanged? Take(UsAccountFrame.Order order)
    {
        if (order.Execution.Length > 0)
        {
            if (!_executions.Add(order.Execution))
                return null;
            _executionsByAge.Enqueue(order.Execution);
            if (_executionsByAge.Count > MostExecutions)
                _executions.Remove(_executionsByAge.Dequeue());
        }
        if (order.After.IsOpen)
            Keep(order.After);
        else
            _orders.Remove(order.After.Id);
        return new UsAccountFact.OrderChanged(order.After.Slug, UsRespelling.Share(order.Payload));
    }

    /// <summary>Told to those who wait for it, and to all if it is not what was known.</summary>
    private UsAccountFact.Orders? Take(UsAccountFrame.Orders orders, out bool missed)
    {
        var isKnown = _ordersKnown && orders.Open.Length == _orders.Count
            && orders.Open.All(order => _orders.TryGetValue(order.Id, out var held) && held.Seen.Progress == order.Progress);
        missed = _ordersKnown && !isKnown;
        if (isKnown)
            return null;
        _ordersKnown = true;
        _orders.Clear();
        foreach (var order in orders.Open)
            Keep(order);
        return new UsAccountFact.Orders(Open);
    }

    private void Keep(UsOrderSeen order)
    {
        _orders[order.Id] = (order, new UsHeld(order.Slug, UsRespelling.Share(order.Json)));
        if (_orders.Count > MostOrders)
            _orders.RemoveAt(0);
    }

    private UsAccountFact.PositionChanged? Take(UsAccountFrame.Position position)
    {
        if (IsRepeated("position " + position.Slug, position.Payload))
            return null;
        var after = position.After.IsEmpty ? null : UsRespelling.Share(position.After);
        if (after is null)
            _positions.Remove(position.Slug);
        else
            _positions[position.Slug] = new UsHeld(position.Slug, after);
        if (_positions.Count > MostPositions)
            _positions.RemoveAt(0);
        return new UsAccountFact.PositionChanged(position.Slug, UsRespelling.Share(position.Payload), after);
    }

    private UsAccountFact.BalanceChanged? Take(UsAccountFrame.Balance balance)
    {
        if (IsRepeated("balance", balance.Payload))
            return null;
        if (_balancesPayload is not null && !balance.After.IsEmpty)
        {
            _balances[balance.Currency] = balance.After;
            _balancesPayload = Written();
        }
        return new UsAccountFact.BalanceChanged(UsRespelling.Share(balance.Payload), balance.Current, balance.BuyingPower);
    }

    private bool IsRepeated(string what, ReadOnlyMemory<byte> payload)
    {
        if (_lastTold.TryGetValue(what, out var last) && last.Span.SequenceEqual(payload.Span))
            return true;
        if (_lastTold.Count > MostPositions)
            _lastTold.Clear();
        _lastTold[what] = payload;
        return false;
    }

    /// <summary>The payload of a snapshot, of the balances as they came.</summary>
    private UsPayload Written()
    {
        var payload = new ArrayBufferWriter<byte>();
        payload.Write("{\"balances\":["u8);
        var first = true;
        foreach (var json in _balances.Values)
        {
            if (!first)
                payload.Write(","u8);
            first = false;
            payload.Write(json.Span);
        }
        payload.Write("]}"u8);
        return UsRespelling.Share(payload.WrittenMemory);
    }
}
