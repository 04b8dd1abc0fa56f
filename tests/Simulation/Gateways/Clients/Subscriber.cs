using System.Buffers;
using System.Text;
using Oddswire.Actors.Ports;
using Oddswire.Actors.Sessions;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;
using Oddswire.Runtime;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Gateways.Clients;

/// <summary>
/// A program of a user's, outside of the gateway: it has wishes, comes back when it is disconnected, and subscribes to them again; with
/// ?ext=1 from where it was. One command at a time, as the SDKs do.
/// </summary>
internal sealed class Subscriber(World world, GatewayWorkload gateways, int number, bool extended)
    : Visitor(world, () => gateways.Open, world.Seed.For($"client {number}"))
{
    private readonly List<Wish> _wishes = [];
    private readonly Queue<Wish> _due = [];
    private Wish? _asked;

    internal int Number { get; } = number;
    internal bool IsExtended { get; } = extended;
    internal IReadOnlyList<Wish> Wishes => _wishes;

    /// <summary>Everything it wants is there, and answered.</summary>
    internal bool IsServed => Link is not null && _asked is null && _due.Count == 0 && _wishes.TrueForAll(static wish => wish.Delivery is { IsOver: false });

    internal Wish Follow(OrderFilter filter)
    {
        var wish = new Wish(filter);
        _wishes.Add(wish);
        Want(wish);
        return wish;
    }

    internal void Change(Wish wish, OrderFilter filter)
    {
        wish.Filter = filter;
        Want(wish);
    }

    internal void Drop(Wish wish)
    {
        _wishes.Remove(wish);
        if (wish.Delivery is not { IsOver: false } delivery)
            return;
        delivery.IsOver = true;
        Send(new DomeCommand.Unsubscribe(WireText.Parse<SubscriptionId>(delivery.Id)));
    }

    protected override Accept Knock(IClientConnection link, ActorRef<ActorRef<SessionMessage>> reply) =>
        new(new SocketClient(gateways.Key, "127.0.0.1", IsExtended, link), reply);

    protected override void Entered(SimLink link)
    {
        World.Observe(new LinkObservation.Connected(this, link.Process));
        foreach (var wish in _wishes)
            Want(wish);
    }

    private void Want(Wish wish)
    {
        if (Link?.Session is null)
            return;
        if (!_due.Contains(wish))
            _due.Enqueue(wish);
        Next();
    }

    private void Next()
    {
        while (_asked is null && _due.TryDequeue(out var wish))
        {
            if (!_wishes.Contains(wish))
                continue;
            _asked = wish;
            wish.AskedFor = wish.Filter;
            if (wish.Delivery is { IsOver: false } delivery)
            {
                delivery.Asked = wish.Filter;
                Send(new DomeCommand.Update(WireText.Parse<SubscriptionId>(delivery.Id), wish.Filter));
            }
            else
            {
                wish.Resumes = IsExtended ? wish.Last : null;
                Send(new DomeCommand.Subscribe(wish.Filter, wish.Resumes));
            }
        }
    }

    private void Send(DomeCommand command)
    {
        var frame = new ArrayBufferWriter<byte>();
        DomeCommandCodec.Encode(command, frame);
        Link?.Send(frame.WrittenMemory);
    }

    protected override void Ended(SimLink link, int? code)
    {
        _asked = null;
        _due.Clear();
        foreach (var wish in _wishes)
            wish.Delivery?.IsOver = true;
        World.Observe(new LinkObservation.Disconnected(this, link, code));
    }

    protected override void Heard(Arrival.Frame frame)
    {
        switch (DomeServerFrameCodec.Decode(frame.Text.Span))
        {
            case DomeServerFrame.Ack ack when _asked is { } wish:
                Acknowledged(wish, ack, frame.WrittenAt);
                break;
            case DomeServerFrame.Event told when Of(told.SubscriptionId) is { Delivery: { } delivery } wish:
                wish.Last = told.Position ?? wish.Last;
                World.Observe(new ClientObservation.Told(delivery, told, frame.WrittenAt));
                break;
            case DomeServerFrame.Live live when Of(live.SubscriptionId) is { Delivery: { } delivery } wish:
                wish.Last = live.Position;
                World.Observe(new ClientObservation.Live(delivery, live.Position));
                break;
            case DomeServerFrame.Confirmed confirmed when Of(confirmed.SubscriptionId) is { Delivery: { } delivery }:
                World.Observe(new ClientObservation.Completed(delivery, confirmed));
                break;
            case DomeServerFrame.Error error when _asked is { } wish:
                Refused(wish, error);
                break;
            case DomeServerFrame.Error { Code: "POSITION_TOO_OLD" }:
                Link!.WasOvertaken = true;     // in the middle of a replay: the socket is closed next, and the next resume is refused
                break;
            case DomeServerFrame.Malformed or DomeServerFrame.Unknown or DomeServerFrame.Ack or DomeServerFrame.Error:
                World.Observe(new LinkObservation.Malformed(this, "not expected", Encoding.UTF8.GetString(frame.Text.Span)));
                break;
                // What is told of a subscription that was just given up is on its way still.
        }
    }

    private Wish? Of(string id) => _wishes.Find(wish => wish.Delivery is { IsOver: false } delivery && delivery.Id == id);

    private void Acknowledged(Wish wish, DomeServerFrame.Ack ack, TimeSpan writtenAt)
    {
        _asked = null;
        if (wish.Delivery is { } delivery && delivery.Id == ack.SubscriptionId)
        {
            delivery.Updated(writtenAt);
            World.Observe(new ClientObservation.Updated(delivery, delivery.Filter));
        }
        else
        {
            wish.Delivery = new Delivery(this, ack.SubscriptionId, wish.AskedFor, writtenAt) { Through = wish.Resumes?.Offset ?? 0, IsResumed = wish.Resumes is not null };
            World.Observe(new ClientObservation.Opened(wish.Delivery, wish.Resumes, writtenAt));
            if (!_wishes.Contains(wish))
                Drop(wish);     // given up while it was asked for
        }
        Next();
    }

    private void Refused(Wish wish, DomeServerFrame.Error error)
    {
        if (_asked == wish)
            _asked = null;
        World.Observe(new LinkObservation.Refused(this, error, wish.Resumes));
        if (error.Code != "POSITION_UNAVAILABLE")
            wish.Last = null;
        World.After(Random.Seconds(0.5, 3), () =>
        {
            if (wish.Delivery is not { IsOver: false })
                Want(wish);
        });
        Next();
    }

    public override string ToString() => $"client-{Number}{(IsExtended ? "x" : "")}";
}

/// <summary>Something that a program wants to follow, over all its sockets.</summary>
internal sealed class Wish(OrderFilter filter)
{
    internal OrderFilter Filter { get; set; } = filter;

    /// <summary>The filter that the command on its way names.</summary>
    internal OrderFilter AskedFor { get; set; } = filter;

    /// <summary>Where it was asked to go on.</summary>
    internal Position? Resumes { get; set; }

    /// <summary>The newest position that the program has seen.</summary>
    internal Position? Last { get; set; }

    internal Delivery? Delivery { get; set; }
}
