using System.Buffers;
using System.Buffers.Binary;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Runtime.Tests.Guide;

/// <summary>What a <see cref="SavedTallyActor"/> understands.</summary>
internal abstract record SavedTallyMessage
{
    internal sealed record Add(long Quantity, ActorRef<long> ReplyTo) : SavedTallyMessage;
}

/// <summary>A tally that survives its process. Its event is a quantity, its state the total.</summary>
internal sealed class SavedTallyActor(EventStream<long, long> stream)
    : EventSourcedActor<SavedTallyMessage, long, long>(stream)
{
    protected override long Apply(long total, long quantity) => checked(total + quantity);

    protected internal override async ValueTask Receive(SavedTallyMessage message)
    {
        switch (message)
        {
            case SavedTallyMessage.Add(var quantity, var replyTo):
                await Persist(quantity);        // durable, and State contains it ...
                replyTo.Tell(State);            // ... before anybody is told
                break;
        }
    }
}

/// <summary>Eight bytes for an event, eight for a state. Reading throws on anything else.</summary>
internal sealed class TallyCodec : IEventCodec<long, long>
{
    public void WriteEvent(long e, IBufferWriter<byte> to) => Write(e, to);
    public long ReadEvent(ReadOnlySpan<byte> bytes) => Read(bytes);
    public void WriteState(long state, IBufferWriter<byte> to) => Write(state, to);
    public long ReadState(ReadOnlySpan<byte> bytes) => Read(bytes);

    private static void Write(long value, IBufferWriter<byte> to)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to.GetSpan(8), value);
        to.Advance(8);
    }

    private static long Read(ReadOnlySpan<byte> bytes) =>
        bytes.Length == 8 ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : throw new InvalidDataException($"{bytes.Length} bytes are no tally");
}
