using Oddswire.Messages.Subscriptions;
using Oddswire.Protocols.Dome;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Gateways.Durable;

/// <summary>What the owner of a durable subscription was told of it.</summary>
internal abstract record DurableObservation(Book Of) : Observation
{
    internal sealed record Answered(Book Of, SubscriptionAnswer Answer) : DurableObservation(Of)
    {
        public override string ToString() => $"{Of}  is answered {Answer}";
    }

    /// <summary>Before the owner has noted it.</summary>
    internal sealed record Heard(Book Of, DomeServerFrame Frame, TimeSpan WrittenAt) : DurableObservation(Of)
    {
        internal override long Mark => Frame is DomeServerFrame.Event { Position: { } position } ? position.Offset : 0;
        public override string ToString() => $"{Of}  hears {Frame}";
    }
}
