using Microsoft.Data.Sqlite;
using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Sqlite;
using Oddswire.Runtime.Persistence;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Sqlite;

public sealed class LossCheckTests : IAsyncDisposable
{
    private const int Entries = 100;
    private readonly StoreFolder _folder = new();

    [Fact]
    public async Task A_killed_store_has_lost_nothing()
    {
        await using var killed = await Killed();
        Assert.Equal(Entries, (await killed.Open().Texts("a")).Length);
    }

    [Fact]
    public async Task A_log_cut_short_is_reported_with_what_is_missing_and_nothing_is_changed()
    {
        await using var killed = await Killed();
        using (var log = File.OpenWrite(killed.Options.WriteAheadLog)) log.SetLength(log.Length / 2);
        await AssertReported(killed);
    }

    [Fact]
    public async Task A_log_that_is_gone_is_reported()
    {
        await using var killed = await Killed();
        File.Delete(killed.Options.WriteAheadLog);
        var loss = Assert.Throws<JournalLossException>(() => killed.Open());
        Assert.Equal((1, Entries), (loss.FirstMissing, loss.Missing));
    }

    [Fact]
    public async Task A_database_that_is_gone_is_reported()
    {
        var store = _folder.Open();
        await store.Append(await store.Seize(), "a", 1, 7);
        await _folder.Close();
        File.Delete(_folder.Options.Database);
        var loss = Assert.Throws<JournalLossException>(() => _folder.Open());
        Assert.Equal((1, 7), (loss.FirstMissing, loss.Missing));
        Assert.Contains("journal entries 1 to 7 (7 of 7)", loss.Message);
    }

    [Fact]
    public async Task One_flipped_bit_anywhere_in_the_log_loses_nothing_silently()
    {
        await using var killed = await Killed();
        var intact = await File.ReadAllBytesAsync(killed.Options.WriteAheadLog, TestContext.Current.CancellationToken);
        var random = new Random(7);
        var losses = 0;
        for (var flip = 0; flip < 12; flip++)
        {
            await using var damaged = killed.Killed();
            var bytes = intact.ToArray();
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(damaged.Options.WriteAheadLog, bytes, TestContext.Current.CancellationToken);
            if (await LosesNothing(damaged)) continue;
            losses++;
            await AssertReported(damaged);
        }
        Assert.InRange(losses, 6, 12); // most bits are in frames that count; a few are in pages that a later frame writes again
    }

    [Fact]
    public async Task A_log_damaged_after_it_was_copied_back_loses_nothing()
    {
        var store = _folder.Open();
        await store.Append(await store.Seize(), "a", 1, Entries);
        CopyBack();
        await using var killed = _folder.Killed();
        var length = new FileInfo(killed.Options.WriteAheadLog).Length;
        for (var at = 40; at < length; at += (int)length / 7)
        {
            await using var damaged = killed.Killed();
            FlipBit(damaged.Options.WriteAheadLog, at);
            store = damaged.Open();
            Assert.Equal(Entries, (await store.Texts("a")).Length);
            Assert.Equal("ok", await store.Scalar("pragma integrity_check"));
            Assert.True(File.Exists(damaged.Options.WriteAheadLog + ".lost"));
        }
    }

    // The dangerous one: SQLite would lay the log's older pages over newer ones of the database.
    [Fact]
    public async Task A_log_damaged_after_half_of_it_was_copied_back_never_mixes_old_and_new()
    {
        var store = _folder.Open();
        var fence = await store.Seize();
        await store.Append(fence, "a", 1, Entries / 2);
        CopyBack();
        await using (var reader = new SqliteConnection($"Data Source={_folder.Options.Database};Pooling=False;Mode=ReadOnly"))
        {
            Hold(reader); // so that the log is continued and not begun anew
            await store.Append(fence, "a", Entries / 2 + 1, Entries);
        }
        await using var killed = _folder.Killed();
        var length = LivingBytes(await File.ReadAllBytesAsync(killed.Options.WriteAheadLog, TestContext.Current.CancellationToken));
        for (var at = 40; at < length; at += length / 5)
        {
            await using var damaged = killed.Killed();
            FlipBit(damaged.Options.WriteAheadLog, at);
            var loss = Assert.Throws<JournalLossException>(() => damaged.Open());
            Assert.InRange(loss.FirstMissing, Entries / 2 + 1, Entries);
            await AssertReported(damaged);
        }
    }

    // A log that was begun anew still has frames of its former life behind its end: damage there harms nobody.
    private static int LivingBytes(byte[] log)
    {
        const int header = 32, frame = 24 + 4_096;
        var end = header;
        while (end + frame <= log.Length && log.AsSpan(end + 8, 8).SequenceEqual(log.AsSpan(16, 8))) end += frame;
        return end;
    }

    [Fact]
    public async Task Where_neither_log_nor_database_is_sound_the_store_is_refused_unchanged()
    {
        var store = _folder.Open();
        var fence = await store.Seize();
        await store.Append(fence, "a", 1, Entries);
        CopyBack();
        await store.Append(fence, "a", Entries + 1, Entries + 10);
        await using var killed = _folder.Killed();
        var database = await File.ReadAllBytesAsync(killed.Options.Database, TestContext.Current.CancellationToken);
        database.AsSpan(4_096).Fill(0x5A); // all but the first page
        await File.WriteAllBytesAsync(killed.Options.Database, database, TestContext.Current.CancellationToken);
        FlipBit(killed.Options.WriteAheadLog, 40);
        var before = killed.Contents();

        var refused = Assert.Throws<StoreUnavailableException>(() => killed.OpenAcceptingLoss());

        Assert.Contains("damaged", refused.Message);
        Assert.Equal(before, killed.Contents());
    }

    [Fact]
    public async Task A_commit_that_was_cut_off_by_the_kill_is_no_damage()
    {
        await using var killed = await Killed();
        var log = await File.ReadAllBytesAsync(killed.Options.WriteAheadLog, TestContext.Current.CancellationToken);
        var frame = log.AsSpan(32, 24 + 4_096).ToArray();
        frame.AsSpan(4, 4).Clear(); // not the last of its commit
        await using (var file = new FileStream(killed.Options.WriteAheadLog, FileMode.Append))
        {
            await file.WriteAsync(frame, TestContext.Current.CancellationToken);
            await file.WriteAsync(frame.AsMemory(0, 1_000), TestContext.Current.CancellationToken);
        }
        Assert.False(WriteAheadLog.HidesCommits(killed.Options.WriteAheadLog));
        Assert.Equal(Entries, (await killed.Open().Texts("a")).Length);
    }

    [Fact]
    public async Task Accepting_a_loss_puts_it_on_record_keeps_the_damaged_log_and_goes_on()
    {
        await using var killed = await Killed();
        var intact = await File.ReadAllBytesAsync(killed.Options.WriteAheadLog, TestContext.Current.CancellationToken);
        using (var log = File.OpenWrite(killed.Options.WriteAheadLog)) log.SetLength(log.Length / 2);
        var loss = Assert.Throws<JournalLossException>(() => killed.Open());

        var store = killed.OpenAcceptingLoss();
        Assert.Equal(loss.FirstMissing, await store.Scalar("select first_missing from loss"));
        Assert.Equal(loss.Missing, await store.Scalar("select missing from loss"));
        var left = await store.Texts("a");
        await store.Append(await store.Seize(), "a", left.Length + 1, left.Length + 5);
        Assert.Equal(intact[..(intact.Length / 2)], await File.ReadAllBytesAsync(killed.Options.WriteAheadLog + ".lost", TestContext.Current.CancellationToken));
        await killed.Close();

        store = killed.Open(); // accepted once, it is no loss any more
        Assert.Equal(left.Length + 5, (await store.Texts("a")).Length);
        Assert.Equal(1L, await store.Scalar("select count(*) from loss"));
    }

    [Fact]
    public async Task Accepting_a_loss_where_there_is_none_changes_nothing()
    {
        await using var killed = await Killed();
        var store = killed.OpenAcceptingLoss();
        Assert.Equal(Entries, (await store.Texts("a")).Length);
        Assert.Equal(0L, await store.Scalar("select count(*) from loss"));
    }

    [Fact]
    public async Task Terms_that_were_lost_are_never_handed_out_again()
    {
        var store = _folder.Open();
        await store.Seize("old");
        await using var before = _folder.Killed();
        for (var n = 0; n < 5; n++) await store.Seize("old");
        await store.Seize("new");
        await using var killed = _folder.Killed();
        File.Copy(before.Options.WriteAheadLog, killed.Options.WriteAheadLog, overwrite: true);

        var loss = Assert.Throws<JournalLossException>(() => killed.Open());
        Assert.Equal((0, 6), (loss.Missing, loss.MissingTerms));

        store = killed.OpenAcceptingLoss();
        Assert.True((await store.Seize("old")).Term > 6);
        Assert.True((await store.Seize("new")).Term > 1);
    }

    [Fact]
    public async Task A_crash_between_commit_and_note_is_no_loss()
    {
        var store = _folder.Open();
        var fence = await store.Seize();
        await store.Append(fence, "a", 1, 50);
        await using var earlier = _folder.Killed();
        await store.Append(fence, "a", 51, 51);
        await using var killed = _folder.Killed();
        File.Copy(earlier.Options.HeadFile, killed.Options.HeadFile, overwrite: true);
        Assert.Equal(51, (await killed.Open().Texts("a")).Length);
    }

    [Theory]
    [InlineData(5)] // as long as the head
    [InlineData(9)] // longer
    public async Task Another_history_of_enough_entries_is_reported(int entries)
    {
        var store = _folder.Open();
        await store.Append(await store.Seize(), "a", 1, 5);
        await _folder.Close();
        await using var other = new StoreFolder();
        store = other.Open();
        await store.Append(await store.Seize(), "b", 1, entries);
        await other.Close();
        File.Copy(other.Options.Database, _folder.Options.Database, overwrite: true);

        var loss = Assert.Throws<JournalLossException>(() => _folder.Open());
        Assert.Contains("not the ones that were committed here", loss.Message);
        Assert.Equal(entries, (await _folder.OpenAcceptingLoss().Texts("b")).Length);
    }

    [Fact]
    public async Task One_damaged_slot_of_the_head_leaves_the_other()
    {
        await using var killed = await Killed();
        File.Delete(killed.Options.WriteAheadLog);
        foreach (var slot in new[] { 0, 512 })
        {
            await using var damaged = killed.Killed();
            FlipBit(damaged.Options.HeadFile, slot + 20);
            var loss = Assert.Throws<JournalLossException>(() => damaged.Open());
            Assert.InRange(loss.Missing, Entries - 1, Entries);
        }
    }

    [Fact]
    public async Task Without_a_readable_head_the_store_opens_and_notes_a_new_one()
    {
        await using var killed = await Killed();
        FlipBit(killed.Options.HeadFile, 20);
        FlipBit(killed.Options.HeadFile, 532);
        Assert.Equal(Entries, (await killed.Open().Texts("a")).Length);
        Assert.Equal(Entries, HeadFile.Read(killed.Options.HeadFile)!.Position);
    }

    [Fact]
    public async Task A_batch_that_was_refused_or_failed_leaves_the_head_where_the_journal_is()
    {
        var store = _folder.Open();
        var fence = await store.Seize();
        await store.Append(fence, "a", 1, 3);
        await Assert.ThrowsAsync<SequenceTakenException>(() => store.Append(fence, "a", 3, 3));
        await store.Append(fence, "a", 4, 6);
        await using var killed = _folder.Killed();
        Assert.Equal(6, HeadFile.Read(killed.Options.HeadFile)!.Position);
        Assert.Equal(6, (await killed.Open().Texts("a")).Length);
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private async Task<StoreFolder> Killed()
    {
        var store = _folder.Open();
        await store.Append(await store.Seize(), "a", 1, Entries);
        return _folder.Killed();
    }

    // Refused twice over, file by file the same afterwards; and what is left after accepting is the beginning, as long as was said.
    private static async Task AssertReported(StoreFolder damaged)
    {
        var before = damaged.Contents();
        var loss = Assert.Throws<JournalLossException>(() => damaged.Open());
        Assert.Equal(before, damaged.Contents());
        Assert.Equal(loss.Message, Assert.Throws<JournalLossException>(() => damaged.Open()).Message);
        Assert.Equal(Entries, loss.FirstMissing - 1 + loss.Missing);

        var store = damaged.OpenAcceptingLoss();
        var left = await store.Texts("a");
        Assert.Equal("ok", await store.Scalar("pragma integrity_check"));
        Assert.Equal(Enumerable.Range(1, (int)loss.FirstMissing - 1).Select(n => $"a/{n}"), left);
    }

    private static async Task<bool> LosesNothing(StoreFolder folder)
    {
        await using var copy = folder.Killed();
        try { return (await copy.Open().Texts("a")).Length == Entries; }
        catch (JournalLossException) { return false; }
    }

    // A checkpoint of all there is, as it runs beside the writer.
    private void CopyBack()
    {
        using var session = new SqliteSession(_folder.Options.Database, SqliteOpenMode.ReadWrite);
        using var row = session.Prepared("pragma wal_checkpoint(passive)").ExecuteReader();
        Assert.True(row.Read());
        Assert.Equal(row.GetInt64(1), row.GetInt64(2));
    }

    private static void Hold(SqliteConnection reader)
    {
        reader.Open();
        using var command = reader.CreateCommand();
        command.CommandText = "begin; select count(*) from journal";
        command.ExecuteScalar();
    }

    private static void FlipBit(string file, int at)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[at] ^= 1;
        File.WriteAllBytes(file, bytes);
    }
}
