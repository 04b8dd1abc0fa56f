using System.Collections.Concurrent;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Sqlite;

/// <summary>
/// Bits flip and files are cut, of the database and of its write-ahead log: either every entry is read back as it was written, or the loss is
/// reported, with what can be saved. By default a sample under a seed; every bit and every length with --full.
/// </summary>
public sealed class DamageTests
{
    private const int Sample = 600;
    private const string InMemory = "/dev/shm"; // a hundred thousand stores, and no disk to wait for

    [Fact]
    public Task A_flipped_bit_of_the_database_loses_nothing_silently() => Try(inDatabase: true, Flips, Sample);

    [Fact]
    public Task A_flipped_bit_of_the_log_loses_nothing_silently() => Try(inDatabase: false, Flips, Sample);

    [Fact]
    public Task A_database_cut_short_loses_nothing_silently() => Try(inDatabase: true, Cuts, Sample / 2);

    [Fact]
    public Task A_log_cut_short_loses_nothing_silently() => Try(inDatabase: false, Cuts, Sample / 2);

    [Fact(Explicit = true)]
    public Task Every_single_bit_of_the_database() => Try(inDatabase: true, Flips, int.MaxValue);

    [Fact(Explicit = true)]
    public Task Every_single_bit_of_the_log() => Try(inDatabase: false, Flips, int.MaxValue);

    [Fact(Explicit = true)]
    public Task Every_length_of_the_database() => Try(inDatabase: true, Cuts, int.MaxValue);

    [Fact(Explicit = true)]
    public Task Every_length_of_the_log() => Try(inDatabase: false, Cuts, int.MaxValue);

    private static IEnumerable<(string What, Func<byte[], byte[]> Damage)> Flips(byte[] bytes) => Enumerable.Range(0, bytes.Length * 8).Select(bit =>
        ($"bit {bit % 8} of byte {bit / 8}", (Func<byte[], byte[]>)(whole =>
        {
            var damaged = whole.ToArray();
            damaged[bit / 8] ^= (byte)(1 << bit % 8);
            return damaged;
        })));

    private static IEnumerable<(string What, Func<byte[], byte[]> Damage)> Cuts(byte[] bytes) => Enumerable.Range(0, bytes.Length).Select(length =>
        ($"the first {length} bytes", (Func<byte[], byte[]>)(whole => whole[..length])));

    private static async Task Try(bool inDatabase, Func<byte[], IEnumerable<(string What, Func<byte[], byte[]> Damage)>> damages, int most)
    {
        var store = await SmallStore.Make();
        var target = inDatabase ? store.Database : store.Log;
        var all = damages(target).ToArray();
        if (all.Length > most)
        {
            new Random(7).Shuffle(all);
            all = all[..most];
        }
        var root = Directory.CreateDirectory(Path.Combine(Directory.Exists(InMemory) ? InMemory : Path.GetTempPath(), $"oddswire-damage-{Path.GetRandomFileName()}"));
        var folders = new ConcurrentBag<string>();
        var wrong = new ConcurrentQueue<string>();
        var (whole, reported) = (0, 0);
        await Parallel.ForEachAsync(all, TestContext.Current.CancellationToken, async (one, _) =>
        {
            if (!folders.TryTake(out var folder)) folder = root.CreateSubdirectory(Path.GetRandomFileName()).FullName;
            var damaged = one.Damage(target);
            var look = await (inDatabase ? store.LookAt(folder, damaged, store.Log) : store.LookAt(folder, store.Database, damaged));
            Interlocked.Increment(ref look.Whole ? ref whole : ref reported);
            if (look.Wrong is { } why) wrong.Enqueue($"{one.What}: {why} ({look.Report})");
            folders.Add(folder);
        });
        root.Delete(recursive: true);
        TestContext.Current.TestOutputHelper?.WriteLine($"{target.Length} bytes; {whole} times everything was read back, {reported} times a loss was reported");
        Assert.Empty(wrong);
        Assert.True(reported > 0, "nothing was ever damaged");
    }
}
