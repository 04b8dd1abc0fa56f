namespace Oddswire.Host.Storage.Sqlite;

// Reads the whole store: are its trees in order, and is every entry the one that was committed? Slow, and only asked when something looks wrong.
// Where retention has cut entries out, the hash of the next whole commit is taken as it stands; how many are gone must be how many were cut.
internal static class JournalProof
{
    public static bool Holds(SqliteSession session)
    {
        try
        {
            return session.Prepared("pragma integrity_check").ExecuteScalar() is "ok" && (Schema.VersionOf(session) == 0 || ChainHolds(session));
        }
        catch (Exception e) when (SqliteFailure.IsUnreadable(e))
        {
            return false;
        }
    }

    private static bool ChainHolds(SqliteSession session)
    {
        using var chain = new JournalChain(0);
        using var row = session.Prepared(
            "select sequence, resource, term, write_id, payload, persistence_id, position, chain from journal order by position").ExecuteReader();
        var (closed, known, last, rows) = (true, true, 0L, 0L);
        while (row.Read())
        {
            var position = row.GetInt64(6);
            known &= position == last + 1;
            (last, rows) = (position, rows + 1);
            chain.Add(SqliteJournal.EntryOf(row.GetString(5), row));
            closed = !row.IsDBNull(7);
            if (!closed) continue;
            var stored = JournalChain.FromBytes(row.GetFieldValue<byte[]>(7));
            if (chain.Close() != stored && known) return false;
            if (!known) chain.GoOnFrom(stored);
            known = true;
        }
        return closed && rows + Schema.CutFrom(session) == last;
    }
}
