using System.Text.Json;
using Oddswire.Simulator.Faults;

namespace Oddswire.Simulator.Venues;

// One venue as its clients see it, and what is wrong with it at the moment.
public abstract class Venue(string name, VenueFaults faults)
{
    public string Name => name;

    public VenueFaults Faults => faults;

    // Where on the simulator's port, behind the slash.
    public virtual string Path => $"/{name}";

    // What faults may name as topic.
    public abstract IReadOnlyList<string> Topics { get; }

    public virtual IReadOnlyList<Connection> Connections => [];

    public int Accepted { get; protected set; }

    public int Refused { get; protected set; }

    // One JSON object per live subscription.
    public abstract void WriteSubscriptions(Utf8JsonWriter json);
}
