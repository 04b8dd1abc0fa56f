using Oddswire.Runtime.Diagnostics;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Runtime.Execution;

/// <summary>A cell as its parent, the snapshot and the shutdown see it: without its message type.</summary>
internal interface ICell
{
    ActorRef Ref { get; }
    string Name { get; }
    Children? Children { get; }
    bool IsCritical { get; }

    /// <summary>Links of the parent's list of children, in start order. Touched under that list's lock only.</summary>
    ICell? Older { get; set; }
    ICell? Younger { get; set; }

    /// <summary>What the parent remembers of this child's failures. Touched by the parent only.</summary>
    RestartHistory? History { get; set; }

    void Signal(Signal signal);
    void Kill();
    ActorInfo Describe(TimeSpan stuck);

    int Depth { get; }

    /// <summary>Messages, since it was spawned.</summary>
    long Processed { get; }

    /// <summary>It runs, awaits or has something in its mailbox.</summary>
    bool IsBusy { get; }

    /// <summary>False: it has been noted for this look already.</summary>
    bool TryNote(int look);

    /// <summary>What it has processed and nobody has taken yet. One at a time.</summary>
    long TakeProcessed();
}
