using Oddswire.Messages.PolymarketUs;
using Oddswire.Protocols.PolymarketUs;

namespace Oddswire.Client.PolymarketUs;

/// <summary>The private socket: what the account has now, and what happens to it, over reconnects.</summary>
public sealed class UsPrivateStreams : IAsyncDisposable
{
    private readonly UsWire _wire;

    internal UsPrivateStreams(UsWire wire)
    {
        _wire = wire;
        wire.Gap = gap => Gap?.Invoke(gap);
        wire.Error = error => Error?.Invoke(error);
    }

    /// <summary>The socket was away: order and position updates of that time are not told again. Ask for <see cref="OpenOrders"/>.</summary>
    public event Action<UsGap>? Gap;

    /// <summary>Something that the venue said to no request of ours, in its words.</summary>
    public event Action<string>? Error;

    /// <summary>All that are open now, once the last chunk of the snapshot is there. No slugs: of every market.</summary>
    public async Task<IReadOnlyList<UsOrder>> OpenOrders(IReadOnlyList<string>? slugs = null, CancellationToken cancel = default)
    {
        // By id: a snapshot that a lost connection cut off starts again from the beginning.
        var orders = new Dictionary<string, UsOrder>(StringComparer.Ordinal);
        await foreach (var snapshot in Read<UsAccountEvent.OrderSnapshot>(UsSubscriptionType.OrderSnapshot, slugs ?? [], cancel))
        {
            foreach (var order in snapshot.Orders) orders[order.Id] = order;
            if (snapshot.Eof) break;
        }
        return [.. orders.Values];
    }

    public IAsyncEnumerable<UsExecution> OrderUpdates(IReadOnlyList<string>? slugs = null, CancellationToken cancel = default) =>
        Told(Read<UsAccountEvent.OrderUpdate>(UsSubscriptionType.Order, slugs ?? [], cancel), static update => update.Execution);

    public IAsyncEnumerable<UsPositionChange> PositionUpdates(IReadOnlyList<string>? slugs = null, CancellationToken cancel = default) =>
        Told(Read<UsAccountEvent.PositionUpdate>(UsSubscriptionType.Position, slugs ?? [], cancel), static update => update.Change);

    /// <summary>The balance now and after each change; one item for each currency.</summary>
    public async IAsyncEnumerable<UsBalance> Balances([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel = default)
    {
        await foreach (var told in Read<UsAccountEvent>(UsSubscriptionType.AccountBalance, [], cancel))
        {
            if (told is UsAccountEvent.BalanceUpdate { Change.AfterBalance: { } after }) yield return after;
            else if (told is UsAccountEvent.BalanceSnapshot snapshot)
                foreach (var balance in snapshot.Balances) yield return balance;
        }
    }

    public ValueTask DisposeAsync() => _wire.DisposeAsync();

    private IAsyncEnumerable<T> Read<T>(UsSubscriptionType type, IReadOnlyList<string> slugs, CancellationToken cancel) where T : UsAccountEvent =>
        _wire.Read(type, slugs, debounced: false, static frame => (frame.Account is T, (frame.Account as T)!), cancel);

    private static async IAsyncEnumerable<TOut> Told<TIn, TOut>(IAsyncEnumerable<TIn> events, Func<TIn, TOut> of)
    {
        await foreach (var told in events) yield return of(told);
    }
}
