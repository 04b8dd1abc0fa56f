using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Storage;

// The chain of one stream: a hash per entry, over the hash before it and all that the entry is. With a key (HMAC-SHA256) nobody without it
// can write another history that holds; without one (SHA-256) only heads that are kept elsewhere tell. Any thread may use it.
internal sealed class JournalSeal
{
    public const int Size = SHA256.HashSizeInBytes;

    private readonly byte[]? _key;

    private JournalSeal(byte[]? key) => _key = key;

    public static JournalSeal Plain { get; } = new(null);

    public static JournalSeal With(string? key) => key is null ? Plain : new(Encoding.UTF8.GetBytes(key));

    public bool IsKeyed => _key is not null;

    // Before: the hash of the entry before it, nothing for the first.
    public byte[] Of(ReadOnlySpan<byte> before, in Entry entry)
    {
        var bytes = new ArrayBufferWriter<byte>(Size + 128 + entry.Payload.Length);
        bytes.Write(before);
        EntryBytes.WriteHeader(entry, bytes);
        bytes.Write(entry.Payload.Span);
        return _key is null ? SHA256.HashData(bytes.WrittenSpan) : HMACSHA256.HashData(_key, bytes.WrittenSpan);
    }

    // A snapshot stands in no chain: it is the state after an entry, and there is one of a stream.
    public byte[] OfSnapshot(in Entry snapshot) => Of("snapshot"u8, snapshot);

    // Also what is from before there was a key.
    public bool Holds(in Entry snapshot, ReadOnlyMemory<byte> hash) => HoldsByKey(snapshot, hash) || (IsKeyed && Plain.HoldsByKey(snapshot, hash));

    public bool HoldsByKey(in Entry snapshot, ReadOnlyMemory<byte> hash) => OfSnapshot(snapshot).AsSpan().SequenceEqual(hash.Span);

    // What somebody else wrote into its place is given as nothing, which nobody can read: then the events tell.
    public Entry Checked(in JournalRow snapshot) => Holds(snapshot.Entry, snapshot.Hash) ? snapshot.Entry : snapshot.Entry with { Payload = default };
}
