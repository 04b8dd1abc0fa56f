using System.Buffers;
using Oddswire.Runtime.Leases;

namespace Oddswire.Runtime.Persistence;

/// <summary>The identity of an event-sourced actor: its id in the journal, its first state, its bytes, its right to write.</summary>
public sealed record EventStream<TEvent, TState>(string PersistenceId, TState Empty, IEventCodec<TEvent, TState> Codec, Fence Fence)
{
    /// <summary>What somebody has read of the stream already: the recovery reads on from there.</summary>
    public (TState State, long Sequence)? Known { get; init; }
}

/// <summary>Events and states as bytes. What is written once is readable for ever: fields are added, never reused. Reading throws on what it does not know.</summary>
public interface IEventCodec<TEvent, TState>
{
    void WriteEvent(TEvent e, IBufferWriter<byte> to);
    TEvent ReadEvent(ReadOnlySpan<byte> bytes);
    void WriteState(TState state, IBufferWriter<byte> to);
    TState ReadState(ReadOnlySpan<byte> bytes);
}
