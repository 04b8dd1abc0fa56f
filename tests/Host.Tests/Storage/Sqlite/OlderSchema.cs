namespace Oddswire.Host.Tests.Storage.Sqlite;

/// <summary>Makes a store of an older schema of one of today's, with all that is in it, for <see cref="StoreFolder.Raw"/>.</summary>
internal static class OlderSchema
{
    /// <summary>Where each trace was a row. There are none: the pages are gone.</summary>
    public const string Tenth =
        """
        drop table trace_page;
        create table fill_trace (offset integer primary key, tx integer not null, order_hash integer, marks text not null);
        create table trace_reel (number integer primary key, transactions blob not null, orders blob not null);
        pragma user_version = 10;
        """;

    /// <summary>Where each list of a reel had a row of its own, and a fill was stored as its clients get it.</summary>
    public const string Ninth = Tenth +
        """
        update tape set data = json_of(offset);
        alter table tape drop column name;
        drop table reel_name;
        drop table reel_page;
        create table reel_list (reel integer not null, key blob not null, places blob not null, primary key (reel, key)) without rowid;
        pragma user_version = 9;
        """;

    /// <summary>Where the tape had text columns and indexes over all of it.</summary>
    public const string Eighth = Ninth +
        """
        create table before (
            offset integer primary key, epoch integer not null, timestamp integer not null, user text not null, token text not null,
            condition text, slug text not null, late integer not null, removed integer not null default 0, data blob not null);
        insert into before select offset, epoch, timestamp, json_extract(cast(data as text), '$.user'), json_extract(cast(data as text), '$.token_id'),
            json_extract(cast(data as text), '$.condition_id'), coalesce(json_extract(cast(data as text), '$.market_slug'), ''), late, removed, data from tape;
        drop table tape;
        alter table before rename to tape;
        create index tape_by_time on tape (removed, timestamp);
        create index tape_by_user on tape (user, removed, timestamp);
        create index tape_by_token on tape (token, removed, timestamp);
        create index tape_by_condition on tape (condition, removed, timestamp);
        create index tape_by_slug on tape (slug, removed, timestamp);
        create index fill_trace_by_tx on fill_trace (tx, offset);
        create index fill_trace_by_order on fill_trace (order_hash, offset) where order_hash is not null;
        drop table reel;
        drop table reel_list;
        drop table trace_reel;
        alter table tape_state drop column commits;
        pragma user_version = 8;
        """;

    /// <summary>Before there were traces, and when the journal was not cut and had no hashes.</summary>
    public const string Third = Eighth +
        """
        drop table fill_trace;
        drop table position_sample;
        drop table journal_time;
        drop table journal_cut;
        drop table lease_owner;
        alter table journal drop column hash;
        alter table snapshot drop column hash;
        alter table market drop column event_slug;
        alter table market drop column outcome;
        pragma user_version = 3;
        """;

    /// <summary>Before the tape's size was on record.</summary>
    public const string Second = Third +
        """
        create table before (id integer primary key check (id = 1), epoch integer not null, newest integer not null, swept_block integer, swept_time integer);
        insert into before select id, epoch, newest, swept_block, swept_time from tape_state;
        drop table tape_state;
        alter table before rename to tape_state;
        drop table market;
        pragma user_version = 2;
        """;

    /// <summary>Before there was a tape.</summary>
    public const string First = Second + "drop table tape; drop table tape_state; pragma user_version = 1;";
}
