using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Gateways.Clients;

/// <summary>What a client's program saw.</summary>
internal abstract record ClientObservation(Delivery On) : Observation
{
    /// <summary>The ack has come. <paramref name="WrittenAt"/>: since then the gateway has promised.</summary>
    internal sealed record Opened(Delivery On, Position? Resumed, TimeSpan WrittenAt) : ClientObservation(On)
    {
        public override string ToString() => $"{On}  is open for {On.Filter.Text()}{(Resumed is { } position ? $", from {position} on" : "")}";
    }

    internal sealed record Updated(Delivery On, OrderFilter Filter) : ClientObservation(On)
    {
        public override string ToString() => $"{On}  is updated to {Filter.Text()}";
    }

    internal sealed record Told(Delivery On, DomeServerFrame.Event Event, TimeSpan WrittenAt) : ClientObservation(On)
    {
        internal override long Mark => Event.Position?.Offset ?? -1;
        public override string ToString() => $"{On}  gets {Event.Position} {Event.Marks} {Event.Fill.Tx.ToString()[..8]}/{Event.Fill.LogIndex}@{Event.Fill.Block}";
    }

    internal sealed record Completed(Delivery On, DomeServerFrame.Confirmed Event) : ClientObservation(On)
    {
        public override string ToString() => $"{On}  hears that {Event.Position} is complete";
    }

    internal sealed record Live(Delivery On, Position Position) : ClientObservation(On)
    {
        public override string ToString() => $"{On}  is live at {Position}";
    }
}

internal static class FilterText
{
    internal static string Text(this OrderFilter filter) =>
        $"users [{Text(filter.Users)}] conditions [{Text(filter.Conditions)}] slugs [{Text(filter.Slugs)}]";

    private static string Text<T>(Wanted<T> wanted) where T : IEquatable<T> =>
        wanted.IsEverything ? "*" : string.Join(", ", wanted.Values.Select(static value => value.ToString() is { Length: > 10 } text ? text[..10] : value.ToString()));
}

/// <summary>What happened to a whole socket.</summary>
internal abstract record LinkObservation(Subscriber Client) : Observation
{
    internal sealed record Connected(Subscriber Client, Process Process) : LinkObservation(Client)
    {
        public override string ToString() => $"{Client}  is connected to {Process}";
    }

    internal sealed record Disconnected(Subscriber Client, SimLink Link, int? Code) : LinkObservation(Client)
    {
        internal override long Mark => Code ?? 0;
        public override string ToString() => $"{Client}  is disconnected{(Code is { } code ? $" with {code}" : "")}";
    }

    internal sealed record Refused(Subscriber Client, DomeServerFrame.Error Error, Position? Resumed) : LinkObservation(Client)
    {
        public override string ToString() => $"{Client}  is refused: {Error.Code} {Error.Message}";
    }

    internal sealed record Malformed(Subscriber Client, string Reason, string Text) : LinkObservation(Client)
    {
        public override string ToString() => $"{Client}  gets what it cannot read, {Reason}: {Text}";
    }
}
