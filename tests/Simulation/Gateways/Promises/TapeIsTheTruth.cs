using Oddswire.Messages.Values;
using Oddswire.Simulation.Gateways.Store;
using Oddswire.Simulation.Gateways.Venues;
using Oddswire.Simulator.Faults;

namespace Oddswire.Simulation.Gateways.Promises;

/// <summary>Guarantee 5, in the end: with a chain to look things up in, every fill that there was is on the tape, once, and nothing else is.</summary>
internal sealed class TapeIsTheTruth(GatewayWorkload gateways) : Promise(gateways)
{
    internal override void Check()
    {
        LookForSecondPlaces();
        if (!Gateways.Shape.HasChain || Gateways.Record.SweptFrom is not { } begun)
            return;
        var standing = Gateways.Record.All.Where(static written => !written.IsRemoved).ToLookup(static written => written.Now.Tx);
        foreach (var fill in Gateways.Truth.From(begun + 1))
        {
            if (Gateways.IsBlurred(Truth.TxOf(fill)))
                continue;
            var found = standing[Truth.TxOf(fill)].Count(written => written.Now.Order?.Value == Truth.Bytes(fill.Execution.Order.Hash));
            if (found != 1)
                Broken(found == 0 ? Guarantee.Gaps : Guarantee.Once, $"fill {fill.Number}, block {fill.Settlement.Block.Number}, {Truth.TxOf(fill)}/{fill.LogIndex}, is on the tape {found} times");
        }
        foreach (var written in Gateways.Record.All.Where(static written => !written.IsRemoved))
            Look(written);
    }

    /// <summary>Here no order is filled twice in one transaction. Whatever reorgs did to a fill, and whoever told of it, it was never told as two.</summary>
    private void LookForSecondPlaces()
    {
        var fills = Gateways.Record.All.Where(static written => written.Now.Order is not null).GroupBy(static written => (written.Now.Tx, written.Now.Order));
        foreach (var places in fills.Where(places => places.Count() > 1 && !Gateways.LooksLikeTwo(places.First().Now)))
            Broken(Guarantee.Once, $"one fill is on the tape at {string.Join(" and ", places.Select(static written => written.Offset))}: {places.Last().Now}");
    }

    private void Look(Written written)
    {
        var fill = written.Now;
        if (Gateways.IsBlurred(fill.Tx))
            return;
        var logs = Gateways.Truth.StandingOf(fill.Tx).ToArray();
        if (logs.Length == 0)
        {
            // The rows of a match that a reorg took for good before it was ever mined for long have no log to be completed by.
            if (fill.LogIndex is not null || !HasReorged)
                Broken(Guarantee.Truth, $"{written.Offset} is on the tape, and its transaction on no block: {fill}");
        }
        else if (fill.LogIndex is null)
        {
            if (logs[0].Settlement.Block.Number > Gateways.Record.SweptFrom)
                Broken(Guarantee.Complete, $"{written.Offset} was never completed, and its transaction is in block {logs[0].Settlement.Block.Number}: {fill}");
        }
        else if (!logs.Any(log => Truth.Bytes(log.Execution.Order.Hash) == fill.Order?.Value))
        {
            Broken(Guarantee.Truth, $"{written.Offset} is on the tape, and no log says so: {fill}");
        }
    }

    private bool HasReorged => Gateways.Weather.IsFelt("polygon", TimeSpan.Zero, World.Clock.Elapsed, FaultKind.Reorg);
}
