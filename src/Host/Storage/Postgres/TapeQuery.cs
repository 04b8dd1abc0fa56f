using System.Text;
using Oddswire.Actors.Ports;

namespace Oddswire.Host.Storage.Postgres;

// The order history as SQL, newest first. The conditions are chosen from fixed texts; what a client gave is always a parameter.
internal sealed class TapeQuery
{
    private readonly StringBuilder _sql = new();
    private readonly List<(string Name, object? Value)> _values = [];

    public string Sql => _sql.ToString();
    public (string Name, object? Value)[] Values => [.. _values];

    public static TapeQuery Total(OrderQuery query) => new TapeQuery("select count(*) as total from tape").Where(query);

    // One row more than asked for tells that there is more.
    public static TapeQuery Page(OrderQuery query, string columns) => new TapeQuery($"select {columns} from tape").Where(query).Cut(query);

    private TapeQuery(string select) => _sql.Append(select).Append(" where removed = 0");

    private TapeQuery Where(OrderQuery query)
    {
        And("\"user\" = @user", "@user", query.User?.ToString());
        And("slug = @slug", "@slug", query.Slug);
        And("condition = @condition", "@condition", query.Condition?.ToString());
        And("token = @token", "@token", query.Token?.ToString());
        And("timestamp >= @from", "@from", query.From);
        And("timestamp <= @to", "@to", query.To);
        return this;
    }

    private TapeQuery Cut(OrderQuery query)
    {
        if (query.After is { } after)
        {
            And("(timestamp, \"offset\") < (@at, @before)", "@at", after.Timestamp);
            _values.Add(("@before", after.Offset));
        }
        _sql.Append(" order by timestamp desc, \"offset\" desc limit @limit offset @skip");
        _values.AddRange([("@limit", query.Limit + 1L), ("@skip", query.After is null ? query.Offset : 0L)]);
        return this;
    }

    private void And(string condition, string name, object? value)
    {
        if (value is null) return;
        _sql.Append(" and ").Append(condition);
        _values.Add((name, value));
    }
}
