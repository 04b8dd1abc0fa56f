using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Oddswire.Messages.Orders;
using Oddswire.Protocols.Dome;

namespace Oddswire.Client;

/// <summary>
/// One socket's worth of protocol: which wishes were sent on it, and whose is the next ack. Acks carry nothing but an id
/// and come in the order of the requests, so under the client's lock a request is queued and its frame put in line in one step.
/// </summary>
internal sealed class DomeConnection(Lock state, bool extras)
{
    private readonly Channel<ReadOnlyMemory<byte>> _outbox = Channel.CreateUnbounded<ReadOnlyMemory<byte>>(new() { SingleReader = true });
    private readonly Queue<Request> _requests = new();
    private readonly Dictionary<Subscription, Link> _links = [];
    private readonly Dictionary<string, Subscription> _byId = [];

    private sealed record Request(Subscription Subscription, int Version, OrderFilter Filter, bool IsSubscribe, bool Resumes);

    /// <summary>A subscription on this connection; without id until its first ack.</summary>
    private sealed class Link
    {
        public string? Id { get; set; }

        public int Sent { get; set; }
    }

    /// <summary>Writes the frames in line, until the connection ends.</summary>
    public async Task Write(IClientSocket socket, CancellationToken cancel)
    {
        try
        {
            await foreach (var frame in _outbox.Reader.ReadAllAsync(cancel)) await socket.Send(frame, cancel);
        }
        catch (IOException)
        {
            // The receiving side sees the same end, and the next connection sends every wish anew.
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The connection is over.
        }
    }

    /// <summary>Puts in line what is still missing to make the wish true; nothing while its first ack is under way.</summary>
    public void Sync(Subscription subscription)
    {
        lock (state)
        {
            var frame = new ArrayBufferWriter<byte>();
            Plan(subscription, frame);
            if (frame.WrittenCount > 0) _outbox.Writer.TryWrite(frame.WrittenMemory);
        }
    }

    /// <summary>What the frame means to the program, if anything.</summary>
    public ClientEvent? Handle(DomeServerFrame frame)
    {
        lock (state)
        {
            switch (frame)
            {
                case DomeServerFrame.Event(var id, var fill, var position, var marks) when Find(id, out var subscription):
                    if (position is { } seen) subscription.Reached(seen);
                    return new ClientEvent.Filled(subscription, fill, position, marks);
                case DomeServerFrame.Ack(var id) when _requests.TryDequeue(out var request):
                    Acknowledge(request, id);
                    return null;
                // An unsubscribe gets no ack, but it may get an error: that is not the next request's.
                case DomeServerFrame.Error { Action: not ("unsubscribe" or "ack") } error when _requests.TryDequeue(out var request):
                    return Refuse(request, error);
                case DomeServerFrame.Live(var id, var position) when Find(id, out var subscription):
                    subscription.Reached(position);
                    return new ClientEvent.CaughtUp(subscription, position);
                case DomeServerFrame.Confirmed(var id, var position, var fill) when Find(id, out var subscription):
                    return new ClientEvent.Confirmed(subscription, position, fill);
                case DomeServerFrame.Removed(var id, var position, var tx, var logIndex) when Find(id, out var subscription):
                    return new ClientEvent.Removed(subscription, position, tx, logIndex);
                case DomeServerFrame.GapChanged(var gap):
                    return new ClientEvent.GapChanged(gap);
                default:
                    return null; // other types, and events that were on their way when we unsubscribed
            }
        }
    }

    private void Plan(Subscription subscription, ArrayBufferWriter<byte> frame)
    {
        if (!_links.TryGetValue(subscription, out var link))
        {
            if (subscription.IsClosed) return;
            var resume = extras ? subscription.Position : null;
            _links.Add(subscription, new() { Sent = subscription.Version });
            _requests.Enqueue(new(subscription, subscription.Version, subscription.Filter, IsSubscribe: true, Resumes: resume is not null));
            DomeCommandCodec.Encode(new DomeCommand.Subscribe(subscription.Filter, resume), frame);
        }
        else if (link.Id is null)
        {
            return;
        }
        else if (subscription.IsClosed)
        {
            _links.Remove(subscription);
            _byId.Remove(link.Id);
            DomeCommandCodec.EncodeUnsubscribe(link.Id, frame);
        }
        else if (link.Sent < subscription.Version)
        {
            link.Sent = subscription.Version;
            _requests.Enqueue(new(subscription, subscription.Version, subscription.Filter, IsSubscribe: false, Resumes: false));
            DomeCommandCodec.EncodeUpdate(link.Id, subscription.Filter, frame);
        }
    }

    private void Acknowledge(Request request, string id)
    {
        if (request.IsSubscribe)
        {
            _links[request.Subscription].Id = id;
            _byId[id] = request.Subscription;
        }
        request.Subscription.Acknowledge(request.Version, request.Filter);
        Sync(request.Subscription); // it may have changed meanwhile
    }

    private ClientEvent? Refuse(Request request, DomeServerFrame.Error error)
    {
        var subscription = request.Subscription;
        var refusal = new CommandRefusedException(error.Code, error.Message, error.Oldest);
        if (!request.IsSubscribe)
        {
            subscription.Refuse(request.Version, refusal);
            return null;
        }
        _links.Remove(subscription);
        if (request.Resumes && error.Code.StartsWith("POSITION_", StringComparison.Ordinal) && subscription.WasAcknowledged)
        {
            subscription.Reached(null);
            Sync(subscription);
            return new ClientEvent.ResumeRefused(subscription, error.Code, error.Oldest);
        }
        if (subscription.Refuse(request.Version, refusal)) return new ClientEvent.SubscriptionRefused(subscription, error.Code, error.Message);
        subscription.Close(refusal);
        return null;
    }

    private bool Find(string id, [NotNullWhen(true)] out Subscription? subscription) => _byId.TryGetValue(id, out subscription);
}
