using Oddswire.Host.Storage.Sqlite.Reels;

namespace Oddswire.Host.Storage.Sqlite;

// The tables, and how an older store becomes a current one. A migration that was released is never edited: add the next one.
internal static class Schema
{
    private const long ApplicationId = 0x4F_44_53_57; // "ODSW"

    private static readonly string[] Migrations =
    [
        // A rowid table beside a unique index: WITHOUT ROWID is five times slower with payloads of a kilobyte.
        // chain: the running hash, in the last row of each commit.
        """
        create table journal (
            position integer primary key,
            persistence_id text not null,
            sequence integer not null,
            resource text not null,
            term integer not null,
            write_id integer not null,
            payload blob not null,
            chain blob);
        create unique index journal_by_actor on journal (persistence_id, sequence);
        create table snapshot (
            persistence_id text not null primary key,
            sequence integer not null,
            resource text not null,
            term integer not null,
            write_id integer not null,
            payload blob not null);
        create table lease (
            resource text not null primary key,
            owner text not null,
            incarnation integer not null,
            term integer not null,
            expires_at integer not null);
        create table loss (
            accepted_at integer not null,
            first_missing integer not null,
            missing integer not null,
            missing_terms integer not null);
        """,
        // data: the fill as clients get it, which is also how it is read back; the columns beside it are for the indexes.
        """
        create table tape (
            offset integer primary key,
            epoch integer not null,
            timestamp integer not null,
            user text not null,
            token text not null,
            condition text,
            slug text not null,
            late integer not null,
            removed integer not null default 0,
            data blob not null);
        create index tape_by_time on tape (timestamp, offset) where removed = 0;
        create index tape_by_user on tape (user, timestamp, offset) where removed = 0;
        create index tape_by_token on tape (token, timestamp, offset) where removed = 0;
        create index tape_by_condition on tape (condition, timestamp, offset) where removed = 0;
        create index tape_by_slug on tape (slug, timestamp, offset) where removed = 0;
        create table tape_state (
            id integer primary key check (id = 1),
            epoch integer not null,
            newest integer not null,
            swept_block integer,
            swept_time integer);
        insert into tape_state (id, epoch, newest) values (1, 0, 0);
        """,
        // bytes: the sum of tape.data. The size of the file is no measure for what to delete: it holds the journal too.
        """
        alter table tape_state add column bytes integer not null default 0;
        update tape_state set bytes = (select coalesce(sum(length(data)), 0) from tape);
        create table market (
            token text not null primary key,
            condition text,
            slug text not null,
            title text not null,
            label text not null,
            learned_at integer not null) without rowid;
        create index market_by_age on market (learned_at);
        -- With what is removed in the index, a total is counted without a look at the rows.
        drop index tape_by_time;
        drop index tape_by_user;
        drop index tape_by_token;
        drop index tape_by_condition;
        drop index tape_by_slug;
        create index tape_by_time on tape (removed, timestamp);
        create index tape_by_user on tape (user, removed, timestamp);
        create index tape_by_token on tape (token, removed, timestamp);
        create index tape_by_condition on tape (condition, removed, timestamp);
        create index tape_by_slug on tape (slug, removed, timestamp);
        """,
        // hash: the chain of the entry's stream (JournalSeal). What was written before gets its hashes now: see SealStreams.
        "alter table journal add column hash blob;",
        // journal_time: where the journal stood at a time, a row a minute at most; bytes: of all entries before. journal_cut: how much retention
        // has cut off, and that everything younger than until is there. lease_owner: who held which term.
        """
        create table journal_time (
            time integer primary key,
            position integer not null,
            bytes integer not null);
        create table journal_cut (
            id integer primary key check (id = 1),
            entries integer not null,
            bytes integer not null,
            until integer);
        insert into journal_cut (id, entries, bytes) values (1, 0, 0);
        create table lease_owner (
            resource text not null,
            term integer not null,
            owner text not null,
            primary key (resource, term)) without rowid;
        insert into lease_owner (resource, term, owner) select resource, term, owner from lease;
        """,
        // What `oddswire why` answers from. tx and order_hash: the first eight bytes of the hash. marks: see MarkText.
        """
        create table fill_trace (
            offset integer primary key,
            tx integer not null,
            order_hash integer,
            marks text not null);
        create index fill_trace_by_tx on fill_trace (tx, offset);
        create index fill_trace_by_order on fill_trace (order_hash, offset) where order_hash is not null;
        create table position_sample (
            id integer primary key,
            subscription text not null,
            session text not null,
            since integer not null,
            until integer not null,
            first integer not null,
            last integer not null,
            unread integer not null);
        create index position_sample_by_subscription on position_sample (subscription, last);
        """,
        // hash: the snapshot's own seal (JournalSeal). What was saved before gets it now: see SealSnapshots.
        "alter table snapshot add column hash blob;",
        // What was learned before knows no event: the venue is asked again.
        """
        delete from market;
        alter table market add column event_slug text not null default '';
        alter table market add column outcome integer;
        """,
        // Reels instead of indexes over the whole tape (Reels/Reel.cs); those that are full are closed when this is done. A row keeps what reading
        // and deleting need: all else is in its data. commits: by which a reader knows what the writer has in memory of the moment that it sees.
        """
        create table tape_on_reels (
            offset integer primary key,
            epoch integer not null,
            timestamp integer not null,
            late integer not null,
            removed integer not null,
            data blob not null);
        insert into tape_on_reels select offset, epoch, timestamp, late, removed, data from tape;
        drop table tape;
        alter table tape_on_reels rename to tape;
        create table reel (
            number integer primary key,
            earliest integer not null,
            latest integer not null);
        create table reel_list (
            reel integer not null,
            key blob not null,
            places blob not null,
            primary key (reel, key)) without rowid;
        alter table tape_state add column commits integer not null default 0;
        drop index fill_trace_by_tx;
        drop index fill_trace_by_order;
        create table trace_reel (
            number integer primary key,
            transactions blob not null,
            orders blob not null);
        """,
        // A fill is packed, and refers by name to what it shares with others of its token (TapeRow); without a name it is what clients get, as before. A
        // page has many lists of a reel (Reels/ReelPage.cs): reels that are closed are closed again when this is done.
        """
        alter table tape add column name integer;
        create table reel_name (
            number integer primary key,
            data blob not null);
        drop table reel_list;
        delete from reel;
        create table reel_page (
            number integer primary key,
            lists blob not null);
        """,
        // Traces on pages (TracePages): those that are rows are taken over when this is done.
        """
        create table trace_page (
            number integer primary key,
            places blob not null,
            transactions blob not null,
            orders blob not null,
            marks blob not null);
        """,
    ];

    private const long FirstWithHashes = 4;
    private const long FirstWithSealedSnapshots = 7;
    private const long FirstInPages = 10;
    private const long FirstWithTracePages = 11;
    private const int SealedAtATime = 1_000;

    public static long Newest => Migrations.Length;

    // 0: an empty file.
    public static long VersionOf(SqliteSession session)
    {
        var version = session.Prepared("pragma user_version").ReadInt64();
        var ours = session.Prepared("pragma application_id").ReadInt64() == ApplicationId;
        if (!ours && session.Prepared("select count(*) from sqlite_master").ReadInt64() > 0)
            throw new StoreUnavailableException("oddswire.db is a database of another program. Choose another storage.path.");
        if (version > Newest)
            throw new StoreTooNewException($"the store has schema {version}, this program knows {Newest} at most. Start the newer Oddswire that wrote it, or choose another storage.path.");
        return version;
    }

    // How many entries retention has cut off.
    public static long CutFrom(SqliteSession session) => session.Prepared("select count(*) from sqlite_master where name = 'journal_cut'").ReadInt64() == 0
        ? 0 : session.Prepared("select entries from journal_cut").ReadInt64();

    // The tape's newest offset; 0 where the tables are older than the tape.
    public static long TapeOf(SqliteSession session) => VersionOf(session) < 2 ? 0 : session.Prepared("select newest from tape_state").ReadInt64();

    public static void Migrate(SqliteSession session, JournalSeal seal)
    {
        var version = VersionOf(session);
        if (version == Newest) return;
        session.Execute("begin immediate");
        var (withoutHashes, withoutSeals, withoutPages, withoutTracePages) = (version < FirstWithHashes, version < FirstWithSealedSnapshots, version < FirstInPages, version < FirstWithTracePages);
        for (; version < Newest; version++)
        {
            session.Execute(Migrations[version]);
            session.Execute($"pragma user_version = {version + 1}");
        }
        if (withoutHashes) SealStreams(session, seal);
        if (withoutSeals) SealSnapshots(session, seal);
        if (withoutPages) ClosedReels.CloseFull(session);
        if (withoutTracePages) TracePages.TakeRows(session);
        session.Execute($"pragma application_id = {ApplicationId}");
        session.Execute("commit");
    }

    private static void SealSnapshots(SqliteSession session, JournalSeal seal)
    {
        for (var page = SqliteJournalRows.Snapshots(session, ""); page.Count > 0; page = SqliteJournalRows.Snapshots(session, page[^1].Entry.PersistenceId))
        {
            foreach (var row in page)
                session.Prepared("update snapshot set hash = $hash where persistence_id = $id", ("$hash", seal.OfSnapshot(row.Entry)), ("$id", row.Entry.PersistenceId)).ExecuteNonQuery();
        }
    }

    private static void SealStreams(SqliteSession session, JournalSeal seal)
    {
        var (id, sequence, hash) = ("", 0L, Array.Empty<byte>());
        for (var page = SqliteJournalRows.After(session, id, sequence, SealedAtATime); page.Count > 0; page = SqliteJournalRows.After(session, id, sequence, SealedAtATime))
        {
            foreach (var row in page)
            {
                hash = seal.Of(row.Entry.PersistenceId == id ? hash : [], row.Entry);
                (id, sequence) = (row.Entry.PersistenceId, row.Entry.Sequence);
                session.Prepared("update journal set hash = $hash where position = $position", ("$hash", hash), ("$position", row.Position)).ExecuteNonQuery();
            }
        }
    }
}
