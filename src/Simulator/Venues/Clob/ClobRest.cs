using System.Text;
using System.Text.Json;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Clob;

// The books over HTTP: GET /book of one token, POST /books of up to 500. Protocol page, sections 1.6 to 1.8.
internal sealed class ClobRest(Func<string, OutcomeToken?> find)
{
    private const int MostIds = 500;

    public HttpAnswer Answer(HttpQuestion question) => (question.Method, question.Path) switch
    {
        ("GET", "/book") => One(question.One("token_id")),
        ("POST", "/books") => Several(question.Body),
        ("GET" or "POST", _) => Refuse(404, "not found"),
        _ => Refuse(405, "method not allowed"),
    };

    private HttpAnswer One(string? id) => id is null
        ? Refuse(400, "Invalid token id")
        : Living(id) is { } token ? Answer(Book(token)) : Refuse(404, "No orderbook exists for the requested token id");

    // What has no book is left out.
    private HttpAnswer Several(ReadOnlyMemory<byte> body)
    {
        if (Ids(body) is not { } ids) return Refuse(400, "Invalid payload");
        if (ids.Count > MostIds) return Refuse(400, "Payload exceeds the limit");
        return Answer($"[{string.Join(',', ids.Select(Living).OfType<OutcomeToken>().Select(Book))}]");
    }

    private OutcomeToken? Living(string id) => find(id) is { Market.State: MarketState.Open } token ? token : null;

    private static string Book(OutcomeToken token)
    {
        var (market, book) = (token.Market, token.Market.Book);
        return $"{{\"market\":\"{market.ConditionId}\",\"asset_id\":\"{token.Id}\",\"timestamp\":\"{ClobText.Time(book.ChangedAt)}\",\"hash\":\"{ClobHash.Of(token)}\","
            + $"\"bids\":{ClobText.Levels(book.Bids(token.Index))},\"asks\":{ClobText.Levels(book.Asks(token.Index))},\"min_order_size\":\"{ClobHash.MinOrderSize}\","
            + $"\"tick_size\":\"{ClobText.Price(market.Tick)}\",\"neg_risk\":{(market.Plan.NegRisk ? "true" : "false")},\"last_trade_price\":\"{ClobText.LastTrade(token.LastTrade)}\""
            + (market.Plan.ProtocolV2 ? ",\"version\":\"v2\"}" : "}");
    }

    // [{"token_id":".."}, ..]
    private static List<string>? Ids(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Array) return null;
            var ids = json.RootElement.EnumerateArray()
                .Select(static item => item.ValueKind == JsonValueKind.Object && item.TryGetProperty("token_id", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null)
                .ToList();
            return ids.Contains(null) ? null : [.. ids.OfType<string>()];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static HttpAnswer Answer(string body) => new(200, Encoding.ASCII.GetBytes(body));

    private static HttpAnswer Refuse(int status, string message) => new(status, JsonSerializer.SerializeToUtf8Bytes(new { error = message }));
}
