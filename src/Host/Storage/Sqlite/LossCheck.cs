using Microsoft.Data.Sqlite;

namespace Oddswire.Host.Storage.Sqlite;

// Compares what the database holds with the head noted beside it, before anything is written, and puts on record what an operator accepts to be gone.
// It only reads: a connection that may write copies the log back when it closes, and the evidence would be gone.
internal sealed class LossCheck
{
    private readonly SqliteStoreOptions _options;
    private readonly Head? _noted;

    private LossCheck(SqliteStoreOptions options) => (_options, _noted) = (options, HeadFile.Read(options.HeadFile));

    // Loss is null: everything noted is there. WithoutLog: the store is whole (or goes furthest) if the write-ahead log is not looked at.
    public sealed record Verdict(JournalLossException? Loss, bool WithoutLog);

    // Throws StoreUnavailableException where no sound store can be made out.
    public static Verdict Run(SqliteStoreOptions options, ILogger log) => new LossCheck(options).Run(log);

    // Every lease skips the terms that went missing, so that none of them is ever used by two owners.
    public static void Accept(SqliteSession session, JournalLossException loss, TimeProvider time)
    {
        session.Execute("begin immediate");
        session.Prepared(
            "insert into loss (accepted_at, first_missing, missing, missing_terms) values ($now, $first, $missing, $terms)",
            ("$now", time.GetUtcNow().ToUnixTimeMilliseconds()), ("$first", loss.FirstMissing), ("$missing", loss.Missing), ("$terms", loss.MissingTerms)).ExecuteNonQuery();
        session.Prepared("update lease set term = term + $terms", ("$terms", loss.MissingTerms)).ExecuteNonQuery();
        session.Execute("commit");
    }

    private Verdict Run(ILogger log)
    {
        if (!File.Exists(_options.Database)) return new(_noted is null ? null : LossOf(new(Head.Empty, 0, HasNoted: false), _noted), WithoutLog: false);
        var hides = WriteAheadLog.HidesCommits(_options.WriteAheadLog);
        if (!hides && AtAGlance() is { HasNoted: true } store)
        {
            if (_noted is null && store.Head.Position > 0) StorageLog.NoHead(log, store.Head.Position);
            return new(Loss: null, WithoutLog: false);
        }

        var (withLog, withoutLog) = (Proven(new(_options.Database, SqliteOpenMode.ReadOnly)), Proven(SqliteSession.WithoutLog(_options.Database)));
        if (withLog is null && withoutLog is null)
            throw new StoreUnavailableException($"the store in '{_options.Folder}' is damaged. Nothing has been changed. Keep a copy of the folder, and restore it from a backup.");
        // Where both go as far: a damaged log is evidence to be set aside, a sound one may have more that is not counted here.
        var best = (hides ? Further(withoutLog, withLog) : Further(withLog, withoutLog))!;
        return new(best.HasNoted ? null : LossOf(best, _noted!), WithoutLog: ReferenceEquals(best, withoutLog));
    }

    // The store as SQLite shows it; null: it stumbles over damage.
    private Candidate? AtAGlance()
    {
        using var session = new SqliteSession(_options.Database, SqliteOpenMode.ReadOnly);
        try { return Compare(session, Head.Of(session)); }
        catch (Exception e) when (SqliteFailure.IsUnreadable(e)) { return null; }
    }

    private Candidate? Proven(SqliteSession opened)
    {
        using var session = opened;
        return JournalProof.Holds(session) ? Compare(session, Head.Of(session)) : null;
    }

    // A journal that is longer than its head is fine: the process ended between the commit and the note.
    private Candidate Compare(SqliteSession session, Head head) => new(head, Schema.TapeOf(session),
        _noted is null || head.Position >= _noted.Position && head.Terms >= _noted.Terms &&
        (_noted.Position == 0 || Head.ChainAt(session, _noted.Position) == _noted.Chain));

    private static Candidate? Further(Candidate? a, Candidate? b) => b is null || a?.Reach.CompareTo(b.Reach) >= 0 ? a : b;

    private JournalLossException LossOf(Candidate store, Head noted)
    {
        var missing = Math.Max(0, noted.Position - store.Head.Position);
        var terms = Math.Max(0, noted.Terms - store.Head.Terms);
        var first = store.Head.Position + 1;
        var what = missing > 0 ? $"journal entries {first} to {noted.Position} ({missing} of {noted.Position}) were committed and are missing"
            : terms > 0 ? $"no journal entry is missing, but {terms} changes of lease owners are"
            : $"the journal's first {noted.Position} entries are not the ones that were committed here, as after mixing the files of two stores";
        return new(
            $"the store in '{_options.Folder}' has lost commits: {what}. Nothing has been changed. " +
            "Restore the folder from a backup, or start with --accept-loss to go on without them.", first, missing, terms);
    }

    private sealed record Candidate(Head Head, long Tape, bool HasNoted)
    {
        public (long, long, long) Reach => (Head.Position, Head.Terms, Tape);
    }
}
