using Oddswire.Simulation.Worlds;
using Oddswire.Simulator.Faults;

namespace Oddswire.Simulation.Gateways.Venues;

/// <summary>What goes wrong at the venues, drawn from the seed: every kind, at any of them, for some seconds to a minute.</summary>
internal sealed class Weather(World world, Street street, params string[] venues)
{
    private static readonly int[] Codes = [1000, 1001, 1008, 1011, 1012, 1013];
    private static readonly int[] Statuses = [403, 429, 500, 502, 503];

    private readonly Random _random = world.Seed.For("weather");
    private readonly List<Event> _events = [];

    /// <summary>A fault, and until when it may be felt.</summary>
    internal readonly record struct Event(Simulator.Faults.Fault Fault, TimeSpan From, TimeSpan Until);

    /// <summary>Faults a minute, at each venue; some venues are spared.</summary>
    internal void Begin(double perMinute)
    {
        foreach (var venue in venues)
        {
            if (_random.Chance(0.7))
                Schedule(venue, perMinute * _random.LogUniform(0.3, 2));
        }
    }

    internal void Strike(Simulator.Faults.Fault fault)
    {
        var now = world.Clock.Elapsed;
        _events.Add(new Event(fault, now, now + (fault.For ?? TimeSpan.Zero)));
        world.Observe(new VenueObservation.Faulty(fault));
        street.Use(standIn => standIn.Faults.Inject(fault));
    }

    internal void Heal()
    {
        for (var i = 0; i < _events.Count; i++)
        {
            if (_events[i].Until > world.Clock.Elapsed)
                _events[i] = _events[i] with { Until = world.Clock.Elapsed };
        }
        street.Heal();
    }

    /// <summary>Some fault of this venue was felt in that time.</summary>
    internal bool IsFelt(string venue, TimeSpan from, TimeSpan until, params ReadOnlySpan<FaultKind> kinds)
    {
        foreach (var one in _events)
        {
            if (one.Fault.Venue == venue && one.From <= until && one.Until >= from && (kinds.IsEmpty || kinds.Contains(one.Fault.Kind)))
                return true;
        }
        return false;
    }

    private void Schedule(string venue, double perMinute) =>
        world.After(TimeSpan.FromSeconds(-Math.Log(1 - _random.NextDouble()) * 60 / perMinute), () =>
        {
            if (world.Healed)
                return;
            Strike(Draw(venue));
            Schedule(venue, perMinute);
        });

    private Simulator.Faults.Fault Draw(string venue)
    {
        FaultKind[] kinds = [.. Enum.GetValues<FaultKind>().Where(kind => !Simulator.Faults.Fault.IsOfBooks(kind) || Simulator.Faults.Fault.HomeOf(kind) == venue)];
        var kind = _random.Pick(kinds);
        while (kind == FaultKind.Reorg && venue != "polygon")
            kind = _random.Pick(kinds);
        IReadOnlyList<string> topics = venue switch
        {
            "rtds" => ["trades", "orders_matched"],
            "polygon" => ["logs"],
            Books.BookWorkload.Venue => street.StandIn.Venues.Single(one => one.Name == venue).Topics,
            _ => [],
        };
        var fault = new Simulator.Faults.Fault(venue, kind)
        {
            Topic = topics.Count > 0 && _random.Chance(0.3) ? _random.Pick(topics) : null,
            Connection = _random.Chance(0.8) ? "all" : _random.Chance(0.5) ? "newest" : "oldest",
            Share = _random.Chance(0.5) ? 1 : 0.05 + (0.9 * _random.NextDouble()),
            For = venue != "gamma" && _random.Chance(0.25) && IsShort(kind) ? null : _random.Seconds(1, 60),
            Code = _random.Pick(Codes),
            Status = _random.Pick(Statuses),
            RetryAfter = _random.Chance(0.5) ? _random.Next(1, 30) : null,
            By = _random.Seconds(0.1, 20),
            Blocks = 1 + _random.Next(4),
            Gone = _random.Chance(0.5) ? 0 : _random.NextDouble(),
        };
        return venue == Books.BookWorkload.Venue && fault.Code == 1000 ? fault with { Reason = "all subscribed assets resolved" } : fault;
    }

    /// <summary>The kinds that strike once when they are given no time.</summary>
    private static bool IsShort(FaultKind kind) => kind
        is FaultKind.Drop or FaultKind.Close or FaultKind.HalfFrame or FaultKind.Garbage or FaultKind.Text or FaultKind.Reorg;
}
