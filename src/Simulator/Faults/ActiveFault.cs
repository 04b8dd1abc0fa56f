using System.Buffers.Binary;
using System.Globalization;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Faults;

// A fault that is in force, with dice of its own: what it hits depends on its number and the seed, on no other fault.
public sealed class ActiveFault
{
    private readonly ulong _salt;
    private readonly Random _random;

    internal ActiveFault(string id, Fault fault, DateTimeOffset since, long seed)
    {
        Id = id;
        Fault = fault;
        Since = since;
        Until = since + fault.For;
        _salt = BinaryPrimitives.ReadUInt64LittleEndian(Seeds.Derive(seed, $"salt {id}"));
        _random = Seeds.Fork(seed, id);
    }

    public string Id { get; }

    public Fault Fault { get; }

    public DateTimeOffset Since { get; }

    public DateTimeOffset? Until { get; }

    // How often it did something.
    public long Hits { get; internal set; }

    internal bool Names(int connection) => Fault.Connection == "all" || Fault.Connection == connection.ToString(CultureInfo.InvariantCulture);

    // The same answer for a connection as long as the fault lasts.
    internal bool Touches(int connection) => Names(connection) && (Fault.Share >= 1 || Fraction(connection) < Fault.Share);

    // A topic is named in full, or by either of its parts: activity/trades, activity, trades.
    internal bool Touches(string? topic)
    {
        if (Fault.Topic is not { } named) return true;
        if (topic is null || !topic.Contains(named, StringComparison.Ordinal)) return false;
        return topic == named || topic.StartsWith($"{named}/", StringComparison.Ordinal) || topic.EndsWith($"/{named}", StringComparison.Ordinal);
    }

    internal bool Draw() => Fault.Share >= 1 || _random.NextDouble() < Fault.Share;

    internal int Roll(int sides) => _random.Next(sides);

    // A number from 0 to 1 for a connection, spread evenly (the finalizer of SplitMix64).
    private double Fraction(int connection)
    {
        var mixed = _salt + ((ulong)connection * 0x9E3779B97F4A7C15);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return ((mixed ^ (mixed >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
