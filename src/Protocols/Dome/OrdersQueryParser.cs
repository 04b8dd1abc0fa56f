using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Oddswire.Messages.Values;

namespace Oddswire.Protocols.Dome;

/// <summary>
/// The query parameters of GET /polymarket/orders, in Dome's rules and words (dome.md 7.1). Parameters that are not known
/// are ignored; one that is there twice, or empty, is refused: it would quietly answer another question.
/// </summary>
public static class OrdersQueryParser
{
    private const int LongestSlug = 256;

    public static bool TryParse(IEnumerable<KeyValuePair<string, string>> parameters, [NotNullWhen(true)] out OrdersQuery? query, [NotNullWhen(false)] out RestError? error)
    {
        query = new();
        error = null;
        var seen = new HashSet<string>();
        foreach (var (name, value) in parameters)
        {
            if (!IsKnown(name)) continue;
            error ??= seen.Add(name) ? Apply(name, value, ref query) : new($"Invalid {name} parameter", $"{name} must be given only once");
        }
        error ??= Together(query);
        if (error is not null) query = null;
        return error is null;
    }

    private static bool IsKnown(string name) =>
        name is "market_slug" or "condition_id" or "token_id" or "user" or "start_time" or "end_time" or "limit" or "offset" or "pagination_key";

    private static RestError? Apply(string name, string value, ref OrdersQuery query)
    {
        OrdersQuery? applied = name switch
        {
            "market_slug" => value.Length is > 0 and <= LongestSlug ? query with { Slug = value } : null,
            "condition_id" => ConditionId.TryParse(value, out var condition) ? query with { Condition = condition } : null,
            "token_id" => TokenId.TryParse(value, out var token) ? query with { Token = token } : null,
            "user" => WalletId.TryParse(value, out var user) ? query with { User = user } : null,
            "start_time" => TryNumber(value, out var from) ? query with { From = from } : null,
            "end_time" => TryNumber(value, out var to) ? query with { To = to } : null,
            "limit" => TryNumber(value, out var limit) && limit is >= 1 and <= OrdersQuery.MostRows ? query with { Limit = (int)limit } : null,
            "offset" => TryNumber(value, out var offset) ? query with { Offset = offset } : null,
            _ => PaginationKey.TryParse(value, out var after) ? query with { After = after } : null,
        };
        if (applied is null) return new($"Invalid {name} parameter", Expected(name));
        query = applied;
        return null;
    }

    private static string Expected(string name) => name switch
    {
        "market_slug" => $"market_slug must be a market slug of 1 to {LongestSlug} characters",
        "condition_id" => "condition_id must be 0x and 64 hex digits",
        "token_id" => "token_id must be a decimal token id",
        "user" => "user must be a wallet address, 0x and 40 hex digits",
        "start_time" or "end_time" => $"{name} must be a valid Unix timestamp",
        "limit" => "limit must be a number between 1 and 1000",
        "offset" => "offset must be a non-negative number",
        _ => "pagination_key must be the one of an earlier answer",
    };

    private static RestError? Together(OrdersQuery query)
    {
        if (query.From >= query.To) return new("Invalid time range", "start_time must be less than end_time");
        var markets = (query.Slug is null ? 0 : 1) + (query.Token is null ? 0 : 1) + (query.Condition is null ? 0 : 1);
        return markets > 1 ? new("Invalid filter combination", "Only one of market_slug, token_id, or condition_id can be provided") : null;
    }

    // Seconds up to the year 9999: what is larger is milliseconds, or a mistake.
    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= 253_402_300_799;
}
