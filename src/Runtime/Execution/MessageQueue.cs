using System.Diagnostics.CodeAnalysis;

namespace Oddswire.Runtime.Execution;

/// <summary>The mailbox of a cell: many senders, one reader. Where the reader is, the cell keeps, on a cache line that no sender writes.</summary>
internal abstract class MessageQueue<TMessage>
{
    /// <summary>False: full, and <paramref name="dropped"/> is the message that has no place.</summary>
    internal abstract bool Enqueue(TMessage message, ref Reader<TMessage> reader, [MaybeNullWhen(true)] out TMessage dropped);

    /// <summary>A notice of the runtime itself (a watched actor has stopped), put in by the reader. It always has a place and is never dropped.</summary>
    internal abstract void EnqueueNotice(TMessage message, ref Reader<TMessage> reader);

    internal abstract bool TryDequeue(ref Reader<TMessage> reader, [MaybeNullWhen(false)] out TMessage message);
    internal abstract int Count(in Reader<TMessage> reader);

    internal static MessageQueue<TMessage> For(Mailbox kind) =>
        kind.Capacity == 0 ? new UnboundedQueue<TMessage>() : new BoundedQueue<TMessage>(kind.Capacity, kind.Overflow);
}
