using Oddswire.Messages.Values;
using Oddswire.Simulation.Gateways.Store;
using Oddswire.Simulator.World;
using Oddswire.TestKit;

namespace Oddswire.Simulation.Gateways.Venues;

/// <summary>The fills that there really were, as the simulated chain has them: the one judge of what the gateway tells.</summary>
internal sealed class Truth(Street street)
{
    private readonly Dictionary<TxHash, List<Fill>> _byTransaction = [];
    private long _next = 1;

    private Chain Chain => street.StandIn.World.Chain;

    /// <summary>Every log of this transaction, also those that a reorg took back.</summary>
    internal IReadOnlyList<Fill> Of(TxHash tx)
    {
        Learn();
        return _byTransaction.TryGetValue(tx, out var fills) ? fills : [];
    }

    /// <summary>What the chain holds now, from this block on.</summary>
    internal IEnumerable<Fill> From(long block)
    {
        for (var number = Chain.Fills.First; number < Chain.Fills.Next; number++)
        {
            if (Chain.Fills[number] is { Settlement.Removed: false } fill && fill.Settlement.Block.Number >= block)
                yield return fill;
        }
    }

    /// <summary>The logs of this transaction that the chain holds now.</summary>
    internal IEnumerable<Fill> StandingOf(TxHash tx) => Of(tx).Where(static fill => !fill.Settlement.Removed);

    /// <summary>How often one transaction has the same trade: a wallet may have two equal orders in it.</summary>
    internal int CountOf(Trade trade) => StandingOf(trade.Tx).Count(fill =>
        WireText.Parse<WalletId>(fill.Execution.Order.Wallet.Address.Text) == trade.User
        && fill.Execution.Order.Token.Id == trade.Token.ToString()
        && fill.Execution.Shares == trade.Shares.Micros);

    /// <summary>When it was matched, which is before anybody can know; null: that is not known here yet.</summary>
    internal TimeSpan? MatchedAt(TxHash tx) => Of(tx) is [var first, ..] ? first.Settlement.Match.At - ManualClock.Epoch : null;

    internal static TxHash TxOf(Fill fill) => new(Bytes(fill.Settlement.Match.TransactionHash));

    internal static Bytes32 Bytes(Word word) => new(word.A, word.B, word.C, word.D);

    private void Learn()
    {
        for (; _next < Chain.Fills.Next; _next++)
        {
            if (Chain.Fills[_next] is not { } fill)
                continue;
            var tx = TxOf(fill);
            if (!_byTransaction.TryGetValue(tx, out var fills))
                _byTransaction[tx] = fills = [];
            fills.Add(fill);
        }
    }
}
