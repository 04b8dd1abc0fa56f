using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Storage;

// An entry as it is hashed: everything it is except its payload, which follows. Lengths stand before what they measure, so that no two
// histories are the same bytes.
internal static class EntryBytes
{
    // Strict: two ids that are no valid text would both be stored as U+FFFD and become one actor.
    public static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void WriteHeader(in Entry entry, IBufferWriter<byte> to)
    {
        Write(entry.PersistenceId, to);
        Write(entry.Fence.Resource, to);
        Write(entry.Sequence, to);
        Write(entry.Fence.Term, to);
        Write(entry.WriteId, to);
        Write(entry.Payload.Length, to);
    }

    private static void Write(string text, IBufferWriter<byte> to)
    {
        Write(Utf8.GetByteCount(text), to);
        Utf8.GetBytes(text, to);
    }

    private static void Write(long number, IBufferWriter<byte> to)
    {
        BinaryPrimitives.WriteInt64BigEndian(to.GetSpan(8), number);
        to.Advance(8);
    }
}
