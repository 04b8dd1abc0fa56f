using System.Globalization;

namespace Oddswire.Protocols.Tests;

/// <summary>
/// Mutated real frames through a decoder, with a fixed seed. What must hold for any bytes: nothing is thrown, and what a
/// frame costs is bounded by its own length. ODDSWIRE_FUZZ sets how many frames (the long run: 1,000,000).
/// </summary>
internal static class Fuzz
{
    /// <summary>True when the frame was understood: a fuzz whose frames are all refused at the first byte finds nothing.</summary>
    public delegate bool Decoder(ReadOnlySpan<byte> frame);

    // An exception of the JSON reader with its stack, and then a few times what the frame says.
    private const int MostBytes = 32 * 1024;
    private const int MostBytesPerByte = 32;

    public static int Count { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("ODDSWIRE_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 50_000;

    public static void Run(IEnumerable<string> goldens, Decoder decode)
    {
        var corpus = goldens.Select(Golden.Bytes).ToArray();
        var random = new Random(20_261_121);
        foreach (var frame in corpus) Assert.True(decode(frame));
        var understood = 0;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Count; i++)
        {
            var frame = Mutate(corpus, random);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                if (decode(frame)) understood++;
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"frame {i}: {Convert.ToBase64String(frame)}", fault);
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            Assert.True(allocated <= MostBytes + (MostBytesPerByte * frame.Length), $"frame {i}: {allocated} bytes for {frame.Length}: {Convert.ToBase64String(frame)}");
        }
        Assert.InRange(understood, Count / 50, Count - (Count / 50));
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 8 * 1024 * 1024);
    }

    /// <summary>The same frames, for whatever else reads them.</summary>
    public static IEnumerable<byte[]> Frames(IEnumerable<string> goldens)
    {
        var corpus = goldens.Select(Golden.Bytes).ToArray();
        var random = new Random(20_261_122);
        for (var i = 0; i < Count; i++) yield return Mutate(corpus, random);
    }

    private static byte[] Mutate(byte[][] corpus, Random random)
    {
        List<byte> frame = [.. corpus[random.Next(corpus.Length)]];
        for (var changes = random.Next(1, 6); changes > 0 && frame.Count > 0; changes--) Change(frame, corpus, random);
        return [.. frame];
    }

    private static void Change(List<byte> frame, byte[][] corpus, Random random)
    {
        var at = random.Next(frame.Count);
        var length = random.Next(1, Math.Min(64, frame.Count - at) + 1);
        switch (random.Next(8))
        {
            case 0: frame[at] = (byte)random.Next(256); break;
            case 1: frame[at] ^= (byte)(1 << random.Next(8)); break;
            case 2: frame.RemoveRange(at, length); break;
            case 3: frame.InsertRange(at, frame.GetRange(at, length)); break;
            case 4: frame.RemoveRange(at, frame.Count - at); break;
            case 5: frame.InsertRange(at, Tokens[random.Next(Tokens.Length)]); break;
            case 6: // a value in place of another, which keeps the frame JSON more often than not
                frame.RemoveRange(at, length);
                frame.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                break;
            default:
                var other = corpus[random.Next(corpus.Length)];
                var from = random.Next(other.Length);
                frame.InsertRange(at, other[from..Math.Min(other.Length, from + 256)]);
                break;
        }
    }

    private static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "{", "}", "[", "]", "\"", ":", ",", "null", "true", "-1", "1e400", "1E-400", "0.1", "18446744073709551616", "\"\"", "{}", "[]", "\\", "\\u0000", "\\ud800",
            "\"\\ud800\"", "\"\\u0030x\"", "*", "\"*\"", "0x", "\"subscription_id\":", "\"filters\":{", "\"data\":", "\"payload\":", "\"result\":", "\"params\":", "\u00e9",
        }.Select(System.Text.Encoding.UTF8.GetBytes),
        [0xff, 0xfe],
        [0xed, 0xa0, 0x80],
        [.. Enumerable.Repeat((byte)'[', 100)],
        [.. Enumerable.Repeat((byte)'9', 100)],
    ];
}
