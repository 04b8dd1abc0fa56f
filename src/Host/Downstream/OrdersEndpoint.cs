using System.Buffers;
using Oddswire.Actors.Keys;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Keys;
using Oddswire.Protocols.Dome;

namespace Oddswire.Host.Downstream;

/// <summary>GET /v1/polymarket/orders: the order history, from the tape.</summary>
internal sealed class OrdersEndpoint(ITape tape, Keyring keys, RefusalRecord refusals, TimeProvider time)
{
    private readonly RateLimit _rate = new(time);

    internal async Task Serve(HttpContext http)
    {
        if (Caller(http) is not { } key)
        {
            refusals.Dial(http, "rest", null, "INVALID_API_KEY");
            await Respond.DomeError(http, 401, DomeError.InvalidApiKey, "give a key: Authorization: Bearer KEY, the bare key, or x-api-key");
            return;
        }
        if (!key.May("orders"))
        {
            refusals.Dial(http, "rest", key, "FORBIDDEN", "the key has no scope 'orders'");
            await Respond.DomeError(http, 403, DomeError.InvalidApiKey, $"the key '{key.Name}' may not read orders");
            return;
        }
        if (!_rate.TryTake(key, key.Limits.RequestsPerSecond, key.Limits.RequestsPerSecond))
        {
            refusals.Dial(http, "rest", key, "RATE_LIMIT");
            http.Response.Headers.RetryAfter = "1";
            await Respond.Error(http, 429, "RATE_LIMIT", $"{key.Tier} tier allows {key.Limits.RequestsPerSecond} requests a second");
            return;
        }
        var parameters = http.Request.Query.SelectMany(static p => p.Value.Select(value => new KeyValuePair<string, string>(p.Key, value ?? "")));
        if (!OrdersQueryParser.TryParse(parameters, out var query, out var error))
        {
            var body = new ArrayBufferWriter<byte>();
            OrdersPageCodec.EncodeError(error, body);
            await Respond.Json(http, 400, body.WrittenMemory);
            return;
        }
        await Answer(http, query);
    }

    private async Task Answer(HttpContext http, OrdersQuery query)
    {
        OrderPage page;
        try
        {
            page = await tape.Query(new OrderQuery(
                query.User, query.Slug, query.Condition, query.Token, query.From, query.To, query.Limit, (int)Math.Min(query.Offset, int.MaxValue),
                query.After is { } after ? new OrderCursor(after.Timestamp, after.Offset) : null));
        }
        catch (TapeUnavailableException e)
        {
            http.Response.Headers.RetryAfter = "1";
            await Respond.Error(http, 503, "INTERNAL_SERVER_ERROR", e.Message);
            return;
        }
        var rows = page.Entries.Select(static entry => entry.Data).ToArray();
        PaginationKey? next = page is { HasMore: true, Entries: [.., var last] } ? new(last.Fill.Timestamp, last.Position!.Value.Offset) : null;
        var body = new ArrayBufferWriter<byte>();
        OrdersPageCodec.Encode(rows, query, page.Total, next, body);
        await Respond.Json(http, 200, body.WrittenMemory);
    }

    private Key? Caller(HttpContext http)
    {
        var given = http.Request.Headers["x-api-key"].ToString();
        if (given.Length == 0)
            given = http.Request.Headers.Authorization.ToString();
        const string bearer = "Bearer ";
        return keys.Find(given.StartsWith(bearer, StringComparison.OrdinalIgnoreCase) ? given[bearer.Length..].Trim() : given.Trim());
    }
}
