using System.Collections.Immutable;
using System.Text;
using Npgsql;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Host.Storage.Postgres;

// Market texts in PostgreSQL. They are bytes there, for what a venue writes may hold what its text type refuses.
internal sealed class PostgresMarketTexts(PostgresStore store, TimeProvider time) : IMarketTexts
{
    private int _keeps;

    public async ValueTask<ImmutableArray<KeyValuePair<TokenId, MarketText>>> Find(ImmutableArray<TokenId> tokens) => await store.Run(async connection =>
    {
        await using var command = new NpgsqlCommand("select token, condition, slug, title, label, event_slug, outcome from market where token = any(@tokens) and learned_at > @since", connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string[]>("tokens", [.. tokens.Select(token => token.ToString())]),
                new("since", (time.GetUtcNow() - IMarketTexts.Fresh).ToUnixTimeMilliseconds()),
            },
        };
        var found = ImmutableArray.CreateBuilder<KeyValuePair<TokenId, MarketText>>();
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            if (!TokenId.TryParse(row.GetString(0), out var token)) continue;
            var condition = row.IsDBNull(1) || !ConditionId.TryParse(row.GetString(1), out var id) ? (ConditionId?)null : id;
            found.Add(new(token, new(condition, Text(2), Text(3), Text(4)) { EventSlug = Text(5), Outcome = row.IsDBNull(6) ? null : (int)row.GetInt64(6) }));
        }
        return found.DrainToImmutable();

        string Text(int column) => Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(column));
    });

    public async ValueTask Keep(ImmutableArray<KeyValuePair<TokenId, MarketText>> texts) => await store.Run(async connection =>
    {
        ImmutableArray<KeyValuePair<TokenId, MarketText>> distinct = [.. texts.DistinctBy(text => text.Key)];
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("""
                    insert into market (token, condition, slug, title, label, event_slug, outcome, learned_at)
                    select *, @now from unnest(@tokens, @conditions, @slugs, @titles, @labels, @events, @outcomes)
                    on conflict (token) do update set condition = excluded.condition, slug = excluded.slug, title = excluded.title, label = excluded.label,
                           event_slug = excluded.event_slug, outcome = excluded.outcome, learned_at = excluded.learned_at
                    """)
                {
                    Parameters =
                    {
                        new("now", time.GetUtcNow().ToUnixTimeMilliseconds()),
                        Column("tokens", text => text.Key.ToString()), Column("conditions", text => text.Value.Condition?.ToString()),
                        Column("slugs", text => Encoding.UTF8.GetBytes(text.Value.Slug)), Column("titles", text => Encoding.UTF8.GetBytes(text.Value.Title)),
                        Column("labels", text => Encoding.UTF8.GetBytes(text.Value.Label)),
                        Column("events", text => Encoding.UTF8.GetBytes(text.Value.EventSlug)), Column("outcomes", text => (long?)text.Value.Outcome),
                    },
                },
            },
        };
        if (_keeps++ % IMarketTexts.KeepsBetweenTrims == 0)
        {
            batch.BatchCommands.Add(new("delete from market where learned_at <= (select learned_at from market order by learned_at desc limit 1 offset @most)")
            {
                Parameters = { new("most", IMarketTexts.Most) },
            });
        }
        return await batch.ExecuteNonQueryAsync();

        NpgsqlParameter<T[]> Column<T>(string name, Func<KeyValuePair<TokenId, MarketText>, T> value) => new(name, [.. distinct.Select(value)]);
    });
}
