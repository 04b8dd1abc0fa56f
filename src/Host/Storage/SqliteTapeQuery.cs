using System.Collections.Immutable;
using System.Text;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Tape;

namespace Oddswire.Host.Storage;

// The order history, newest first. The conditions are chosen from fixed texts; what a client gave is always a parameter.
internal sealed class SqliteTapeQuery(SqliteStore store)
{
    public Task<OrderPage> Run(OrderQuery query) => store.Readers.Run(session =>
    {
        var (where, values) = Conditions(query);
        var total = session.Prepared($"select count(*) from tape {where}", [.. values]).ReadInt64();
        if (query.After is { } after)
        {
            where += " and (timestamp, offset) < ($at, $before)";
            values.Add(("$at", after.Timestamp));
            values.Add(("$before", after.Offset));
        }
        var page = ImmutableArray.CreateBuilder<TapeEntry>();
        using var row = session.Prepared(
            $"select offset, epoch, late, removed, data from tape {where} order by timestamp desc, offset desc limit $limit offset $skip",
            [.. values, ("$limit", query.Limit + 1), ("$skip", query.After is null ? query.Offset : 0)]).ExecuteReader();
        while (row.Read()) page.Add(SqliteTape.EntryOf(row));
        var more = page.Count > query.Limit;
        if (more) page.RemoveAt(page.Count - 1);
        return new OrderPage(page.DrainToImmutable(), total, more);
    });

    private static (string Where, List<(string, object?)> Values) Conditions(OrderQuery query)
    {
        var where = new StringBuilder("where removed = 0");
        var values = new List<(string, object?)>();
        And("user = $user", "$user", query.User?.ToString());
        And("slug = $slug", "$slug", query.Slug);
        And("condition = $condition", "$condition", query.Condition?.ToString());
        And("token = $token", "$token", query.Token?.ToString());
        And("timestamp >= $from", "$from", query.From);
        And("timestamp <= $to", "$to", query.To);
        return (where.ToString(), values);

        void And(string condition, string name, object? value)
        {
            if (value is null) return;
            where.Append(" and ").Append(condition);
            values.Add((name, value));
        }
    }
}
