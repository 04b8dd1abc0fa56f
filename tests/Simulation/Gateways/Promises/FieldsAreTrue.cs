using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;
using Oddswire.Simulation.Gateways.Clients;
using Oddswire.Simulation.Gateways.Venues;
using Oddswire.Simulation.Worlds;
using Oddswire.TestKit;
using Told = Oddswire.Messages.Orders.Fill;
using True = Oddswire.Simulator.World.Fill;

namespace Oddswire.Simulation.Gateways.Promises;

/// <summary>Guarantee 4: what is told is what happened; with a live chain every field of it.</summary>
internal sealed class FieldsAreTrue(GatewayWorkload gateways) : Promise(gateways)
{
    // Until a fault of the chain's feed is over for the fills that come: silence, backoff, the first sweep.
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(100);

    private readonly Dictionary<Process, TimeSpan> _started = [];

    internal override void On(Observation seen)
    {
        switch (seen)
        {
            case Observation.Started started:
                _started[started.Process] = World.Clock.Elapsed;
                break;
            case ClientObservation.Told told:
                Look(told.On, told.Event, told.WrittenAt);
                break;
            case ClientObservation.Completed completed when completed.Event.Fill.LogIndex is null:
                Broken(Guarantee.Complete, $"{completed.On} hears that {completed.Event.Position} is complete, and it is not: {completed.Event.Fill}");
                break;
            case LinkObservation.Malformed malformed:
                Broken(Guarantee.Truth, malformed.ToString());
                break;
        }
    }

    private void Look(Delivery on, DomeServerFrame.Event told, TimeSpan writtenAt)
    {
        var fill = told.Fill;
        var logs = Gateways.Truth.Of(fill.Tx);
        if (fill.LogIndex is null)
        {
            var at = told.Position is { } position && Gateways.Record[position.Offset] is { } written ? written.At : writtenAt;
            if (Gateways.Shape.Tape.Release == Actors.Tape.Release.Complete && IsChainLive(at))
                Broken(Guarantee.Complete, $"{on} is told of {fill}, and the chain was live");
            else if (logs.Count > 0 && !logs.Any(log => IsSameOrder(fill, log)))
                Broken(Guarantee.Truth, $"{on} is told of {fill}, which is none of its transaction");
            return;
        }
        // Two forks of the chain may have a log each at the same place.
        var there = logs.Where(log => log.LogIndex == fill.LogIndex && log.Settlement.Block.Number == fill.Block).ToArray();
        var log = Array.Find(there, log => IsSameOrder(fill, log) && IsSameLog(fill, log));
        if (there.Length == 0)
            Broken(Guarantee.Truth, $"{on} is told of {fill}, and there is no such log");
        else if (log is null)
            Broken(Guarantee.Truth, $"{on} is told of {fill}, and the log says otherwise: {there[0].Execution}");
        else if (fill.Market.Slug.Length > 0 && !IsSameMarket(fill, log))
            Broken(Guarantee.Truth, $"{on} is told of {fill}, of the market {log.Settlement.Match.Market.Plan}");
        else if (fill.Market.Slug.Length == 0 && IsCatalogLive(log, told, writtenAt))
            Broken(Guarantee.Complete, $"{on} is told of {fill} without its market, and the catalog was live");
    }

    private bool IsChainLive(TimeSpan at) => Gateways.Shape.HasChain && !Gateways.Weather.IsFelt("polygon", at - Recovery, at) && IsUndisturbed(at, Recovery);

    private bool IsCatalogLive(True log, DomeServerFrame.Event told, TimeSpan writtenAt)
    {
        var at = told.Position is { } position && Gateways.Record[position.Offset] is { } written ? written.At : writtenAt;
        return !Gateways.Weather.IsFelt("gamma", at - Recovery, at)
            && IsUndisturbed(at, Recovery)
            && log.Settlement.Match.Market.ListedAt - ManualClock.Epoch < at - Recovery;
    }

    /// <summary>The gateway ran all that time, nothing stood still, and its store took what it was given.</summary>
    private bool IsUndisturbed(TimeSpan at, TimeSpan during)
    {
        var process = _started.Where(started => started.Value <= at).MaxBy(static started => started.Value);
        return process.Value < at - during && process.Key.WokeAt is null && process.Key.Clock.WallOffset == TimeSpan.Zero
            && (process.Key.EndedAt is null || process.Key.EndedAt > at) && !Gateways.Troubles.Were(at - during, at);
    }

    private static bool IsSameOrder(Told fill, True log)
    {
        var (order, execution) = (log.Execution.Order, log.Execution);
        return fill.User == Wallet(order.Wallet.Address.Text)
            && fill.Token.ToString() == order.Token.Id
            && fill.Side == (order.Side == Simulator.World.Side.Buy ? Side.Buy : Side.Sell)
            && fill.Shares.Micros == execution.Shares
            && Price.TryFrom(new Quantity(execution.Collateral), new Quantity(execution.Shares), out var price) && fill.Price == price;
    }

    private static bool IsSameLog(Told fill, True log) =>
        fill.Timestamp == log.Settlement.Block.At.ToUnixTimeSeconds()
        && fill.Order?.Value == Truth.Bytes(log.Execution.Order.Hash)
        && fill.Taker == Wallet(log.Execution.Counterparty.Text);

    private static bool IsSameMarket(Told fill, True log)
    {
        var market = log.Settlement.Match.Market;
        return fill.Market.Condition?.ToString() == market.ConditionId && fill.Market.Slug == market.Plan.Slug && fill.Market.Title == market.Plan.Title
            && fill.Market.Label == log.Execution.Order.Token.Label;
    }

    private static WalletId Wallet(string text) => WireText.Parse<WalletId>(text);
}
