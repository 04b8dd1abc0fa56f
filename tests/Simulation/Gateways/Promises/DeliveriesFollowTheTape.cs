using Oddswire.Messages.Orders;
using Oddswire.Protocols.Dome;
using Oddswire.Simulation.Gateways.Clients;
using Oddswire.Simulation.Gateways.Store;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Gateways.Promises;

/// <summary>
/// Guarantees 1, 2, 3 and 7: a subscription is told what is on the tape and what it asked for, in the order of the tape, each fill once,
/// without holes; from where it resumed, or since its ack.
/// </summary>
internal sealed class DeliveriesFollowTheTape(GatewayWorkload gateways) : Promise(gateways)
{
    // What was sent while the store was in trouble may be written when it no longer is.
    private static readonly TimeSpan Batch = TimeSpan.FromSeconds(1);

    private TapeRecord Record => Gateways.Record;

    internal override void On(Observation seen)
    {
        switch (seen)
        {
            case ClientObservation.Told told:
                Told(told.On, told.Event, told.WrittenAt);
                break;
            case ClientObservation.Live live:
                LookThrough(live.On, live.Position.Offset + 1);
                live.On.Through = Math.Max(live.On.Through, live.Position.Offset);
                break;
            case LinkObservation.Refused { Error.Code: "POSITION_UNKNOWN" } refused:
                Broken(Guarantee.Durable, $"{refused.Client} saw position {refused.Resumed}, and the tape does not know it");
                break;
            case LinkObservation.Refused { Error.Code: "POSITION_TOO_OLD" } refused when refused.Resumed!.Value.Offset + Gateways.Shape.Keep > Record.Newest:
                Broken(Guarantee.Resume, $"{refused.Client} is told that {refused.Resumed} is too old, and the tape keeps {Gateways.Shape.Keep} of {Record.Newest}");
                break;
        }
    }

    /// <summary>In the end everybody has everything.</summary>
    internal override void Check()
    {
        foreach (var delivery in Gateways.Clients.SelectMany(static client => client.Wishes).Select(static wish => wish.Delivery).OfType<Delivery>())
        {
            if (delivery.IsOver)
                continue;
            LookThrough(delivery, Record.Newest + 1);
            // A fill that went out while the tape could not be written, and that a reorg has taken for good since, has no place on it.
            var lost = delivery.Unplaced.Find(fill => Record.CountOf(Trade.Of(fill)) == 0 && (!Gateways.Shape.HasChain || Gateways.Truth.StandingOf(fill.Tx).Any()));
            // What does not fit into the buffer is given up, on record; a chain has it still, if it was ever swept before.
            if (lost is not null && !Gateways.Gaps().Exists(gap => gap is { Source: "tape", State: GapState.Lost } && gap.From <= lost.Timestamp * 1000 && lost.Timestamp * 1000 <= gap.To))
                Broken(Guarantee.Durable, $"{delivery} was told of {lost}, which never came to the tape");
        }
    }

    private void Told(Delivery on, DomeServerFrame.Event told, TimeSpan writtenAt)
    {
        var fill = told.Fill;
        var trade = Trade.Of(fill);
        // Given up for want of room after it had been told without a position, and found again: it is told again, as late.
        if (told.Position is not null && told.Marks.HasFlag(EventMarks.Late) && on.Unplaced.FindIndex(one => Trade.Of(one) == trade) is >= 0 and var ahead)
        {
            on.Unplaced.RemoveAt(ahead);        // one for one: a wallet may have two equal orders in a transaction
            on.Times[trade]--;
        }
        var times = on.Times[trade] = on.Times.GetValueOrDefault(trade) + 1;
        // Without a position it has no place yet, whatever the store knows that has not answered: it may overtake what waits for the answer.
        // Nor has one more of its kind than the tape has: a wallet may have two equal orders in a transaction, and the store took one of them.
        var isOneMore = times > Record.CountOf(trade) && Gateways.Troubles.Were(writtenAt - Batch, writtenAt);
        var offset = on.Client.IsExtended ? told.Position?.Offset : isOneMore ? null : PlaceOf(on, fill);
        if (IsTooOften(times, fill))
            Broken(Guarantee.Once, $"{on} is told {times} times of {fill}");
        else if (offset is { } place)
            At(on, place, told, writtenAt);
        else if (!Gateways.Troubles.Were(writtenAt - Batch, writtenAt))
            Broken(Guarantee.Durable, $"{on} is told of {fill}, which is not on the tape");
        else
            on.Unplaced.Add(fill);
    }

    private void At(Delivery on, long offset, DomeServerFrame.Event told, TimeSpan writtenAt)
    {
        if (Record[offset] is not { } written || written.At > writtenAt)
        {
            if (told.Position is not null)
                Broken(Guarantee.Durable, $"{on} is told of {told.Position} before it is on the tape");
            else
                on.Unplaced.Add(told.Fill);
            return;
        }
        if (!written.Versions.Contains(told.Fill))
            Broken(Guarantee.Truth, $"{on} is told at {told.Position} of {told.Fill}, and the tape says {written.Now}");
        else if (offset <= on.Through && !Gateways.IsRepeated(told.Fill))
            Broken(offset == on.Through ? Guarantee.Once : Guarantee.Order, $"{on} is told of {offset} when it is at {on.Through}");
        else if (!on.May(written, Gateways.Timing))
            Broken(Guarantee.Truth, $"{on} is told of {offset}, which it did not ask for: {told.Fill}");
        LookThrough(on, offset);
        on.Through = Math.Max(on.Through, offset);
    }

    /// <summary>Was something left out before that offset?</summary>
    private void LookThrough(Delivery on, long before)
    {
        for (var offset = on.Through + 1; offset < before; offset++)
        {
            var written = Record[offset];
            if (written is null || written.WasRemoved || (written.Late && !on.Client.IsExtended) || Gateways.IsRepeated(written.Now) || !on.Must(written, Gateways.Timing))
                continue;
            if (!on.WasToldAhead(written))
                Broken(on.IsResumed ? Guarantee.Resume : Guarantee.Once, $"{on} is not told of {offset}: {written.Now}");
        }
    }

    /// <summary>More often than it is on the tape, and than it happened; before it is mined, nobody here knows how often that is.</summary>
    private bool IsTooOften(int times, Fill fill)
    {
        var trade = Trade.Of(fill);
        return times > 1 && times > Record.CountOf(trade) && Gateways.Truth.Of(fill.Tx).Count > 0 && times > Gateways.Truth.CountOf(trade)
            && !Gateways.IsRepeated(fill) && !Gateways.IsBlurred(fill.Tx) && !Gateways.LooksLikeTwo(fill);
    }

    /// <summary>For clients that get no positions: the next place at which this stands.</summary>
    private long? PlaceOf(Delivery on, Fill fill)
    {
        long? known = null;
        foreach (var place in Record.PlacesOf(fill))
        {
            if (place > on.Through)
                return place;
            known = place;
        }
        return known;
    }
}
