using Oddswire.Actors.Ports;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Xunit;

namespace Oddswire.TestKit.Specifications;

/// <summary>What a tape promises beyond <see cref="TapeSpec"/> that outlives its process: it comes back, and it deletes what is too old or too much.</summary>
public abstract class DurableTapeSpec : TapeHistorySpec
{
    private const long Plenty = 1L << 40;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>The tape under test reads the wall clock here, and nothing else.</summary>
    protected ManualClock Clock { get; } = new();

    /// <summary>Closes the tape and opens it again; <see cref="TapeSpec.Tape"/> is the new one.</summary>
    protected abstract Task Reopen(TimeSpan keep, long max);

    [Fact]
    public async Task A_reopened_tape_goes_on_where_it_was()
    {
        await Tape.Commit(new([TapeFills.Entry(1, late: true), TapeFills.Entry(2), TapeFills.Entry(3)], [], [2], 100, 1_000));
        var (before, newest) = (await Tape.Open(), await Tape.Newest(10));
        await Reopen(Hour, Plenty);
        Assert.Equal(before, await Tape.Open());
        Assert.Equal(newest.Select(Plain), (await Tape.Newest(10)).Select(Plain));
        await AssertHistory(3L, 1L);
        await Assert.ThrowsAsync<TapeUnavailableException>(async () => await Append(5));
        await Append(4);
        Assert.Equal([1L, 3L, 4L], Offsets((await Read(0)).Entries));
    }

    [Fact]
    public async Task What_is_older_than_is_to_be_kept_goes_from_the_front_a_bounded_number_at_a_time()
    {
        await Reopen(Hour, Plenty);
        await AppendMany(1, 1_500);
        await AppendMany(1_501, 500, fill => fill with { Timestamp = TapeFills.Start + 7_200 });
        Clock.WallOffset = TimeSpan.FromHours(2);
        long oldest = 1;
        for (var commits = 0; oldest < 1_501; commits++)
        {
            var now = await Tape.Commit(new([], [], [], commits, commits));
            Assert.InRange(now, oldest, oldest + 1_024);
            Assert.InRange(commits, 0, 500);
            if (now > oldest) await AssertWholeFrom(now, 2_000);
            oldest = now;
        }
        for (var commits = 0; commits < 200; commits++) Assert.Equal(1_501, await Tape.Commit(new([], [], [], 1_000 + commits, 1)));
    }

    [Fact]
    public async Task What_is_beyond_the_size_goes_from_the_front_although_it_is_young()
    {
        await Reopen(Hour, max: 1_000_000);
        long oldest = 1;
        for (var first = 1; first < 20_000; first += 500) oldest = await AppendMany(first, 500);
        await AssertWholeFrom(oldest, 20_000);
        Assert.InRange(20_001 - oldest, 300, 4_000); // a fill is a quarter of a kilobyte to three, whatever a store does with it
    }

    [Fact]
    public async Task Deleting_keeps_up_with_any_rate()
    {
        await Reopen(Hour, Plenty);
        Clock.WallOffset = TimeSpan.FromHours(10); // all of it is too old when it comes
        for (var first = 1; first < 30_000; first += 2_000)
            Assert.InRange((first + 2_000) - await AppendMany(first, 2_000), 0, 4_001);
    }

    [Fact]
    public async Task A_late_fill_stays_as_long_as_its_neighbours()
    {
        await Reopen(Hour, Plenty);
        Clock.WallOffset = TimeSpan.FromHours(5);
        await AppendMany(1, 1_000, fill => fill with { Timestamp = TapeFills.Start + 18_000 });
        await Append([TapeFills.Entry(1_001, fill => fill with { Timestamp = TapeFills.Start }, late: true)]);
        for (var commits = 0; commits < 200; commits++) Assert.Equal(1, await Tape.Commit(new([], [], [], commits, commits)));
        Assert.Equal(1, (await Tape.Query(TapeFills.Everything with { To = TapeFills.Start })).Total);
    }

    [Fact]
    public async Task Offsets_are_not_used_again_when_all_has_been_deleted()
    {
        await Reopen(Hour, Plenty);
        await AppendMany(1, 100);
        Clock.WallOffset = TimeSpan.FromHours(5);
        for (var commits = 0; commits < 200; commits++) await Tape.Commit(new([], [], [], commits, commits));
        await Reopen(Hour, Plenty);
        Assert.Equal((101, 100), ((await Tape.Open()).Oldest, (await Tape.Open()).Newest));
        await AssertHistory();
        var page = await Read(40);
        Assert.Equal((0, 100, 101), (page.Entries.Length, page.LookedThrough, page.Oldest));
        await Append(100); // repeated
        await Assert.ThrowsAsync<TapeUnavailableException>(async () => await Append(102));
        await Append([TapeFills.Entry(101, fill => fill with { Timestamp = TapeFills.Start + 18_000 })]);
        await AssertHistory(101L);
    }

    private ValueTask<long> AppendMany(int first, int count, Func<Fill, Fill>? change = null) =>
        Append([.. Enumerable.Range(first, count).Select(n => TapeFills.Entry(n, change ?? (static fill => fill with { Timestamp = TapeFills.Start }), data: TapeFills.SomeData))]);

    // Head, replay and history agree on where the tape begins, and nothing behind it is missing.
    private async Task AssertWholeFrom(long oldest, long newest)
    {
        var head = await Tape.Open();
        Assert.Equal((oldest, newest), (head.Oldest, head.Newest));
        var page = await Read(0, most: 10_000);
        Assert.Equal(oldest, page.Oldest);
        Assert.Equal(Enumerable.Range((int)oldest, (int)(newest - oldest + 1)).Select(n => (long)n), Offsets(page.Entries));
        Assert.Equal(newest - oldest + 1, (await History(1)).Total);
    }
}
