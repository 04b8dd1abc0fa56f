using Oddswire.Simulation.Gateways.Store;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Gateways.Promises;

/// <summary>Guarantee 1: offsets are one dense sequence, none is given twice, over all restarts. It keeps the record that the others look at.</summary>
internal sealed class RecordKeeper(GatewayWorkload gateways) : Promise(gateways)
{
    internal override void On(Observation seen)
    {
        if (seen is TapeObservation.Committed committed)
            Gateways.Record.Take(committed);
    }
}
