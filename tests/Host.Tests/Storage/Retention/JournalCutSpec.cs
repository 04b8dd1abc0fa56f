using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Proof;
using Oddswire.Host.Storage.Retention;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Retention;

/// <summary>A journal of four days, an hour of which is left: what goes, what stays, and what is found out afterwards.</summary>
public abstract class JournalCutSpec
{
    private protected sealed record Opened(IJournal Journal, ILeases Leases, ChangedStreams Changed, IJournalRows Rows, IJournalCuts Cuts);

    private static readonly TimeSpan Keep = TimeSpan.FromDays(1);
    private protected static readonly JournalSeal Keyed = JournalSeal.With("a key that nobody guesses");

    private readonly KnownHeads _heads = new();

    private protected WallClock Clock { get; } = new();

    private protected Fence Fence { get; private set; }

    private protected abstract Task<Opened> Open(JournalSeal seal);
    private protected abstract Task Close();

    /// <summary>On the closed store.</summary>
    private protected abstract Task Sql(string sql);

    private protected JournalRetention Retention(Opened store, long max = long.MaxValue) => new(store.Cuts, store.Rows, Keep, max, Fence, Clock, NullLogger.Instance);

    private static Entry Event(string id, long n, Fence fence, string? payload = null) => new(id, n, fence, 100 + n, Encoding.UTF8.GetBytes(payload ?? $$"""{"time":{{n}}}"""));

    /// <summary>Three days each with four events of a and one of keys; a has a snapshot of the second day; sub_gone ended on the first, sub_new on the last.</summary>
    private protected async Task<Opened> ThreeDays(JournalSeal? seal = null)
    {
        var store = await Open(seal ?? Keyed);
        Fence = (await store.Leases.Seize("gateway", new("alice", 1), TimeSpan.FromMinutes(1))).Fence;
        await store.Journal.Append([Event("sub_gone", 1, Fence), Event("sub_gone", 2, Fence), Event("sub_gone", 3, Fence, """{"time":3,"closed":true}""")]);
        await store.Journal.SaveSnapshot(Event("sub_gone", 2, Fence));
        for (var day = 0; day < 3; day++)
        {
            for (var n = 1; n <= 4; n++) await store.Journal.Append([Event("a", (4 * day) + n, Fence)]);
            await store.Journal.Append([Event("keys", day + 1, Fence)]);
            if (day == 1) await store.Journal.SaveSnapshot(Event("a", 7, Fence));
            Clock.Now += TimeSpan.FromDays(1);
        }
        await store.Journal.Append([Event("sub_new", 1, Fence, """{"time":3,"closed":true}""")]);
        Clock.Now += TimeSpan.FromHours(1);
        NoteHeads(store);
        return store;
    }

    private void NoteHeads(Opened store)
    {
        foreach (var head in store.Changed.Take()) _heads.Add(head);
    }

    private protected Task<Verdict> Prove(IJournalRows rows, JournalSeal? seal = null, bool withHeads = true) =>
        new StreamProof(rows, seal ?? Keyed, withHeads ? _heads : new KnownHeads()).Run();

    private protected static async Task<string> Left(IJournalRows rows)
    {
        var left = new List<string>();
        await foreach (var row in rows.ByStream())
            if (row.Entry.PersistenceId != Checkpoint.Stream) left.Add(string.Create(CultureInfo.InvariantCulture, $"{row.Entry.PersistenceId}/{row.Entry.Sequence}"));
        return string.Join(' ', left);
    }

    private protected const string AfterTheCut = "a/8 a/9 a/10 a/11 a/12 keys/1 keys/2 keys/3 sub_new/1";

    [Fact]
    public async Task What_is_old_goes_but_what_is_needed_and_the_rest_verifies_and_goes_on()
    {
        var store = await ThreeDays();
        Assert.Equal(10, await Retention(store).Cut(TestContext.Current.CancellationToken)); // a/1 to a/7 are in its snapshot; keys has none
        Assert.Equal(AfterTheCut, await Left(store.Rows));
        Assert.Null(await store.Journal.LoadSnapshot("sub_gone"));
        Assert.Equal(7, (await store.Journal.LoadSnapshot("a"))!.Value.Sequence);
        NoteHeads(store);
        var verdict = await Prove(store.Rows);
        Assert.Equal((null, true, 10L), (verdict.First, verdict.Keyed, verdict.Cut));
        Assert.Equal(Clock.Now - Keep, DateTimeOffset.FromUnixTimeMilliseconds(verdict.Since));
        Assert.Equal(verdict.Since, await store.Rows.CutUntil());
        Assert.Equal(0, await Retention(store).Cut(TestContext.Current.CancellationToken)); // once

        await Close();
        store = await Open(Keyed);
        Fence = (await store.Leases.Seize("gateway", new("bob", 1), TimeSpan.FromMinutes(1))).Fence;
        Assert.Equal(("alice", "bob", null), (await store.Rows.OwnerOf(Fence with { Term = 1 }), await store.Rows.OwnerOf(Fence), await store.Rows.OwnerOf(Fence with { Term = 3 })));
        await store.Journal.Append([Event("a", 13, Fence)]);
        Clock.Now += TimeSpan.FromDays(2);
        await store.Journal.SaveSnapshot(Event("a", 13, Fence));
        await store.Journal.Append([Event("b", 1, Fence)]);
        Clock.Now += TimeSpan.FromHours(1);
        Assert.Equal(6, await Retention(store).Cut(TestContext.Current.CancellationToken));
        Assert.Equal("a/13 b/1 keys/1 keys/2 keys/3", await Left(store.Rows)); // the last entry stays, for the next is chained to it
        NoteHeads(store);
        Assert.Null((await Prove(store.Rows)).First);
        Assert.Equal(16, (await Prove(store.Rows, withHeads: false)).Cut);
    }

    [Fact]
    public async Task Beyond_the_size_the_oldest_go_whatever_their_age()
    {
        var store = await ThreeDays();
        Assert.Equal(0, await store.Cuts.Beyond(100_000));
        Assert.Equal(13, await store.Cuts.Beyond(8 * 180)); // eight days' entries and more are behind it
        await Retention(store, max: 8 * 180).Cut(TestContext.Current.CancellationToken);
        Assert.Equal(AfterTheCut, await Left(store.Rows));
        Assert.Null((await Prove(store.Rows)).First);
    }

    [Theory]
    [InlineData("update journal set payload = X where persistence_id = 'checkpoints'", "checkpoints 1 changed")]
    [InlineData("delete from journal where persistence_id = 'checkpoints'", "a 1 missing")]
    [InlineData("update journal set sequence = 2 where persistence_id = 'checkpoints'", "checkpoints 1 missing")]
    [InlineData("update journal set persistence_id = 'other' where persistence_id = 'checkpoints'", "a 1 missing")]
    [InlineData("delete from journal where persistence_id = 'a' and sequence = 8", "a 8 missing")]
    [InlineData("update journal set sequence = 7 where persistence_id = 'a' and sequence = 8", "a 7 reordered")]
    [InlineData("delete from journal where persistence_id = 'sub_new'", " 19 missing")]
    [InlineData("delete from journal where persistence_id = 'keys'", " 18 missing")] // in front of the last cut's position nobody can tell which
    public async Task A_forged_a_missing_and_a_moved_checkpoint_are_found_and_what_is_missing_behind_one(string sql, string found)
    {
        var store = await ThreeDays();
        await Retention(store).Cut(TestContext.Current.CancellationToken);
        await Close();
        // What one gets who knows how a checkpoint looks, but has no key.
        var forged = new Checkpoint(0, 1_000, 0, 0, 0, [new("a", 7, [.. new byte[32]], 0), new("sub_gone", 3, [.. new byte[32]], 0, Ended: true)]).ToBytes();
        await Sql(sql.Replace("X", Bytes(forged), StringComparison.Ordinal));
        var first = (await Prove((await Open(Keyed)).Rows, withHeads: false)).First!;
        Assert.Equal(found, string.Create(CultureInfo.InvariantCulture, $"{first.Stream} {first.Sequence} {first.What}"));
    }

    private protected abstract string Bytes(ReadOnlySpan<byte> bytes);

    [Fact]
    public async Task Checkpoints_that_changed_places_and_one_that_was_taken_back_are_found()
    {
        var store = await ThreeDays();
        await Retention(store).Cut(TestContext.Current.CancellationToken);
        await store.Journal.SaveSnapshot(Event("a", 9, Fence));
        await store.Cuts.Cut(0, new CutOrder(18, 0, 0, Fence, Endings.IsEnd));
        NoteHeads(store);
        Assert.Null((await Prove(store.Rows)).First);
        await Close();
        await Sql("update journal set sequence = sequence + 100 where persistence_id = 'checkpoints'");
        await Sql("update journal set sequence = 103 - sequence where persistence_id = 'checkpoints' and sequence > 100");
        var swapped = (await Prove((await Open(Keyed)).Rows)).First;
        Assert.Equal(new Finding("checkpoints", 1, "reordered"), swapped);
        await Close();
        await Sql("update journal set sequence = sequence + 100 where persistence_id = 'checkpoints'");
        await Sql("update journal set sequence = 103 - sequence where persistence_id = 'checkpoints' and sequence > 100");
        await Sql("delete from journal where persistence_id = 'checkpoints' and sequence = 2");
        Assert.Equal(new Finding("checkpoints", 2, "truncated"), (await Prove((await Open(Keyed)).Rows)).First);
        Assert.Equal(new Finding("a", 8, "missing"), (await Prove((await Open(Keyed)).Rows, withHeads: false)).First);
    }

    [Fact]
    public async Task A_cut_that_somebody_else_s_term_forbids_leaves_everything_as_it_was()
    {
        var store = await ThreeDays();
        var before = await Left(store.Rows);
        await store.Leases.Seize("gateway", new("bob", 1), TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<FencedException>(() => Retention(store).Cut(TestContext.Current.CancellationToken));
        Assert.Equal(before, await Left(store.Rows));
        Assert.NotNull(await store.Journal.LoadSnapshot("sub_gone"));
        Assert.Null(await store.Rows.CutUntil());
        Assert.Equal((null, 0L), ((await Prove(store.Rows)).First, (await Prove(store.Rows)).Cut));
    }

    [Fact]
    public async Task Checkpoints_are_stated_anew_in_one_and_streams_that_ended_long_ago_are_only_counted()
    {
        var store = await ThreeDays();
        await Retention(store).Cut(TestContext.Current.CancellationToken);
        var bases = await StreamBases.Read(store.Rows);
        Assert.Equal(["a", "sub_gone"], bases.All.Select(static at => at.Stream).Order());
        var now = Clock.Now.ToUnixTimeMilliseconds();
        await store.Cuts.Restate(bases.Restated(now, forgetBefore: now + 1), Fence);
        bases = await StreamBases.Read(store.Rows);
        Assert.Equal(["a", "checkpoints"], bases.All.Select(static at => at.Stream).Order());
        Assert.Equal((3L, 11L), (bases.Forgotten, bases.Removed));
        NoteHeads(store);
        Assert.Null((await Prove(store.Rows)).First); // with the head of sub_gone, too
        await Close();
        await Sql("delete from journal where persistence_id = 'sub_new'");
        Assert.Equal(new Finding("", 19, "missing"), (await Prove((await Open(Keyed)).Rows)).First);
    }

    [Fact]
    public async Task A_time_is_looked_up_and_nothing_of_it_is_passed_over()
    {
        var store = await ThreeDays();
        var last = (await store.Rows.Extent()).Last;
        Assert.Equal(0, await store.Rows.StoodAt(Clock.Now.AddDays(-5).ToUnixTimeMilliseconds()));
        Assert.Equal(13, await store.Rows.StoodAt(Clock.Now.AddDays(-2).ToUnixTimeMilliseconds()));
        Assert.Equal(last - 1, await store.Rows.StoodAt(Clock.Now.AddDays(1).ToUnixTimeMilliseconds())); // and what came with that entry, or a moment later
        Assert.Equal(Clock.Now.AddHours(-1).AddDays(-2).ToUnixTimeMilliseconds(), await store.Rows.TimeOf(8));
        Assert.Equal(0, await store.Rows.FirstHole(0));
    }
}
