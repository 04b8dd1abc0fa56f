using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Storage;

// The running hash of the journal: SHA-256 over the hash before and every entry of one commit, cut to 128 bits.
// Once per commit and not per entry: starting a SHA-256 costs as much as hashing a kilobyte.
internal sealed class JournalChain : IDisposable
{
    // Strict: two ids that are no valid text would both be stored as U+FFFD and become one actor.
    public static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _header = new(256);

    public JournalChain(UInt128 before) => Follow(before);

    // Lengths stand before what they measure, so that no two histories are the same bytes.
    public void Add(in Entry entry)
    {
        _header.ResetWrittenCount();
        AddText(entry.PersistenceId);
        AddText(entry.Fence.Resource);
        AddNumber(entry.Sequence);
        AddNumber(entry.Fence.Term);
        AddNumber(entry.WriteId);
        AddNumber(entry.Payload.Length);
        _hash.AppendData(_header.WrittenSpan);
        _hash.AppendData(entry.Payload.Span);
    }

    // The end of a commit; what is added next belongs to the one after it.
    public UInt128 Close()
    {
        var chain = FromBytes(_hash.GetHashAndReset());
        Follow(chain);
        return chain;
    }

    public void Dispose() => _hash.Dispose();

    public static byte[] ToBytes(UInt128 chain)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, chain);
        return bytes;
    }

    public static UInt128 FromBytes(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt128BigEndian(bytes);

    private void Follow(UInt128 before) => _hash.AppendData(ToBytes(before));

    private void AddText(string text)
    {
        AddNumber(Utf8.GetByteCount(text));
        Utf8.GetBytes(text, _header);
    }

    private void AddNumber(long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(_header.GetSpan(8), number);
        _header.Advance(8);
    }
}
