using Oddswire.Simulation.Worlds;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.Venues;

namespace Oddswire.Simulation.Gateways.Venues;

/// <summary>What goes on between the gateway and the venues.</summary>
internal abstract record VenueObservation : Observation
{
    internal sealed record Dialled(Process Process, string Venue, Handshake Handshake) : VenueObservation
    {
        internal override long Mark => Handshake.Connection?.Id ?? -1;

        public override string ToString() =>
            $"{Process}  dials {Venue}: {(Handshake.Connection is { } connection ? $"connection {connection.Id}" : Handshake.Refusal is { } refusal ? $"HTTP {refusal.Status}" : "no answer")}";
    }

    internal sealed record Faulty(Simulator.Faults.Fault Fault) : VenueObservation
    {
        internal override long Mark => (int)Fault.Kind;

        public override string ToString() => $"*** {Fault.Venue}: {FaultNames.Of(Fault.Kind)} {Fault.Topic} of {Fault.Connection}, share {Fault.Share:0.##}, for {Fault.For?.TotalSeconds:0.0} s, {Fault.Code} {Fault.Status} {Fault.RetryAfter} {Fault.Blocks} {Fault.Gone:0.##}";
    }
}
