using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Oddswire.Host.Storage.Sqlite;

// SQLite's write-ahead log, looked at from outside (format: sqlite.org/fileformat2.html#walformat).
// SQLite takes the frames up to the first invalid one and forgets the rest without a word. Worse, where the rest was already copied back
// into the database, older pages from the log then hide newer ones: neither the journal's length nor anything else need show it.
internal static class WriteAheadLog
{
    private const int HeaderSize = 32;
    private const int FrameHeaderSize = 24;

    // True: behind what SQLite will take there is the end of a commit of the same generation. Killed in the middle of a commit, a log has none.
    public static bool HidesCommits(string path)
    {
        if (!File.Exists(path)) return false;
        using var log = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1024 * 1024);
        Span<byte> header = stackalloc byte[HeaderSize];
        if (log.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false) < HeaderSize) return false; // made, but never written to

        var littleEndian = (header[3] & 1) == 0;
        var sum = Sum(default, header[..24], littleEndian);
        var pageSize = BinaryPrimitives.ReadInt32BigEndian(header[8..]);
        if (sum != StoredSum(header[24..]) || pageSize is < 512 or > 65_536) return true; // a damaged header hides everything

        var salts = header[16..24];
        var frame = new byte[FrameHeaderSize + pageSize];
        for (var valid = true; log.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) == frame.Length;)
        {
            var ofThisGeneration = frame.AsSpan(8, 8).SequenceEqual(salts);
            if (valid)
            {
                sum = Sum(Sum(sum, frame.AsSpan(0, 8), littleEndian), frame.AsSpan(FrameHeaderSize), littleEndian);
                valid = ofThisGeneration && sum == StoredSum(frame.AsSpan(16));
            }
            var endsCommit = BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(4)) != 0;
            if (!valid && ofThisGeneration && endsCommit) return true;
        }
        return false;
    }

    // What SQLite drops is still in the file, for whoever wants to look; opening the store for writing would overwrite it.
    public static string KeepCopy(SqliteStoreOptions options) => Keep(options, move: false);

    public static string SetAside(SqliteStoreOptions options) => Keep(options, move: true);

    private static string Keep(SqliteStoreOptions options, bool move)
    {
        if (!File.Exists(options.WriteAheadLog)) return "";
        var kept = options.WriteAheadLog + ".lost";
        for (var n = 1; File.Exists(kept); n++) kept = $"{options.WriteAheadLog}.lost{n}";
        if (move) File.Move(options.WriteAheadLog, kept);
        else File.Copy(options.WriteAheadLog, kept);
        return kept;
    }

    private static (uint, uint) StoredSum(ReadOnlySpan<byte> at) => (BinaryPrimitives.ReadUInt32BigEndian(at), BinaryPrimitives.ReadUInt32BigEndian(at[4..]));

    private static (uint, uint) Sum((uint, uint) before, ReadOnlySpan<byte> bytes, bool littleEndian)
    {
        var (a, b) = before;
        var swap = littleEndian != BitConverter.IsLittleEndian;
        var words = MemoryMarshal.Cast<byte, uint>(bytes);
        for (var i = 0; i < words.Length; i += 2)
        {
            a += (swap ? BinaryPrimitives.ReverseEndianness(words[i]) : words[i]) + b;
            b += (swap ? BinaryPrimitives.ReverseEndianness(words[i + 1]) : words[i + 1]) + a;
        }
        return (a, b);
    }
}
