using System.Buffers;
using Oddswire.Actors.Ports;
using Oddswire.Actors.Sessions;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;
using Oddswire.Runtime;
using Oddswire.Simulation.Gateways.Clients;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Gateways.Durable;

/// <summary>
/// A program that keeps what it wants in a durable subscription: it gives its commands until they are answered, attaches, acknowledges what
/// it has dealt with, and comes back when it is disconnected. What it was told, it remembers in its <see cref="Book"/>.
/// </summary>
internal sealed class DurableClient : Visitor
{
    private readonly GatewayWorkload _gateways;
    private readonly Caller _caller;
    private readonly Queue<Order> _orders = [];
    private readonly List<SimLink> _older = [];
    private Process? _asked;
    private int _commands;

    internal DurableClient(World world, GatewayWorkload gateways, int number, OrderFilter filter)
        : base(world, () => gateways.Open, world.Seed.For($"durable client {number}"))
    {
        (_gateways, Number) = (gateways, number);
        _caller = new Caller(gateways.Key, "127.0.0.1");
        Book = new Book(this, filter);
        Give((id, to) => new DurableCommand.Create(_caller, id, ToString(), filter, null, to), done =>
        {
            Book.Began(done.Subscription);
            Come();
        });
    }

    private sealed record Order(Func<ActorRef<SubscriptionAnswer>, SubscriptionMessage> Command, Action<SubscriptionAnswer.Done> Then);

    internal int Number { get; }
    internal Book Book { get; }

    /// <summary>It is attached, and all that it asked for is done.</summary>
    internal bool IsServed => _orders.Count == 0 && Book is { IsPaused: false, IsAttached: true } && Link is not null;

    /// <summary>It waits for no answer.</summary>
    internal bool IsIdle => Book.Id != default && _orders.Count == 0;

    /// <summary>A socket that another one has taken the place of, and that is still open.</summary>
    internal bool HasTwo => _older.Exists(static link => link is { ClosedWith: null, Process.Alive: true });

    internal void Change(OrderFilter filter)
    {
        Book.Asked(filter);
        Give((id, to) => new DurableCommand.Change(Book.Id, _caller, id, filter, null, to), Book.Changed);
    }

    internal void Pause()
    {
        Book.IsPaused = true;
        Give((id, to) => new DurableCommand.Pause(Book.Id, _caller, id, to), static _ => { });
    }

    internal void Resume(bool skip = false)
    {
        Book.MayGoBack = true;
        Book.MaySkip = skip;
        Give((id, to) => new DurableCommand.Resume(Book.Id, _caller, id, skip, to), done =>
        {
            Book.IsPaused = false;
            if (skip)
                Book.Skipped(done.Subscription.Acknowledged);
        });
    }

    /// <summary>From another machine, while the first socket is still open.</summary>
    internal void AttachElsewhere()
    {
        if (Link is not { Session: not null } link)
            return;
        _older.Add(link);
        GoOnElsewhere();
    }

    internal override void Died(Process process)
    {
        if (_asked == process)
        {
            _asked = null;      // nobody knows what became of it
            World.After(Random.Seconds(0.5, 3), Next);
        }
        base.Died(process);
        foreach (var link in _older)
            link.Died();
    }

    private void Give(Func<string, ActorRef<SubscriptionAnswer>, SubscriptionMessage> command, Action<SubscriptionAnswer.Done> then)
    {
        var id = $"{this}-{++_commands}";
        _orders.Enqueue(new Order(to => command(id, to), then));
        if (_orders.Count == 1)
            Next();
    }

    private void Next()
    {
        if (_asked is not null || !_orders.TryPeek(out var order))
            return;
        if (_gateways.Open is not { } gateway)
        {
            World.After(Random.Seconds(0.2, 3), Next);
            return;
        }
        _asked = gateway.Process;
        gateway.Process.Post(() => _ = Ask(gateway, order));
    }

    private async Task Ask(Gateway gateway, Order order)
    {
        SubscriptionAnswer? answer = null;
        try
        {
            answer = await gateway.Process.System.Ask(gateway.Topology.Subscriptions, order.Command, TimeSpan.FromSeconds(5));
        }
        catch (TimeoutException)
        {
            // the same again
        }
        _asked = null;
        if (answer is null)
        {
            World.After(Random.Seconds(0.5, 3), Next);
            return;
        }
        _orders.Dequeue();
        World.Observe(new DurableObservation.Answered(Book, answer));
        if (answer is SubscriptionAnswer.Done done)
            order.Then(done);
        else
            Refused();
        Next();
    }

    /// <summary>What was not acknowledged for so long is no longer kept: it goes on from now.</summary>
    private void Refused()
    {
        Book.Refused();
        Resume(skip: true);
    }

    protected override Accept Knock(IClientConnection link, ActorRef<ActorRef<SessionMessage>> reply) =>
        new(new SocketClient(_gateways.Key, "127.0.0.1", true, link) { Attach = Book.Id }, reply);

    /// <summary>It waits for the first frame.</summary>
    protected override void Entered(SimLink link) { }

    protected override void Heard(Arrival.Frame frame) => Heard(DomeServerFrameCodec.Decode(frame.Text.Span), frame.WrittenAt);

    /// <summary>The one on the other machine was not attached, and is told so.</summary>
    protected override void HeardOn(SimLink older, Arrival arrival)
    {
        if (arrival is Arrival.Frame told && DomeServerFrameCodec.Decode(told.Text.Span) is DomeServerFrame.Error && _older.Remove(older))
            older.Leave(vanishes: false);
    }

    protected override void Ended(SimLink link, int? code) => Book.IsAttached = false;

    private void Heard(DomeServerFrame frame, TimeSpan writtenAt)
    {
        World.Observe(new DurableObservation.Heard(Book, frame, writtenAt));
        switch (frame)
        {
            case DomeServerFrame.Attached attached:
                Book.Attached(attached.Position.Offset);
                break;
            case DomeServerFrame.Event { Position: { } position }:
                Book.Told(position.Offset);
                if (Random.Chance(0.2))
                    Acknowledge(position);
                break;
            case DomeServerFrame.Error { Code: "POSITION_TOO_OLD" }:
                Leave(vanishes: false);
                Resume(skip: true);
                break;
        }
    }

    private void Acknowledge(Position position)
    {
        var frame = new ArrayBufferWriter<byte>();
        DomeCommandCodec.Encode(new DomeCommand.Acknowledge(Book.Id, position), frame);
        Link?.Send(frame.WrittenMemory);
        Book.Acknowledged(position.Offset);
    }

    public override string ToString() => $"durable-{Number}";
}
