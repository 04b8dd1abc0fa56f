using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Oddswire.Host.Storage.Sqlite;

// The head of the store, noted outside of it after every commit and before anybody hears of the commit.
// SQLite drops everything after the first damaged frame of its write-ahead log without a word, and its integrity check says ok:
// only a witness beside the database can tell. No fsync: after kill -9 the page cache survives and this note with it;
// a power cut is what synchronous=FULL is for, and there an older note than the journal is harmless.
// Two slots take turns, so that a torn write leaves the other one.
internal sealed class HeadFile : IDisposable
{
    private const ulong Magic = 0x4F44_4457_4845_4144; // "ODDWHEAD"
    private const int SlotSize = 64;
    private const int SlotDistance = 512; // a sector each

    private readonly SafeFileHandle _file;
    private long _generation;

    public HeadFile(string path)
    {
        _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        _generation = Newest(_file)?.Generation ?? 0;
    }

    // Null: never written, or both slots unreadable.
    public static Head? Read(string path)
    {
        if (!File.Exists(path)) return null;
        using var file = File.OpenHandle(path);
        return Newest(file)?.Head;
    }

    public void Note(Head head)
    {
        Span<byte> slot = stackalloc byte[SlotSize];
        BinaryPrimitives.WriteUInt64BigEndian(slot, Magic);
        BinaryPrimitives.WriteInt64BigEndian(slot[8..], ++_generation);
        BinaryPrimitives.WriteInt64BigEndian(slot[16..], head.Position);
        BinaryPrimitives.WriteUInt128BigEndian(slot[24..], head.Chain);
        BinaryPrimitives.WriteInt64BigEndian(slot[40..], head.Terms);
        Checksum(slot).CopyTo(slot[48..]);
        RandomAccess.Write(_file, slot, _generation % 2 * SlotDistance);
    }

    public void Sync() => RandomAccess.FlushToDisk(_file);

    public void Dispose() => _file.Dispose();

    private static (long Generation, Head Head)? Newest(SafeFileHandle file)
    {
        var (a, b) = (Slot(file, 0), Slot(file, SlotDistance));
        return a is null || b?.Generation > a.Value.Generation ? b : a;
    }

    private static (long Generation, Head Head)? Slot(SafeFileHandle file, long offset)
    {
        Span<byte> slot = stackalloc byte[SlotSize];
        if (RandomAccess.Read(file, slot, offset) < SlotSize || BinaryPrimitives.ReadUInt64BigEndian(slot) != Magic || !Checksum(slot).SequenceEqual(slot[48..]))
            return null;
        return (BinaryPrimitives.ReadInt64BigEndian(slot[8..]), new(
            BinaryPrimitives.ReadInt64BigEndian(slot[16..]),
            BinaryPrimitives.ReadUInt128BigEndian(slot[24..]),
            BinaryPrimitives.ReadInt64BigEndian(slot[40..])));
    }

    private static ReadOnlySpan<byte> Checksum(ReadOnlySpan<byte> slot) => SHA256.HashData(slot[..48]).AsSpan(0, 16);
}
