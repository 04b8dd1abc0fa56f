using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Client;

/// <summary>
/// What a program wants to hear, over any number of connections: the gateway gives it a new id on each. Holds the wish
/// (filter and version); <see cref="DomeConnection"/> makes it true.
/// </summary>
public sealed class Subscription
{
    private readonly DomeClient _client;
    private readonly List<(int Version, TaskCompletionSource Done)> _waiting = [];
    private OrderFilter _acknowledged;
    private Position? _position;

    internal Subscription(DomeClient client, OrderFilter filter, Position? from)
    {
        _client = client;
        _acknowledged = filter;
        Filter = filter;
        _position = from;
    }

    public OrderFilter Filter { get; private set; }

    /// <summary>The last one received: keep it to go on from there in another process.</summary>
    public Position? Position
    {
        get { lock (_client.State) return _position; }
    }

    internal int Version { get; private set; } = 1;

    internal bool WasAcknowledged { get; private set; }

    internal bool IsClosed { get; private set; }

    /// <summary>Replaces the filter; returns when the gateway has acknowledged.</summary>
    public Task Update(OrderFilter filter, CancellationToken cancel = default) => _client.Update(this, filter, cancel);

    /// <summary>At once here; the gateway is told, and does not answer.</summary>
    public void Unsubscribe() => _client.Unsubscribe(this);

    // All below under the client's lock.

    internal void Reached(Position? position) => _position = position;

    internal Task Wish(OrderFilter filter)
    {
        Filter = filter;
        Version++;
        return WhenAcknowledged();
    }

    internal Task WhenAcknowledged()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Add((Version, done));
        return done.Task;
    }

    internal void Acknowledge(int version, OrderFilter filter)
    {
        (WasAcknowledged, _acknowledged) = (true, filter);
        Finish(version, static done => done.TrySetResult());
    }

    /// <summary>False when it never was in order: then there is nothing to go back to.</summary>
    internal bool Refuse(int version, Exception reason)
    {
        if (version == Version) Filter = _acknowledged;
        Finish(version, done => done.TrySetException(reason));
        return WasAcknowledged;
    }

    internal void Close(Exception? reason = null)
    {
        IsClosed = true;
        Finish(int.MaxValue, done =>
        {
            if (reason is null) done.TrySetCanceled();
            else done.TrySetException(reason);
        });
    }

    private void Finish(int version, Action<TaskCompletionSource> finish)
    {
        foreach (var (_, done) in _waiting.Where(waiting => waiting.Version <= version)) finish(done);
        _waiting.RemoveAll(waiting => waiting.Version <= version);
    }
}
