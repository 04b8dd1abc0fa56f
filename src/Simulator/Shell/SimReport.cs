using System.Text.Encodings.Web;
using System.Text.Json;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.Venues;
using Oddswire.Simulator.World;
using Oddswire.Simulator.World.Us;

namespace Oddswire.Simulator.Shell;

// The JSON of the control surface, in its fixed names.
internal static class SimReport
{
    // Settled markets that are still listed.
    private const int SettledShown = 12;

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] State(StandIn standIn, string authority) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("seed", standIn.World.Settings.Seed);
        json.WriteNumber("now", standIn.Now.ToUnixTimeMilliseconds());
        json.WriteNumber("rate", standIn.World.Settings.Rate);
        json.WriteBoolean("paused", standIn.World.Paused);
        json.WriteStartArray("markets");
        foreach (var market in Shown(standIn.World.Markets)) WriteMarket(json, market, standIn.Now);
        json.WriteEndArray();
        json.WriteStartArray("wallets");
        foreach (var wallet in standIn.World.Wallets) json.WriteStringValue(wallet.Address.Text);
        json.WriteEndArray();
        json.WriteStartObject("us");
        json.WriteStartArray("markets");
        foreach (var market in standIn.Us.Markets) WriteUsMarket(json, market);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("venues");
        foreach (var venue in standIn.Venues) WriteVenue(json, venue, authority);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    // Numbers after the given one; next is what to ask for then.
    public static byte[] Fills(History<Fill> fills, long after, int limit) => Write(json =>
    {
        var next = after;
        json.WriteStartObject();
        json.WriteStartArray("fills");
        for (var number = Math.Max(after + 1, fills.First); number < fills.Next && limit-- > 0; number++)
        {
            WriteFill(json, fills[number]!);
            next = number;
        }
        json.WriteEndArray();
        json.WriteNumber("next", next);
        json.WriteEndObject();
    });

    public static byte[] Faults(FaultDesk desk) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("faults");
        foreach (var active in desk.Active) WriteFault(json, active);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static IEnumerable<Market> Shown(MarketList markets)
    {
        var all = markets.All.ToList();
        var settled = all.Count(market => market.State == MarketState.Settled);
        return all.Where(market => market.State != MarketState.Settled || settled-- <= SettledShown);
    }

    private static void WriteMarket(Utf8JsonWriter json, Market market, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteString("condition_id", market.ConditionId);
        json.WriteString("slug", market.Plan.Slug);
        json.WriteString("event_slug", market.Plan.EventSlug);
        json.WriteString("title", market.Plan.Title);
        json.WriteString("state", market.State switch
        {
            MarketState.Open => "open",
            MarketState.Settling => "settling",
            MarketState.Settled => "settled",
        });
        json.WriteNumber("rate", Math.Round(market.RateAt(now), 1));
        json.WriteStartArray("tokens");
        foreach (var token in market.Tokens)
        {
            json.WriteStartObject();
            json.WriteString("token_id", token.Id);
            json.WriteString("label", token.Label);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteUsMarket(Utf8JsonWriter json, UsMarket market)
    {
        json.WriteStartObject();
        json.WriteString("slug", market.Slug);
        json.WriteString("title", market.Plan.Title);
        json.WriteString("state", market.State);
        json.WriteEndObject();
    }

    private static void WriteVenue(Utf8JsonWriter json, Venue venue, string authority)
    {
        json.WriteStartObject(venue.Name);
        json.WriteString("url", $"{(venue is SocketVenue ? "ws" : "http")}://{authority}{venue.Path}");
        json.WriteNumber("connections", venue.Connections.Count);
        json.WriteNumber("accepted", venue.Accepted);
        json.WriteNumber("refused", venue.Refused);
        json.WriteStartArray("subscriptions");
        venue.WriteSubscriptions(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteFill(Utf8JsonWriter json, Fill fill)
    {
        var (execution, settlement) = (fill.Execution, fill.Settlement);
        json.WriteStartObject();
        json.WriteNumber("n", fill.Number);
        json.WriteNumber("time", settlement.Block.At.ToUnixTimeMilliseconds());
        json.WriteHex("tx_hash"u8, settlement.Match.TransactionHash);
        json.WriteNumber("block_number", settlement.Block.Number);
        json.WriteNumber("log_index", fill.LogIndex);
        json.WriteHex("order_hash"u8, execution.Order.Hash);
        json.WriteString("user", execution.Order.Wallet.Address.Text);
        json.WriteString("taker", execution.Counterparty.Text);
        json.WriteString("token_id", execution.Order.Token.Id);
        json.WriteString("condition_id", settlement.Match.Market.ConditionId);
        json.WriteString("market_slug", settlement.Match.Market.Plan.Slug);
        json.WriteString("side", execution.Order.Side == Side.Buy ? "BUY" : "SELL");
        json.WriteNumber("shares", execution.Shares);
        json.WriteMicro("price"u8, JsonNumbers.Price(execution.Shares, execution.Collateral));
        json.WriteBoolean("removed", settlement.Removed);
        json.WriteEndObject();
    }

    private static void WriteFault(Utf8JsonWriter json, ActiveFault active)
    {
        var fault = active.Fault;
        json.WriteStartObject();
        json.WriteString("id", active.Id);
        json.WriteString("venue", fault.Venue);
        json.WriteString("kind", FaultNames.Of(fault.Kind));
        json.WriteString("topic", fault.Topic);
        json.WriteString("connection", fault.Connection);
        json.WriteNumber("share", fault.Share);
        json.WriteString("for", fault.For is { } time ? Durations.Format(time) : null);
        json.WriteNumber("code", fault.Code);
        json.WriteString("reason", fault.Reason);
        json.WriteNumber("status", fault.Status);
        if (fault.RetryAfter is { } seconds) json.WriteNumber("retry_after", seconds);
        else json.WriteNull("retry_after");
        json.WriteString("by", Durations.Format(fault.By));
        json.WriteNumber("blocks", fault.Blocks);
        json.WriteNumber("gone", fault.Gone);
        json.WriteNumber("since", active.Since.ToUnixTimeMilliseconds());
        json.WriteNumber("hits", active.Hits);
        json.WriteEndObject();
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain)) write(json);
        return buffer.ToArray();
    }
}
