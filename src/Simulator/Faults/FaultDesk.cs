using System.Globalization;
using Oddswire.Simulator.Venues;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Faults;

// Where faults are ordered and healed, for all venues of one simulator.
public sealed class FaultDesk
{
    private const int MostActive = 100;

    private readonly long _seed;
    private readonly Agenda _agenda;
    private readonly SimulatedWorld _world;
    private readonly IReadOnlyList<Venue> _venues;
    private int _issued;

    internal FaultDesk(long seed, Agenda agenda, SimulatedWorld world, IReadOnlyList<Venue> venues) =>
        (_seed, _agenda, _world, _venues) = (seed, agenda, world, venues);

    public IEnumerable<ActiveFault> Active => _venues.SelectMany(venue => venue.Faults.Active).OrderBy(fault => fault.Since);

    public ActiveFault Inject(Fault fault)
    {
        var venue = Check(fault);
        var active = new ActiveFault($"f{++_issued}", Resolve(fault, venue), _agenda.Now, _seed);
        if (fault.Kind == FaultKind.Reorg) Reorg(active, venue);
        else if (fault.Strikes && fault.For is null && venue is SocketVenue) Strike(active, venue);
        else venue.Faults.Add(active);
        return active;
    }

    // Of a scenario, where nobody hears a refusal: with too many faults in force the step is left out.
    internal void TryInject(Fault fault)
    {
        if (Active.Count() < MostActive) Inject(fault);
    }

    // True also for one that has already ended by itself.
    public bool Heal(string id)
    {
        foreach (var venue in _venues)
            if (venue.Faults.Active.FirstOrDefault(fault => fault.Id == id) is { } fault) return venue.Faults.Remove(fault);
        return id.StartsWith('f') && int.TryParse(id.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= _issued;
    }

    public void HealAll()
    {
        foreach (var venue in _venues)
            foreach (var fault in venue.Faults.Active) venue.Faults.Remove(fault);
    }

    public Venue Check(Fault fault)
    {
        var venue = _venues.FirstOrDefault(venue => venue.Name == fault.Venue)
            ?? throw new FaultRejectedException("venue", $"expected one of {string.Join(", ", _venues.Select(venue => venue.Name))}");
        if (fault.Topic is { } topic && !venue.Topics.Contains(topic))
            throw new FaultRejectedException("topic", venue.Topics.Count == 0 ? $"{venue.Name} has no topics" : $"expected one of {string.Join(", ", venue.Topics)}");
        if (Fault.HomeOf(fault.Kind) is { } home && venue.Name != home) throw new FaultRejectedException("kind", $"{FaultNames.Of(fault.Kind)} happens at {home}");
        if (Active.Count() >= MostActive) throw new FaultRejectedException("kind", $"{MostActive} faults are active, heal some first");
        return venue;
    }

    private static Fault Resolve(Fault fault, Venue venue)
    {
        var connection = fault.Connection switch
        {
            "oldest" when venue.Connections.Count > 0 => venue.Connections[0],
            "newest" when venue.Connections.Count > 0 => venue.Connections[^1],
            _ => null,
        };
        return connection is null ? fault : fault with { Connection = connection.Id.ToString(CultureInfo.InvariantCulture) };
    }

    private static void Strike(ActiveFault fault, Venue venue)
    {
        foreach (var connection in venue.Connections)
        {
            if (!fault.Touches(connection.Id)) continue;
            fault.Hits++;
            connection.Line.Strike(fault);
        }
    }

    // With a duration: again and again, at each block that the dice choose.
    private void Reorg(ActiveFault fault, Venue venue)
    {
        if (fault.Fault.For is null)
        {
            Once();
            return;
        }
        venue.Faults.Add(fault);
        Plan();

        void Plan() => _agenda.After(Block.Interval, () =>
        {
            if (!venue.Faults.Active.Contains(fault)) return;
            if (fault.Draw()) Once();
            Plan();
        });

        void Once()
        {
            fault.Hits++;
            _world.Reorg(fault.Fault.Blocks, fault.Fault.Gone);
        }
    }
}
