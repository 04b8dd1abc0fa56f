using Oddswire.Messages.Orders;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Values;

namespace Oddswire.Simulation.Gateways.Durable;

/// <summary>What the owner of a durable subscription knows of it: which filter holds where, what was told, and what was acknowledged.</summary>
internal sealed class Book(DurableClient client, OrderFilter filter)
{
    // Which filter holds begins at some offset from From to Until: known to be the same when its command was answered.
    private readonly List<(long From, long Until, OrderFilter Filter)> _filters = [(0, 0, filter)];
    private readonly HashSet<long> _toldBefore = [];
    private readonly List<long> _toldHere = [];
    private long _head;

    internal SubscriptionId Id { get; private set; }

    /// <summary>Its client has asked for a pause, and not to go on.</summary>
    internal bool IsPaused { get; set; }

    internal bool IsAttached { get; set; }

    /// <summary>It was asked to go on, which is from the acknowledged position: what was told since may come again.</summary>
    internal bool MayGoBack { get; set; }

    /// <summary>It was asked to go on from now and has not answered: nobody knows here yet from where.</summary>
    internal bool MaySkip { get; set; }

    /// <summary>Of this attachment: everything up to here was told, or acknowledged before.</summary>
    internal long Through { get; set; }

    /// <summary>No attachment may begin before this one, and none behind what was acknowledged.</summary>
    internal long Base { get; private set; }
    internal long MostAcknowledged { get; private set; }

    internal void Began(SubscriptionInfo made)
    {
        Id = made.Id;
        _head = Base = MostAcknowledged = made.Acknowledged.Offset;
    }

    internal void Asked(OrderFilter next) => _filters.Add((_head, long.MaxValue, next));

    internal void Refused() => _filters.RemoveAll(static span => span.Until == long.MaxValue);

    internal void Changed(SubscriptionAnswer.Done done)
    {
        var (from, _, asked) = _filters[^1];
        var head = done.Subscription.Head.Offset;
        _filters[^1] = (done.WasDone ? from : head, head, asked);
        _head = Math.Max(_head, head);
    }

    internal void Skipped(Position to)
    {
        MaySkip = false;
        Through = Math.Max(Through, to.Offset);
        MostAcknowledged = Math.Max(MostAcknowledged, to.Offset);
        _head = Math.Max(_head, to.Offset);
    }

    internal void Attached(long from)
    {
        (Through, Base, IsAttached) = (from, Math.Max(Base, from), true);
        _toldBefore.UnionWith(_toldHere);
        _toldHere.Clear();
    }

    internal void Told(long offset)
    {
        MayGoBack &= offset > Through;
        Through = offset;
        _toldHere.Add(offset);
    }

    internal void Acknowledged(long offset) => MostAcknowledged = Math.Max(MostAcknowledged, offset);

    internal bool WasToldBefore(long offset) => _toldBefore.Contains(offset);

    /// <summary>Whatever filter may hold there wants it.</summary>
    internal bool Must(long offset, IReadOnlyList<Fill> versions) => Holding(offset).All(one => versions.All(one.Matches));

    /// <summary>Some filter that may hold there wants it.</summary>
    internal bool May(long offset, IReadOnlyList<Fill> versions) => Holding(offset).Any(one => versions.Any(one.Matches));

    private IEnumerable<OrderFilter> Holding(long offset)
    {
        for (var i = 0; i < _filters.Count; i++)
        {
            if (_filters[i].From < offset && (i + 1 == _filters.Count || offset <= _filters[i + 1].Until))
                yield return _filters[i].Filter;
        }
    }

    public override string ToString() => $"{client}/{Id}";
}
