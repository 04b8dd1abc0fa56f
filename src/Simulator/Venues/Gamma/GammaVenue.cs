using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Gamma;

// The catalog of markets over HTTP: /markets/keyset with a cursor, and the deprecated /markets with an offset. It does
// not know a market until a few seconds after it began to trade.
internal sealed class GammaVenue(long seed, Agenda agenda, VenueFaults faults, Func<MarketList> markets) : Venue("gamma", faults), IAnswersHttp
{
    private const int DefaultLimit = 20;
    private const int HighestLimit = 100;
    private const int MostIds = 500;

    private readonly JsonScratch _scratch = new();

    public override IReadOnlyList<string> Topics => [];

    public HttpAnswer Answer(HttpQuestion question)
    {
        Accepted++;
        // What a program sends that did not set its own; the venue's front refuses it.
        if (question.UserAgent.StartsWith("Python-urllib", StringComparison.Ordinal)) return Refuse(403, "forbidden");
        if (question.Method != "GET") return Refuse(405, "method not allowed");
        return question.Path switch
        {
            "/markets/keyset" => Keyset(question),
            "/markets" => Offset(question),
            _ => Refuse(404, "not found"),
        };
    }

    public override void WriteSubscriptions(Utf8JsonWriter json)
    {
        // A catalog has none.
    }

    private HttpAnswer Keyset(HttpQuestion question)
    {
        if (question.One("offset") is not null) return Refuse(400, "offset is not supported here, use after_cursor");
        var after = -1;
        if (question.One("after_cursor") is { } cursor && !TryReadCursor(cursor, out after)) return Refuse(400, "invalid after_cursor");
        if (Select(question, out var problem) is not { } found) return problem!;
        if (Limit(question) is not { } limit) return Refuse(400, "invalid limit");
        var page = found.Where(market => market.Number > after).Take(limit + 1).ToList();
        var more = page.Count > limit;
        if (more) page.RemoveAt(limit);
        return new HttpAnswer(200, _scratch.Write((page, more, seed), static (json, content) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("markets"u8);
            foreach (var market in content.page) GammaMarket.Write(json, market, content.seed);
            json.WriteEndArray();
            // Left out on the last page.
            if (content.more) json.WriteString("next_cursor"u8, Cursor(content.page[^1]));
            json.WriteEndObject();
        }));
    }

    private HttpAnswer Offset(HttpQuestion question)
    {
        if (Select(question, out var problem) is not { } found) return problem!;
        if (Limit(question) is not { } limit || !int.TryParse(question.One("offset") ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
            return Refuse(400, "invalid limit or offset");
        var page = found.Skip(offset).Take(limit).ToList();
        var body = _scratch.Write((page, seed), static (json, content) =>
        {
            json.WriteStartArray();
            foreach (var market in content.page) GammaMarket.Write(json, market, content.seed);
            json.WriteEndArray();
        });
        return new HttpAnswer(200, body) { Headers = [new("Deprecation", "true"), new("Sunset", "Fri, 01 May 2026 00:00:00 GMT")] };
    }

    private IEnumerable<Market>? Select(HttpQuestion question, out HttpAnswer? problem)
    {
        problem = null;
        var (tokens, conditions, slugs) = (Ids(question, "clob_token_ids"), Ids(question, "condition_ids"), Ids(question, "slug"));
        if (tokens.Count > MostIds || conditions.Count > MostIds || slugs.Count > MostIds)
        {
            problem = Refuse(400, $"at most {MostIds} ids");
            return null;
        }
        var closed = question.One("closed");
        var now = agenda.Now;
        return markets().All.Where(market =>
            market.ListedAt <= now
            && (closed is null || closed == (market.State == MarketState.Settled ? "true" : "false"))
            && (tokens.Count == 0 || market.Tokens.Any(token => tokens.Contains(token.Id)))
            && (conditions.Count == 0 || conditions.Contains(market.ConditionId) || conditions.Contains(market.GammaConditionId))
            && (slugs.Count == 0 || slugs.Contains(market.Plan.Slug)));
    }

    private static HashSet<string> Ids(HttpQuestion question, string name) => [.. question.All(name)];

    private static int? Limit(HttpQuestion question) => question.One("limit") is not { } text
        ? DefaultLimit
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0 ? Math.Min(limit, HighestLimit) : null;

    private static string Cursor(Market market) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes($"id:{market.Number}"));

    private static bool TryReadCursor(string cursor, out int number)
    {
        number = 0;
        if (cursor.Length > 64 || !Base64Url.IsValid(cursor)) return false;
        var text = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor));
        return text.StartsWith("id:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private HttpAnswer Refuse(int status, string message)
    {
        Refused++;
        return new HttpAnswer(status, JsonSerializer.SerializeToUtf8Bytes(new { type = "validation error", error = message }));
    }
}
