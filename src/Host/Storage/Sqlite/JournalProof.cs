namespace Oddswire.Host.Storage.Sqlite;

// Reads the whole store: are its trees in order, and is every entry the one that was committed? Slow, and only asked when something looks wrong.
internal static class JournalProof
{
    public static bool Holds(SqliteSession session)
    {
        try
        {
            return session.Prepared("pragma integrity_check").ExecuteScalar() is "ok" && (Schema.VersionOf(session) == 0 || ChainHolds(session));
        }
        catch (Exception e) when (SqliteFailure.IsDamage(e))
        {
            return false;
        }
    }

    private static bool ChainHolds(SqliteSession session)
    {
        using var chain = new JournalChain(0);
        using var row = session.Prepared(
            "select sequence, resource, term, write_id, payload, persistence_id, position, chain from journal order by position").ExecuteReader();
        var closed = true;
        for (var position = 1; row.Read(); position++)
        {
            if (row.GetInt64(6) != position) return false;
            chain.Add(SqliteJournal.EntryOf(row.GetString(5), row));
            closed = !row.IsDBNull(7);
            if (closed && chain.Close() != JournalChain.FromBytes(row.GetFieldValue<byte[]>(7))) return false;
        }
        return closed;
    }
}
