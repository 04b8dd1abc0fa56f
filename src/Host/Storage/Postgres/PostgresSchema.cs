using Npgsql;

namespace Oddswire.Host.Storage.Postgres;

// The tables, and how an older store becomes a current one: as Schema does for SQLite, under a lock, because here others may be starting too.
internal static class PostgresSchema
{
    private const int LongestMigration = 600; // seconds; also how long one waits for another's

    private static readonly string[] Migrations =
    [
        // Ids are bytes: an id may hold any character, and they are compared one by one. (To read them: convert_from(persistence_id, 'UTF8').)
        """
        create table journal (
            position bigint primary key,
            persistence_id bytea not null,
            sequence bigint not null,
            resource bytea not null,
            term bigint not null,
            write_id bigint not null,
            payload bytea not null,
            chain bytea);
        create unique index journal_by_actor on journal (persistence_id, sequence);
        create table journal_head (position bigint not null, chain bytea not null);
        insert into journal_head (position, chain) values (0, '');
        create table snapshot (
            persistence_id bytea not null primary key,
            sequence bigint not null,
            resource bytea not null,
            term bigint not null,
            write_id bigint not null,
            payload bytea not null);
        create table lease (
            resource bytea not null primary key,
            owner bytea not null,
            incarnation bigint not null,
            term bigint not null,
            expires_at bigint not null);
        create table loss (accepted_at bigint not null, first_missing bigint not null, missing bigint not null);
        """,
        // slug is the SHA-256 of the text: an index takes any length and any character that a venue may come up with.
        // oldest is kept, not looked for: the dead rows in front of it would be walked through each time.
        """
        create table tape (
            "offset" bigint primary key,
            epoch bigint not null,
            timestamp bigint not null,
            "user" text not null,
            token text not null,
            condition text,
            slug bytea,
            late bigint not null,
            removed bigint not null default 0,
            data bytea not null);
        create index tape_by_time on tape (removed, timestamp, "offset");
        create index tape_by_user on tape ("user", removed, timestamp, "offset");
        create index tape_by_token on tape (token, removed, timestamp, "offset");
        create index tape_by_condition on tape (condition, removed, timestamp, "offset");
        create index tape_by_slug on tape (slug, removed, timestamp, "offset");
        create table tape_state (
            epoch bigint not null,
            oldest bigint not null,
            newest bigint not null,
            swept_block bigint,
            swept_time bigint,
            bytes bigint not null);
        insert into tape_state (epoch, oldest, newest, bytes) values (0, 1, 0, 0);
        create table market (
            token text not null primary key,
            condition text,
            slug bytea not null,
            title bytea not null,
            label bytea not null,
            learned_at bigint not null);
        create index market_by_age on market (learned_at);
        """,
        // hash: the chain of the entry's stream (JournalSeal). What was written before gets its hashes now: see SealStreams.
        "alter table journal add column hash bytea;",
        // journal_time: where the journal stood at a time, a row a minute at most; bytes: of all entries before. journal_cut: how much retention
        // has cut off, and that everything younger than until is there. lease_owner: who held which term.
        """
        create table journal_time (
            time bigint primary key,
            position bigint not null,
            bytes bigint not null);
        create table journal_cut (entries bigint not null, bytes bigint not null, until bigint);
        insert into journal_cut (entries, bytes) values (0, 0);
        create table lease_owner (
            resource bytea not null,
            term bigint not null,
            owner bytea not null,
            primary key (resource, term));
        insert into lease_owner (resource, term, owner) select resource, term, owner from lease;
        """,
        // What `oddswire why` answers from. tx and order_hash: the first eight bytes of the hash. marks: see MarkText.
        """
        create table fill_trace (
            "offset" bigint primary key,
            tx bigint not null,
            order_hash bigint,
            marks text not null);
        create index fill_trace_by_tx on fill_trace (tx, "offset");
        create index fill_trace_by_order on fill_trace (order_hash, "offset") where order_hash is not null;
        create table position_sample (
            id bigint generated always as identity primary key,
            subscription text not null,
            session text not null,
            since bigint not null,
            until bigint not null,
            first bigint not null,
            last bigint not null,
            unread bigint not null);
        create index position_sample_by_subscription on position_sample (subscription, last);
        """,
        // hash: the snapshot's own seal (JournalSeal). What was saved before gets it now: see SealSnapshots.
        "alter table snapshot add column hash bytea;",
        // What was learned before knows no event: the venue is asked again.
        """
        delete from market;
        alter table market add column event_slug bytea not null default '';
        alter table market add column outcome bigint;
        """,
    ];

    private const long FirstWithHashes = 3;
    private const long FirstWithSealedSnapshots = 6;

    public static long Newest => Migrations.Length;

    // All or nothing: a newer store, and one where a migration fails, stay as they were.
    public static async Task Migrate(NpgsqlConnection connection, string schema, JournalSeal seal)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await Execute(connection, "select pg_advisory_xact_lock(hashtextextended(@schema, 2))", ("schema", "oddswire " + schema));
        if (await Scalar(connection, "select 1 from pg_namespace where nspname = @schema", ("schema", schema)) is null)
            await Execute(connection, $"create schema {schema}");
        await Execute(connection, "create table if not exists schema_version (version bigint not null)");
        var version = await Scalar(connection, "select version from schema_version") as long? ?? 0;
        if (version > Newest)
            throw new StoreTooNewException($"the store has schema {version}, this program knows {Newest} at most. Start the newer Oddswire that wrote it, or choose another database.");
        if (version == Newest) return;
        for (var next = version; next < Newest; next++) await Execute(connection, Migrations[next]);
        if (version < FirstWithHashes) await SealStreams(connection, seal);
        if (version < FirstWithSealedSnapshots) await SealSnapshots(connection, seal);
        await Execute(connection, "delete from schema_version");
        await Execute(connection, "insert into schema_version (version) values (@version)", ("version", Newest));
        await transaction.CommitAsync();
    }

    private static async Task SealSnapshots(NpgsqlConnection connection, JournalSeal seal)
    {
        const int pageRows = 1_000;
        byte[] end = [byte.MaxValue];
        for (var page = await PostgresJournalRows.Snapshots(connection, "", end, pageRows); page.Count > 0;)
        {
            await Execute(connection, "update snapshot set hash = sealed.hash from unnest(@ids, @hashes) sealed (id, hash) where persistence_id = sealed.id",
                ("ids", page.Select(static row => EntryBytes.Utf8.GetBytes(row.Entry.PersistenceId)).ToArray()), ("hashes", page.Select(row => seal.OfSnapshot(row.Entry)).ToArray()));
            page = await PostgresJournalRows.Snapshots(connection, page[^1].Entry.PersistenceId, end, pageRows);
        }
    }

    private static async Task SealStreams(NpgsqlConnection connection, JournalSeal seal)
    {
        var (id, sequence, hash) = ("", 0L, Array.Empty<byte>());
        for (var page = await PostgresJournalRows.After(connection, id, sequence); page.Count > 0; page = await PostgresJournalRows.After(connection, id, sequence))
        {
            var hashes = new List<byte[]>();
            foreach (var (_, entry, _) in page)
            {
                hash = seal.Of(entry.PersistenceId == id ? hash : [], entry);
                (id, sequence) = (entry.PersistenceId, entry.Sequence);
                hashes.Add(hash);
            }
            await Execute(connection, "update journal set hash = sealed.hash from unnest(@positions, @hashes) sealed (position, hash) where journal.position = sealed.position",
                ("positions", page.Select(static row => row.Position).ToArray()), ("hashes", hashes.ToArray()));
        }
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, params (string Name, object Value)[] values) => await Scalar(connection, sql, values);

    private static async Task<object?> Scalar(NpgsqlConnection connection, string sql, params (string Name, object Value)[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = LongestMigration };
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value);
        return await command.ExecuteScalarAsync();
    }
}
