using Oddswire.Messages.Tape;
using Oddswire.Protocols.Dome;
using Oddswire.Simulation.Gateways.Clients;
using Oddswire.Simulation.Gateways.Store;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Gateways.Promises;

/// <summary>Guarantee 6: what is found late is marked late on the tape and to who can be told so, and reaches nobody else live.</summary>
internal sealed class LateIsMarked(GatewayWorkload gateways) : Promise(gateways)
{
    // From the decision to the commit, when nothing holds it up.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(3);

    private readonly Dictionary<Process, long> _looked = [];

    internal override void On(Observation seen)
    {
        switch (seen)
        {
            case TapeObservation.Tried attempted:
                Look(attempted);
                break;
            case ClientObservation.Told { Event: var told } at:
                var place = told.Position?.Offset ?? (Gateways.Record.PlacesOf(told.Fill) is [.., var last] ? last : null);
                if (place is null || Gateways.Record[place.Value] is not { } written || written.At > at.WrittenAt)
                    break;
                var marked = (told.Marks & EventMarks.Late) != EventMarks.None;
                if (at.On.Client.IsExtended ? told.Position is not null && marked != written.Late : written.Late)
                    Broken(Guarantee.Late, $"{at.On} is told {(marked ? "as late " : "")}of {place}, which is {(written.Late ? "late" : "not late")}: {told.Fill}");
                break;
        }
    }

    private void Look(TapeObservation.Tried attempted)
    {
        var process = attempted.Process;
        foreach (var entry in attempted.Commit.Appended)
        {
            if (entry.Position!.Value.Offset <= _looked.GetValueOrDefault(process))
                continue;       // tried again
            _looked[process] = entry.Position.Value.Offset;
            // A clock that has jumped, a machine that stood still: nobody can say what the gateway took the time to be.
            if (process.Clock.WallOffset != TimeSpan.Zero || process.WokeAt is not null)
                continue;
            var age = process.Clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(entry.Fill.Timestamp);
            var limit = Gateways.Shape.Tape.LateAfter;
            if (entry.Late && age <= limit && !WasToldAhead(entry))
                Broken(Guarantee.Late, $"{entry.Position} is {age.TotalSeconds:0.0} s old, and marked late");
            else if (!entry.Late && age > limit + Slack && !Gateways.Troubles.Were(World.Clock.Elapsed - age, World.Clock.Elapsed))
                Broken(Guarantee.Late, $"{entry.Position} is {age.TotalSeconds:0.0} s old, and not marked late");
        }
    }

    /// <summary>It was told while the tape could not be written, and its buffer is a small one: it may have been given up and found again.</summary>
    private bool WasToldAhead(TapeEntry entry) =>
        Gateways.Shape.Tape.BufferBytes < 1 << 20 && Gateways.Troubles.Were(Gateways.Timing.KnownAt(entry.Fill), World.Clock.Elapsed);
}
