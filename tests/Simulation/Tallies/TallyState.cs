using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Simulation.Tallies;

/// <summary>One amount of a command. Part counts from 1.</summary>
internal readonly record struct Added(long Id, byte Part, byte Parts, int Amount);

/// <summary>The fold of a tally's events. The digest depends on their order.</summary>
internal sealed record TallyState(long Sum, ulong Digest, ImmutableSortedSet<long> Ids)
{
    internal static TallyState Empty { get; } = new(0, 14695981039346656037, []);

    internal TallyState Apply(Added e) => new(
        Sum + e.Amount,
        (Digest ^ (ulong)HashOf(e)) * 1099511628211,
        e.Part == e.Parts ? Ids.Add(e.Id) : Ids);

    private static long HashOf(Added e) => (e.Id * 31) + (e.Part * 7) + e.Amount;
}

internal sealed class TallyCodec : IEventCodec<Added, TallyState>
{
    private const int EventLength = 14;

    public void WriteEvent(Added e, IBufferWriter<byte> to)
    {
        var bytes = to.GetSpan(EventLength);
        BinaryPrimitives.WriteInt64LittleEndian(bytes, e.Id);
        bytes[8] = e.Part;
        bytes[9] = e.Parts;
        BinaryPrimitives.WriteInt32LittleEndian(bytes[10..], e.Amount);
        to.Advance(EventLength);
    }

    public Added ReadEvent(ReadOnlySpan<byte> bytes) => bytes.Length == EventLength
        ? new(BinaryPrimitives.ReadInt64LittleEndian(bytes), bytes[8], bytes[9], BinaryPrimitives.ReadInt32LittleEndian(bytes[10..]))
        : throw new InvalidDataException($"{bytes.Length} bytes are no event of a tally");

    public void WriteState(TallyState state, IBufferWriter<byte> to)
    {
        var length = 16 + (state.Ids.Count * 8);
        var bytes = to.GetSpan(length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes, state.Sum);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], state.Digest);
        var at = 16;
        foreach (var id in state.Ids)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes[at..], id);
            at += 8;
        }
        to.Advance(length);
    }

    public TallyState ReadState(ReadOnlySpan<byte> bytes)
    {
        var ids = ImmutableSortedSet.CreateBuilder<long>();
        for (var at = 16; at < bytes.Length; at += 8)
            ids.Add(BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]));
        return new(BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]), ids.ToImmutable());
    }

    internal static byte[] Canonical(TallyState state)
    {
        var buffer = new ArrayBufferWriter<byte>();
        new TallyCodec().WriteState(state, buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
