using Oddswire.Simulation.Gateways.Store;
using Oddswire.Simulation.Gateways.Venues;
using Oddswire.Simulation.Worlds;
using Oddswire.Simulator.Faults;

namespace Oddswire.Simulation.Gateways.Promises;

/// <summary>Guarantee 1: offsets are one dense sequence, none is given twice, over all restarts. It keeps the record that the others look at.</summary>
internal sealed class RecordKeeper(GatewayWorkload gateways) : Promise(gateways)
{
    internal override void On(Observation seen)
    {
        switch (seen)
        {
            case TapeObservation.Committed committed:
                Gateways.Record.Take(committed);
                break;
            case VenueObservation.Faulty { Fault: { Venue: "polygon" } fault } when fault.Kind != FaultKind.Reorg:
            case Observation.Gone:
            case Observation.Disturbed disturbed when disturbed.What.Contains("stands still", StringComparison.Ordinal):
                Gateways.WasDeaf = true;
                break;
        }
    }
}
