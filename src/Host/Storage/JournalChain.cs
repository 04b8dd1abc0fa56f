using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Storage;

// The running hash of the journal: SHA-256 over the hash before and every entry of one commit, cut to 128 bits.
// Once per commit and not per entry: starting a SHA-256 costs as much as hashing a kilobyte.
internal sealed class JournalChain : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _header = new(256);

    public JournalChain(UInt128 before) => Follow(before);

    public void Add(in Entry entry)
    {
        _header.ResetWrittenCount();
        EntryBytes.WriteHeader(entry, _header);
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

    // What was added since the last end is forgotten.
    public void GoOnFrom(UInt128 chain)
    {
        _hash.GetHashAndReset();
        Follow(chain);
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
}
