using System.Diagnostics.CodeAnalysis;

namespace Oddswire.Runtime.Execution;

/// <summary>The mailbox of a cell: many senders, one reader.</summary>
internal abstract class MessageQueue<TMessage>
{
    /// <summary>False: full, and <paramref name="dropped"/> is the message that has no place.</summary>
    internal abstract bool Enqueue(TMessage message, [MaybeNullWhen(true)] out TMessage dropped);

    /// <summary>A notice of the runtime itself (a watched actor has stopped), put in by the reader. It always has a place and is never dropped.</summary>
    internal abstract void EnqueueNotice(TMessage message);

    internal abstract bool TryDequeue([MaybeNullWhen(false)] out TMessage message);
    internal abstract bool IsEmpty { get; }
    internal abstract int Count { get; }

    internal static MessageQueue<TMessage> For(Mailbox kind) =>
        kind.Capacity == 0 ? new UnboundedQueue<TMessage>() : new BoundedQueue<TMessage>(kind.Capacity, kind.Overflow);
}
