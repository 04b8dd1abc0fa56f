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

    [Fact]
    public Task A_flipped_bit_of_the_database_loses_nothing_silently() => Try(InDatabase: true, Flips, Sample);

    [Fact]
    public Task A_flipped_bit_of_the_log_loses_nothing_silently() => Try(InDatabase: false, Flips, Sample);

    [Fact]
    public Task A_database_cut_short_loses_nothing_silently() => Try(InDatabase: true, Cuts, Sample / 2);

    [Fact]
    public Task A_log_cut_short_loses_nothing_silently() => Try(InDatabase: false, Cuts, Sample / 2);

    [Fact(Explicit = true)]
    public Task Every_single_bit_of_the_database() => Try(InDatabase: true, Flips, int.MaxValue);

    [Fact(Explicit = true)]
    public Task Every_single_bit_of_the_log() => Try(InDatabase: false, Flips, int.MaxValue);

    [Fact(Explicit = true)]
    public Task Every_length_of_the_database() => Try(InDatabase: true, Cuts, int.MaxValue);

    [Fact(Explicit = true)]
    public Task Every_length_of_the_log() => Try(InDatabase: false, Cuts, int.MaxValue);

    private static IEnumerable<(string What, Func<byte[], byte[]> Damage)> Flips(byte[] bytes) => Enumerable.Range(0, bytes.Length * 8).Select(bit =>
        ($"bit {bit % 8} of byte {bit / 8}", (Func<byte[], byte[]>)(whole =>
        {
            var damaged = whole.ToArray();
            damaged[bit / 8] ^= (byte)(1 << bit % 8);
            return damaged;
        })));

    private static IEnumerable<(string What, Func<byte[], byte[]> Damage)> Cuts(byte[] bytes) => Enumerable.Range(0, bytes.Length).Select(length =>
        ($"the first {length} bytes", (Func<byte[], byte[]>)(whole => whole[..length])));

    private static async Task Try(bool InDatabase, Func<byte[], IEnumerable<(string What, Func<byte[], byte[]> Damage)>> damages, int most)
    {
        var store = await SmallStore.Make();
        var target = InDatabase ? store.Database : store.Log;
        var all = damages(target).ToArray();
        if (all.Length > most)
        {
            new Random(7).Shuffle(all);
            all = all[..most];
        }
        using var root = new TempFolder();
        var folders = new ConcurrentBag<string>();
        var wrong = new ConcurrentQueue<string>();
        var (whole, reported) = (0, 0);
        await Parallel.ForEachAsync(all, TestContext.Current.CancellationToken, async (one, _) =>
        {
            if (!folders.TryTake(out var folder)) folder = Directory.CreateDirectory(Path.Combine(root.Path, Path.GetRandomFileName())).FullName;
            var damaged = one.Damage(target);
            var look = await (InDatabase ? store.LookAt(folder, damaged, store.Log) : store.LookAt(folder, store.Database, damaged));
            Interlocked.Increment(ref look.Whole ? ref whole : ref reported);
            if (look.Wrong is { } why) wrong.Enqueue($"{one.What}: {why} ({look.Report})");
            folders.Add(folder);
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{target.Length} bytes; {whole} times everything was read back, {reported} times a loss was reported");
        Assert.Empty(wrong);
        Assert.True(reported > 0, "nothing was ever damaged");
    }
}
