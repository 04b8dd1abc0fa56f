using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;

namespace Oddswire.Host.Storage.Postgres;

// The tape in PostgreSQL. A read is one statement, which sees one moment; a commit is one batch (PostgresTapeCommit).
internal sealed class PostgresTape(PostgresStore store, TapeRetention retention) : ITape
{
    // The window is cut before it is looked into: whatever the filter, the planner has one way to read it, the primary key.
    private const string ReadSql =
        $"""
        select state.oldest, least(state.newest, greatest(@after, state.oldest - 1) + @window), entry.*
          from tape_state state left join lateral (
            select {StoredEntry.Columns}
              from (select * from tape where "offset" > greatest(@after, state.oldest - 1) order by "offset" limit @window) seen
             where removed = 0
               and (@users is null or "user" = any(@users))
               and (@conditions is null and @slugs is null or condition = any(@conditions) or slug = any(@slugs))
             order by "offset" limit @most) entry on true
         order by entry."offset"
        """;

    private readonly PostgresTapeCommit _commit = new(retention);

    // Never null for a text: only a tape that does not know the slug has none.
    public static byte[]? SlugKey(string slug) => slug.Length == 0 ? null : SHA256.HashData(Encoding.UTF8.GetBytes(slug));

    public async ValueTask<TapeHead> Open() => await Answered(store.Run(HeadOf));

    internal static async Task<TapeHead> HeadOf(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("select epoch, oldest, newest, swept_block, swept_time from tape_state", connection);
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return new TapeHead(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.Nullable(3), row.Nullable(4));
    }

    public async ValueTask<long> Commit(TapeCommit commit) => await Answered(store.Run(connection => _commit.Run(connection, commit)));

    public async ValueTask<TapePage> Read(long after, OrderFilter filter, int most) => await Answered(store.Run(async connection =>
    {
        await using var command = new NpgsqlCommand(ReadSql, connection)
        {
            Parameters =
            {
                new("after", after), new("window", Math.Min(ITape.MostLookedAt, long.MaxValue - Math.Max(0, after))), new("most", most),
                Texts("users", filter.Users.IsAsked && !filter.Users.IsEverything ? filter.Users.Values.Select(user => user.ToString()) : null),
                Texts("conditions", IsMarketAsked(filter) ? filter.Conditions.Values.Select(condition => condition.ToString()) : null),
                Keys("slugs", IsMarketAsked(filter) ? filter.Slugs.Values.Select(SlugKey).OfType<byte[]>() : null),
            },
        };
        var found = ImmutableArray.CreateBuilder<TapeEntry>();
        var (oldest, through) = (0L, 0L);
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            (oldest, through) = (row.GetInt64(0), row.GetInt64(1));
            if (!row.IsDBNull(2)) found.Add(StoredEntry.Of(row, first: 2));
        }
        if (found.Count == most) through = found[^1].Position!.Value.Offset;
        return new TapePage(found.DrainToImmutable(), Math.Max(after, through), oldest);
    }));

    public async ValueTask<ImmutableArray<TapeEntry>> Newest(int most) => await Answered(store.Run(async connection =>
    {
        await using var command = new NpgsqlCommand($"select {StoredEntry.Columns} from tape order by \"offset\" desc limit @most", connection) { Parameters = { new("most", most) } };
        var newest = ImmutableArray.CreateBuilder<TapeEntry>();
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync()) newest.Add(StoredEntry.Of(row));
        newest.Reverse();
        return newest.DrainToImmutable();
    }));

    public async ValueTask<OrderPage> Query(OrderQuery query) => await Answered(store.Run(async connection =>
    {
        var rows = TapeQuery.Page(query, $"{StoredEntry.Columns}, timestamp");
        await using var command = new NpgsqlCommand(
            $"""
            with counted as ({TapeQuery.Total(query).Sql}), page as ({rows.Sql})
            select total, page.* from counted left join page on true order by timestamp desc, "offset" desc
            """, connection);
        foreach (var (name, value) in rows.Values) command.Parameters.AddWithValue(name, name == "@slug" ? SlugKey((string)value!) ?? [] : value!);
        long total = 0;
        var page = ImmutableArray.CreateBuilder<TapeEntry>();
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            total = row.GetInt64(0);
            if (!row.IsDBNull(1)) page.Add(StoredEntry.Of(row, first: 1));
        }
        var more = page.Count > query.Limit;
        if (more) page.RemoveAt(page.Count - 1);
        return new OrderPage(page.DrainToImmutable(), total, more);
    }));

    private static bool IsMarketAsked(OrderFilter filter) =>
        (filter.Conditions.IsAsked || filter.Slugs.IsAsked) && !filter.Conditions.IsEverything && !filter.Slugs.IsEverything;

    private static NpgsqlParameter<string[]?> Texts(string name, IEnumerable<string>? values) => new(name, values?.ToArray());

    private static NpgsqlParameter<byte[][]?> Keys(string name, IEnumerable<byte[]>? values) => new(name, values?.ToArray());

    private static async Task<T> Answered<T>(Task<T> question)
    {
        try { return await question; }
        catch (StoreUnavailableException e) { throw new TapeUnavailableException(e.Message, e); }
    }
}
