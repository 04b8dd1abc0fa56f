namespace Oddswire.Host.Storage.Sqlite;

// How far a store has come. Positions are dense from 1; retention may take entries out in front, but never the last one.
// Chain is the running hash up to there; Terms, the sum of all lease terms, grows with every lease that changes hands.
internal sealed record Head(long Position, UInt128 Chain, long Terms)
{
    public static Head Empty { get; } = new(0, 0, 0);

    public static Head Of(SqliteSession session)
    {
        if (Schema.VersionOf(session) == 0) return Empty;
        var last = session.Prepared("select coalesce(max(position), 0) from journal").ReadInt64();
        return new(last, last == 0 ? 0 : ChainAt(session, last) ?? throw new InvalidDataException($"journal entry {last} ends no commit"), TermsOf(session));
    }

    public static long TermsOf(SqliteSession session) => session.Prepared("select coalesce(sum(term), 0) from lease").ReadInt64();

    // Null: no such entry, or not the last one of its commit.
    public static UInt128? ChainAt(SqliteSession session, long position) =>
        session.Prepared("select chain from journal where position = $position", ("$position", position)).ExecuteScalar() is byte[] chain ? JournalChain.FromBytes(chain) : null;
}
