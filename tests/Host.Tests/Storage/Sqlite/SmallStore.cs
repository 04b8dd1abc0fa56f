using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Proof;
using Oddswire.Host.Storage.Sqlite;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Tests.Storage.Sqlite;

/// <summary>What a damaged store comes to.</summary>
/// <param name="Whole">Every entry is read back as it was written.</param>
/// <param name="Report">What the store or `oddswire journal verify` says is wrong; null: nothing.</param>
/// <param name="Wrong">Why it must not be so; null: it may.</param>
internal sealed record Look(bool Whole, string? Report, string? Wrong);

/// <summary>
/// The files of a small journal as a kill leaves them, half of it in the database and half in its write-ahead log, to be damaged again and
/// again. Its pages are as small as pages get: few bits, and a tree of several levels all the same.
/// </summary>
internal sealed class SmallStore
{
    private const int Entries = 8;

    private readonly ImmutableArray<JournalRow> _rows;
    private readonly byte[] _head;

    private SmallStore(byte[] database, byte[] log, byte[] head, ImmutableArray<JournalRow> rows) => (Database, Log, _head, _rows) = (database, log, head, rows);

    public byte[] Database { get; }
    public byte[] Log { get; }

    public static async Task<SmallStore> Make()
    {
        await using var folder = new StoreFolder();
        folder.Raw("pragma page_size = 512; pragma journal_mode = wal");
        var store = folder.Open();
        var fence = await store.Seize();
        for (var n = 1; n <= Entries; n++)
        {
            if (n == Entries / 2) CopyBack(folder.Options.Database);
            await new SqliteJournal(store).Append([Event("a", n), Event("b", n)]);
        }
        var rows = ImmutableArray.CreateBuilder<JournalRow>();
        await foreach (var row in new SqliteJournalRows(store.Readers, folder.Options).ByStream()) rows.Add(row);
        await using var killed = folder.Killed();
        return new(Bytes(killed.Options.Database), Bytes(killed.Options.WriteAheadLog), Bytes(killed.Options.HeadFile), rows.DrainToImmutable());

        Entry Event(string id, int n) => new(id, n, fence, n, Encoding.UTF8.GetBytes(new string(id[0], 20 * n)));
    }

    public async Task<Look> LookAt(string folder, byte[] database, byte[] log)
    {
        var options = new SqliteStoreOptions(folder);
        Put();
        var (whole, refusal) = await ReadAsAGateway(options);
        if (whole) return new(Whole: true, null, null);

        // The report is by somebody who only reads, and what he says can be saved is to be there.
        Put();
        await using var readers = new SqliteReaders(options);
        var rows = new SqliteJournalRows(readers, options);
        var verdict = await new StreamProof(rows, JournalSeal.Plain, new KnownHeads()).Run();
        if (refusal is null && verdict.Ok) return new(false, null, "entries are gone or changed, and nobody says so");
        var saved = await Savable(rows, verdict);
        var report = refusal ?? $"{verdict.First!.What}: {verdict.First.Stream} {verdict.First.Sequence}";
        return new(false, report, saved);

        void Put()
        {
            foreach (var file in Directory.GetFiles(folder)) File.Delete(file);
            File.WriteAllBytes(options.Database, database);
            File.WriteAllBytes(options.WriteAheadLog, log);
            File.WriteAllBytes(options.HeadFile, _head);
        }
    }

    private async Task<(bool Whole, string? Refusal)> ReadAsAGateway(SqliteStoreOptions options)
    {
        try
        {
            await using var store = SqliteStore.Open(options, TimeProvider.System, NullLogger.Instance);
            var journal = new SqliteJournal(store);
            var read = new List<Entry>();
            foreach (var id in _rows.Select(static row => row.Entry.PersistenceId).Distinct())
                await foreach (var entry in journal.Read(id, 0)) read.Add(entry);
            return (read.Count == _rows.Length && read.Zip(_rows).All(static pair => Same(pair.First, pair.Second.Entry)), null);
        }
        catch (Exception e) when (e is JournalLossException or StoreUnavailableException or StoreTooNewException or JournalUnavailableException)
        {
            return (false, e.Message);
        }
    }

    // What stands before the first thing that is wrong is what was written.
    private async Task<string?> Savable(SqliteJournalRows rows, Verdict verdict)
    {
        try
        {
            var read = 0L;
            await foreach (var row in rows.ByStream())
            {
                if (read == verdict.Entries) break;
                if (!_rows.Any(written => Same(row.Entry, written.Entry))) return $"entry {read + 1} is said to be whole, and is not";
                read++;
            }
            return read == verdict.Entries ? null : $"{verdict.Entries} are said to be whole, and {read} can be read";
        }
        catch (Exception e) when (e is StoreUnavailableException)
        {
            return null; // the damage is on the same page
        }
    }

    private static bool Same(in Entry one, in Entry other) =>
        one.PersistenceId == other.PersistenceId && one.Sequence == other.Sequence && one.Fence == other.Fence && one.WriteId == other.WriteId && one.Payload.Span.SequenceEqual(other.Payload.Span);

    // A checkpoint of all there is, as it runs beside the writer.
    private static void CopyBack(string database)
    {
        using var session = new SqliteSession(database, Microsoft.Data.Sqlite.SqliteOpenMode.ReadWrite);
        session.Prepared("pragma wal_checkpoint(passive)").ExecuteNonQuery();
    }

    private static byte[] Bytes(string file) => File.Exists(file) ? File.ReadAllBytes(file) : [];
}
