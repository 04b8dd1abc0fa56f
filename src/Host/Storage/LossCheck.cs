using Microsoft.Data.Sqlite;

namespace Oddswire.Host.Storage;

// Compares what the database holds with the head noted beside it, before anything is written, and puts on record what an operator accepts to be gone.
internal static class LossCheck
{
    // Reads only. A connection that may write would copy the log back when it closes, and the evidence would be gone.
    public static JournalLossException? Run(SqliteStoreOptions options, ILogger log)
    {
        var noted = HeadFile.Read(options.HeadFile);
        if (!File.Exists(options.Database)) return noted is null ? null : Compare(options, noted, Head.Empty, noted.Chain);

        using var session = new SqliteSession(options.Database, SqliteOpenMode.ReadOnly);
        var stored = Schema.VersionOf(session) == 0 ? Head.Empty : Head.Of(session);
        if (noted is null)
        {
            if (stored.Position > 0) StorageLog.NoHead(log, stored.Position);
            return null;
        }
        // A journal that is longer than its head is fine: the process ended between the commit and the note.
        var chain = noted.Position == 0 || noted.Position > stored.Position ? noted.Chain : Head.ChainAt(session, noted.Position);
        return Compare(options, noted, stored, chain);
    }

    // What SQLite dropped is still in the file, for whoever wants to look; opening it for writing would overwrite it.
    public static string KeepLog(SqliteStoreOptions options)
    {
        if (!File.Exists(options.WriteAheadLog)) return "";
        var kept = options.WriteAheadLog + ".lost";
        for (var n = 1; File.Exists(kept); n++) kept = $"{options.WriteAheadLog}.lost{n}";
        File.Copy(options.WriteAheadLog, kept);
        return kept;
    }

    // The missing terms were handed out: every lease skips as many, so that none of them is ever used by two owners.
    public static void Accept(SqliteSession session, JournalLossException loss, TimeProvider time, ILogger log, string kept)
    {
        session.Execute("begin immediate");
        session.Prepared(
            "insert into loss (accepted_at, first_missing, missing, missing_terms) values ($now, $first, $missing, $terms)",
            ("$now", time.GetUtcNow().ToUnixTimeMilliseconds()), ("$first", loss.FirstMissing), ("$missing", loss.Missing), ("$terms", loss.MissingTerms)).ExecuteNonQuery();
        session.Prepared("update lease set term = term + $terms", ("$terms", loss.MissingTerms)).ExecuteNonQuery();
        session.Execute("commit");
        StorageLog.LossAccepted(log, loss.Missing, loss.FirstMissing, kept);
    }

    private static JournalLossException? Compare(SqliteStoreOptions options, Head noted, Head stored, UInt128? chain)
    {
        var missing = Math.Max(0, noted.Position - stored.Position);
        var terms = Math.Max(0, noted.Terms - stored.Terms);
        var first = stored.Position + 1;
        var what = missing > 0 ? $"journal entries {first} to {noted.Position} ({missing} of {noted.Position}) were committed and are missing"
            : chain != noted.Chain ? $"the journal's first {noted.Position} entries are not the ones that were committed here, as after mixing the files of two stores"
            : terms > 0 ? $"no journal entry is missing, but {terms} changes of lease owners are"
            : null;
        return what is null ? null : new(
            $"the store in '{options.Folder}' has lost commits: {what}. Nothing has been changed. " +
            "Restore the folder from a backup, or start with --accept-loss to go on without them.", first, missing, terms);
    }
}
