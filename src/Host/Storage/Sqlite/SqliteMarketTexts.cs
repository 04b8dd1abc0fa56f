using System.Collections.Immutable;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Host.Storage.Sqlite;

// Market texts in the embedded store.
internal sealed class SqliteMarketTexts(SqliteStore store, TimeProvider time) : IMarketTexts
{
    private int _keeps;

    public async ValueTask<ImmutableArray<KeyValuePair<TokenId, MarketText>>> Find(ImmutableArray<TokenId> tokens) => await store.Readers.Run(session =>
    {
        var since = (time.GetUtcNow() - IMarketTexts.Fresh).ToUnixTimeMilliseconds();
        var found = ImmutableArray.CreateBuilder<KeyValuePair<TokenId, MarketText>>();
        foreach (var token in tokens)
        {
            using var row = session.Prepared(
                "select condition, slug, title, label, event_slug, outcome from market where token = $token and learned_at > $since", ("$token", token.ToString()), ("$since", since)).ExecuteReader();
            if (!row.Read()) continue;
            var condition = row.IsDBNull(0) || !ConditionId.TryParse(row.GetString(0), out var id) ? (ConditionId?)null : id;
            found.Add(new(token, new(condition, row.GetString(1), row.GetString(2), row.GetString(3)) { EventSlug = row.GetString(4), Outcome = row.IsDBNull(5) ? null : row.GetInt32(5) }));
        }
        return found.DrainToImmutable();
    });

    public async ValueTask Keep(ImmutableArray<KeyValuePair<TokenId, MarketText>> texts) => await store.Writer.Run(transaction =>
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var (token, text) in texts)
        {
            transaction.Session.Prepared(
                "insert or replace into market (token, condition, slug, title, label, event_slug, outcome, learned_at) values ($token, $condition, $slug, $title, $label, $event, $outcome, $now)",
                ("$token", token.ToString()), ("$condition", text.Condition?.ToString()), ("$slug", text.Slug), ("$title", text.Title), ("$label", text.Label),
                ("$event", text.EventSlug), ("$outcome", text.Outcome), ("$now", now)).ExecuteNonQuery();
        }
        if (_keeps++ % IMarketTexts.KeepsBetweenTrims > 0) return 0;
        return transaction.Session.Prepared(
            "delete from market where learned_at <= (select learned_at from market order by learned_at desc limit 1 offset $most)",
            ("$most", IMarketTexts.Most)).ExecuteNonQuery();
    });
}
