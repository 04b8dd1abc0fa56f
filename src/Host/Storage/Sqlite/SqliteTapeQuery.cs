using System.Text;
using Microsoft.Data.Sqlite;
using Oddswire.Actors.Ports;

namespace Oddswire.Host.Storage.Sqlite;

// The order history as SQL, newest first. The conditions are chosen from fixed texts; what a client gave is always a parameter.
internal sealed class SqliteTapeQuery
{
    private readonly StringBuilder _sql = new();
    private readonly List<(string Name, object? Value)> _values = [];

    public string Sql => _sql.ToString();
    public (string Name, object? Value)[] Values => [.. _values];

    public static SqliteTapeQuery Total(OrderQuery query) => new SqliteTapeQuery("select count(*) from tape").Where(query);

    // One row more than asked for tells that there is more.
    public static SqliteTapeQuery Page(OrderQuery query, string columns) => new SqliteTapeQuery($"select {columns} from tape").Where(query).Cut(query);

    private SqliteTapeQuery(string select) => _sql.Append(select).Append(" where removed = 0");

    public SqliteCommand On(SqliteSession session) => session.Prepared(Sql, Values);

    private SqliteTapeQuery Where(OrderQuery query)
    {
        And("user = $user", "$user", query.User?.ToString());
        And("slug = $slug", "$slug", query.Slug);
        And("condition = $condition", "$condition", query.Condition?.ToString());
        And("token = $token", "$token", query.Token?.ToString());
        And("timestamp >= $from", "$from", query.From);
        And("timestamp <= $to", "$to", query.To);
        return this;
    }

    private SqliteTapeQuery Cut(OrderQuery query)
    {
        if (query.After is { } after)
        {
            And("(timestamp, offset) < ($at, $before)", "$at", after.Timestamp);
            _values.Add(("$before", after.Offset));
        }
        _sql.Append(" order by timestamp desc, offset desc limit $limit offset $skip");
        _values.AddRange([("$limit", query.Limit + 1), ("$skip", query.After is null ? query.Offset : 0)]);
        return this;
    }

    private void And(string condition, string name, object? value)
    {
        if (value is null) return;
        _sql.Append(" and ").Append(condition);
        _values.Add((name, value));
    }
}
