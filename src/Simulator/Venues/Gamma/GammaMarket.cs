using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Gamma;

// A market as Gamma writes it, with its odd encodings: lists inside strings, numbers inside strings beside numbers.
internal static class GammaMarket
{
    private const int FirstId = 500_000;

    public static void Write(Utf8JsonWriter json, Market market, long seed)
    {
        var plan = market.Plan;
        var settled = market.State == MarketState.Settled;
        json.WriteStartObject();
        json.WriteString("id"u8, Id(market));
        json.WriteString("question"u8, plan.Title);
        json.WriteString("conditionId"u8, market.GammaConditionId);
        json.WriteString("slug"u8, plan.Slug);
        json.WriteString("startDate"u8, Time(market.CreatedAt));
        if (plan.EndsAt is { } endsAt) json.WriteString("endDate"u8, Time(endsAt));
        json.WriteString("description"u8, plan.EventTitle);
        json.WriteString("outcomes"u8, List(market.Tokens.Select(token => token.Label)));
        json.WriteString("outcomePrices"u8, List(market.Tokens.Select(token => Price(token, settled))));
        WriteTokenIds(json, market, seed);
        json.WriteString("version"u8, plan.ProtocolV2 ? "v2"u8 : "v1"u8);
        json.WriteBoolean("active"u8, true);
        json.WriteBoolean("closed"u8, settled);
        json.WriteBoolean("acceptingOrders"u8, market.State == MarketState.Open);
        json.WriteBoolean("enableOrderBook"u8, true);
        json.WriteBoolean("negRisk"u8, plan.NegRisk);
        json.WriteNumber("orderPriceMinTickSize"u8, plan.Tick / (decimal)Market.One);
        json.WriteNumber("orderMinSize"u8, 5);
        if (market.State == MarketState.Open) json.WriteNull("umaResolutionStatus"u8);
        else json.WriteString("umaResolutionStatus"u8, settled ? "resolved"u8 : "proposed"u8);
        json.WriteStartArray("events"u8);
        json.WriteStartObject();
        json.WriteString("id"u8, EventId(plan));
        json.WriteString("ticker"u8, plan.EventSlug);
        json.WriteString("slug"u8, plan.EventSlug);
        json.WriteString("title"u8, plan.EventTitle);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Id(Market market) => (FirstId + market.Number).ToString(CultureInfo.InvariantCulture);

    // The same for all markets of an event.
    private static string EventId(MarketPlan plan) =>
        (10_000 + (BinaryPrimitives.ReadUInt16LittleEndian(Seeds.Derive(0, plan.EventSlug)) % 90_000)).ToString(CultureInfo.InvariantCulture);

    // Which of the two lists is traded is only told by version. A third of the v1 markets carry position ids, too.
    private static void WriteTokenIds(Utf8JsonWriter json, Market market, long seed)
    {
        var traded = market.Tokens.Select(token => token.Id).ToArray();
        var unused = market.Tokens.Select(token => market.UnusedTokenId(seed, token.Index)).ToArray();
        var v2 = market.Plan.ProtocolV2;
        json.WriteString("clobTokenIds"u8, List(v2 ? unused : traded));
        if (!v2 && market.Number % 3 != 0) return;
        json.WriteStartArray("positionIds"u8);
        foreach (var id in v2 ? traded : unused) json.WriteStringValue(id);
        json.WriteEndArray();
    }

    private static string List(IEnumerable<string> items) => "[" + string.Join(", ", items.Select(item => $"\"{item}\"")) + "]";

    // A settled market pays one outcome in full: the one that it last believed in.
    private static string Price(OutcomeToken token, bool settled) => settled
        ? token.Mid > token.Other.Mid || (token.Mid == token.Other.Mid && token.Index == 0) ? "1" : "0"
        : (token.Mid / (decimal)Market.One).ToString("0.####", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
