using Oddswire.Messages.Subscriptions;
using Oddswire.Protocols.Dome;
using Oddswire.Simulation.Gateways.Durable;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Gateways.Promises;

/// <summary>
/// A durable subscription is complete: each attachment tells all of it behind the acknowledged position, in the order of the tape, each
/// position once, by the filter that holds there. What an earlier attachment told says so.
/// </summary>
internal sealed class DurableIsComplete(GatewayWorkload gateways) : Promise(gateways)
{
    internal override void On(Observation seen)
    {
        switch (seen)
        {
            case DurableObservation.Answered { Answer: SubscriptionAnswer.Refused refused } answered:
                if (refused.Why is not (SubscriptionRefusal.PositionTooOld or SubscriptionRefusal.WrongState) || answered.Of.Base + Gateways.Shape.Keep > Gateways.Record.Newest)
                    Broken(Guarantee.Resume, $"{answered.Of} is refused: {refused.Message}");
                break;
            case DurableObservation.Heard { Frame: DomeServerFrame.Attached attached } heard:
                if (attached.Position.Offset < heard.Of.Base)
                    Broken(Guarantee.Resume, $"{heard.Of} is attached at {attached.Position}: it was at {heard.Of.Base} already, and {heard.Of.MostAcknowledged} is acknowledged");
                // It may be quiet: an attachment begins behind what is acknowledged, where nothing for it lies between.
                else if (!heard.Of.MaySkip)
                    LookFrom(heard.Of, heard.Of.MostAcknowledged, attached.Position.Offset + 1);
                break;
            case DurableObservation.Heard { Frame: DomeServerFrame.Event told } heard:
                Told(heard.Of, told, heard.WrittenAt);
                break;
            case DurableObservation.Heard { Frame: DomeServerFrame.Error error } heard:
                if (error.Code != "POSITION_TOO_OLD" || heard.Of.Base + Gateways.Shape.Keep > Gateways.Record.Newest)
                    Broken(Guarantee.Resume, $"{heard.Of} is told {error.Code}: {error.Message}");
                break;
            case DurableObservation.Heard { Frame: DomeServerFrame.Malformed or DomeServerFrame.Unknown } heard:
                Broken(Guarantee.Truth, heard.ToString());
                break;
        }
    }

    internal override void Check()
    {
        foreach (var client in Gateways.DurableClients)
        {
            if (!client.IsServed)
                Broken(Guarantee.Liveness, $"{client} is not attached again");
            else if (client.HasTwo)
                Broken(Guarantee.Once, $"{client} is attached twice");
            else
                LookThrough(client.Book, Gateways.Record.Newest + 1);
        }
    }

    private void Told(Book book, DomeServerFrame.Event told, TimeSpan writtenAt)
    {
        if (told.Position is not { } position || Gateways.Record[position.Offset] is not { } written || written.At > writtenAt)
            Broken(Guarantee.Durable, $"{book} is told of {told.Position} before it is on the tape");
        else if (position.Offset <= book.Through && !(book.MayGoBack && told.Marks.HasFlag(EventMarks.Replayed)))
            Broken(Guarantee.Order, $"{book} is told of {position} when it is at {book.Through}");
        else if (!written.Versions.Contains(told.Fill))
            Broken(Guarantee.Truth, $"{book} is told at {position} of {told.Fill}, and the tape says {written.Now}");
        else if (!book.May(written.Offset, written.Versions))
            Broken(Guarantee.Truth, $"{book} is told of {position}, which it did not ask for: {told.Fill}");
        else if (book.WasToldBefore(position.Offset) && !told.Marks.HasFlag(EventMarks.Replayed))
            Broken(Guarantee.Once, $"{book} is told of {position} again, as if it were new");
        else if (!book.MaySkip)
            LookThrough(book, position.Offset);
    }

    private void LookThrough(Book book, long before)
    {
        // Asked to go on, it does so behind all that was acknowledged, also over a socket before this one.
        var through = book.MayGoBack ? Math.Max(book.Through, book.MostAcknowledged) : book.Through;
        LookFrom(book, through, before);
    }

    private void LookFrom(Book book, long through, long before)
    {
        for (var offset = through + 1; offset < before; offset++)
        {
            if (Gateways.Record[offset] is { WasRemoved: false } written && book.Must(offset, written.Versions))
                Broken(Guarantee.Resume, $"{book} is not told of {offset}: {written.Now}");
        }
    }
}
