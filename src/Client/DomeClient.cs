using System.Threading.Channels;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Client;

/// <summary>
/// A client of a Dome-compatible gateway: subscribe, read <see cref="Events"/>, and forget about reconnects. Wishes are
/// kept here and sent again on every connection; with Extras each goes on from its last position.
/// </summary>
public sealed class DomeClient(DomeClientOptions options) : IAsyncDisposable
{
    private readonly List<Subscription> _subscriptions = [];
    private readonly Channel<ClientEvent> _events = Channel.CreateBounded<ClientEvent>(new BoundedChannelOptions(options.Buffer) { SingleReader = true, SingleWriter = true });
    private readonly CancellationTokenSource _stop = new();
    private DomeConnection? _connection;
    private Task? _running;

    /// <summary>Guards every wish, and with it the order of requests on the connection.</summary>
    internal Lock State { get; } = new();

    /// <summary>Opens the first connection; what goes wrong with it is thrown. Later ones are opened as they are needed.</summary>
    public async Task Connect(CancellationToken cancel = default)
    {
        ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
        if (_running is not null) throw new InvalidOperationException("the client is connected already");
        _running = Run(await options.Dial(options.Address, cancel));
    }

    /// <summary>
    /// Returns when the gateway has acknowledged. <paramref name="resume"/> (with Extras): first what came after that
    /// position. Throws <see cref="CommandRefusedException"/>, or <see cref="TimeoutException"/> without an ack in time.
    /// </summary>
    public async Task<Subscription> Subscribe(OrderFilter filter, Position? resume = null, CancellationToken cancel = default)
    {
        if (resume is not null && !options.Extras) throw new InvalidOperationException("resume needs Extras: without it the gateway sends no positions");
        var subscription = new Subscription(this, filter, resume);
        Task acknowledged;
        lock (State)
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            _subscriptions.Add(subscription);
            acknowledged = subscription.WhenAcknowledged();
            _connection?.Sync(subscription);
        }
        try
        {
            await Acknowledged(acknowledged, cancel);
            return subscription;
        }
        catch
        {
            Unsubscribe(subscription);
            throw;
        }
    }

    /// <summary>
    /// Everything, in order, for one reader. Ends when the client is disposed, and with <see cref="DialRefusedException"/>
    /// when the gateway does not know the key any more.
    /// </summary>
    public IAsyncEnumerable<ClientEvent> Events(CancellationToken cancel = default) => _events.Reader.ReadAllAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_running is not null) await _running;
        End(null);
    }

    internal Task Update(Subscription subscription, OrderFilter filter, CancellationToken cancel)
    {
        Task acknowledged;
        lock (State)
        {
            if (subscription.IsClosed) throw new InvalidOperationException("the subscription is closed");
            acknowledged = subscription.Wish(filter);
            _connection?.Sync(subscription);
        }
        return Acknowledged(acknowledged, cancel);
    }

    internal void Unsubscribe(Subscription subscription)
    {
        lock (State)
        {
            _subscriptions.Remove(subscription);
            subscription.Close();
            _connection?.Sync(subscription);
        }
    }

    private Task Acknowledged(Task acknowledged, CancellationToken cancel) => acknowledged.WaitAsync(options.AckTimeout, options.Time, cancel);

    private async Task Run(IClientSocket socket)
    {
        var backoff = new Backoff(options.FirstDelay, options.LongestDelay, options.Random);
        try
        {
            while (true)
            {
                var since = options.Time.GetTimestamp();
                var reason = await Serve(socket);
                await _events.Writer.WriteAsync(new ClientEvent.Disconnected(reason), _stop.Token);
                backoff.Lasted(options.Time.GetElapsedTime(since));
                socket = await Redial(backoff);
                await _events.Writer.WriteAsync(new ClientEvent.Reconnected(), _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            End(null);
        }
        catch (Exception fault)
        {
            End(fault); // a key that is refused now, or a fault of our own: the reader of Events hears of it
        }
    }

    /// <summary>Until the connection ends, for the reason that is returned.</summary>
    private async Task<string> Serve(IClientSocket socket)
    {
        await using (socket)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            var connection = new DomeConnection(State, options.Extras);
            lock (State)
            {
                _connection = connection;
                foreach (var subscription in _subscriptions) connection.Sync(subscription);
            }
            var writing = connection.Write(socket, over.Token);
            try
            {
                while (await socket.Receive(_stop.Token) is { } message)
                {
                    if (connection.Handle(DomeServerFrameCodec.Decode(message.Span)) is { } heard) await _events.Writer.WriteAsync(heard, _stop.Token);
                }
                return socket.CloseReason;
            }
            catch (IOException fault)
            {
                return fault.Message;
            }
            finally
            {
                lock (State) _connection = null;
                await over.CancelAsync();
                await writing;
            }
        }
    }

    private async Task<IClientSocket> Redial(Backoff backoff)
    {
        TimeSpan? atLeast = null;
        while (true)
        {
            await Task.Delay(backoff.Next(atLeast), options.Time, _stop.Token);
            try
            {
                return await options.Dial(options.Address, _stop.Token);
            }
            catch (DialRefusedException refusal) when (!refusal.IsFinal)
            {
                atLeast = refusal.RetryAfter;
            }
            catch (IOException)
            {
                atLeast = null;
            }
        }
    }

    private void End(Exception? reason)
    {
        _events.Writer.TryComplete(reason);
        lock (State)
        {
            foreach (var subscription in _subscriptions) subscription.Close(reason);
            _subscriptions.Clear();
        }
    }
}
