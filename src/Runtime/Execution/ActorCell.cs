using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Oddswire.Runtime.Patterns;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Runtime.Execution;

/// <summary>
/// The engine: mailbox, turn, life and family of one actor. It is split by subject:
/// <code>
///   ActorCell.cs              what anybody may touch: Tell, Signal, Kill
///   ActorCell.Turn.cs         who runs when: the loop, awaits, the release fence
///   ActorCell.Life.cs         start, failure, restart, stop       Starting -> Running -> Stopping -> Stopped
///                                                                    ^          |            ^
///                                                                    |       Suspended ------+
///                                                                 Restarting <--+
///   ActorCell.Family.cs       children and what to do when one fails
///   ActorCell.Context.cs      what the actor itself calls: watch, stash, timers
/// </code>
/// The state is Idle or Scheduled; whoever moved it to Scheduled owns everything but the two queues until it is Idle again.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The stopping source owns no timer and no handle, and who holds its token may look at it after the stop.")]
internal sealed partial class ActorCell<TMessage> : ActorRef<TMessage>, ICell, IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Scheduled = 1;

    private readonly Props<TMessage> _props;
    private readonly ICell? _parent;
    private MessageQueue<TMessage>? _messages;      // made with the first message: most of an idle actor's memory
    private SignalQueue _signals;
    private volatile int _state;
    private volatile bool _closed;                  // stopped or killed: messages become dead letters
    private volatile bool _killed;
    private volatile int _overflowing;              // 1: a full mailbox has been reported to the actor

    internal ActorCell(ActorSystem system, ICell? parent, Props<TMessage> props, string name)
    {
        System = system;
        _parent = parent;
        _props = props;
        Name = name;
    }

    internal ActorSystem System { get; }
    public string Name { get; }
    public override string Path => _parent is null ? "/" : _parent.Ref.Path is "/" ? "/" + Name : $"{_parent.Ref.Path}/{Name}";
    ActorRef ICell.Ref => this;
    bool ICell.IsCritical => _props.Critical;
    ICell? ICell.Older { get; set; }
    ICell? ICell.Younger { get; set; }
    RestartHistory? ICell.History { get; set; }
    void ICell.Signal(Signal signal) => Signal(signal);

    public override void Tell(TMessage message)
    {
        if (_closed)
        {
            System.DeadLetter(this, message, StoppedReason);
            return;
        }
        var messages = _messages ?? MakeMailbox();
        if (!messages.Enqueue(message, ref _turn.Reader, out var dropped))
            Overflowed(dropped);
        // Reading the state before the compare-and-swap is allowed: Enqueue contains a full fence.
        if (_state == Idle && Interlocked.CompareExchange(ref _state, Scheduled, Idle) == Idle)
            HasWork();
    }

    internal override void Signal(Signal signal)
    {
        if (signal is Stop)
            CancelStopping();
        _signals.Push(signal);
        if (Interlocked.CompareExchange(ref _state, Scheduled, Idle) == Idle)
            HasWork();
    }

    private void HasWork()
    {
        Note();
        System.Dispatcher.Schedule(this);
    }

    private void Note()
    {
        var look = System.Metrics.Busy.Look;
        if (_noted != look && TryNote(look))
            System.Metrics.Busy.Add(this);
    }

    /// <summary>Dead at once, with everything below, without PostStop. An abandoned handler may still run to its end.</summary>
    public void Kill()
    {
        _killed = true;
        _closed = true;
        CancelStopping();
        foreach (var child in Children?.InStartOrder() ?? [])
            child.Kill();
        Signal(new Kill());
    }

    private string StoppedReason => _killed ? "killed" : "stopped";

    [MethodImpl(MethodImplOptions.NoInlining)]
    private MessageQueue<TMessage> MakeMailbox()
    {
        var made = MessageQueue<TMessage>.For(_props.Mailbox);
        return Interlocked.CompareExchange(ref _messages, made, null) ?? made;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Overflowed(TMessage dropped)
    {
        System.DeadLetter(this, dropped, "mailbox full");
        Interlocked.Increment(ref _dropped);
        System.Metrics.Dropped();
        // Once until the actor runs again: a flood must not become a flood of signals.
        if (_props.Mailbox.Overflow == Overflow.Fail && Interlocked.Exchange(ref _overflowing, 1) == 0)
            Signal(new Fault(new MailboxFullException($"The mailbox of '{Path}' holds {_props.Mailbox.Capacity} messages and takes no more.")));
    }
}

/// <summary>A bounded mailbox with <see cref="Overflow.Fail"/> was full.</summary>
public sealed class MailboxFullException : Exception
{
    public MailboxFullException() { }
    public MailboxFullException(string message) : base(message) { }
    public MailboxFullException(string message, Exception cause) : base(message, cause) { }
}
