using System.Text.Json;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Rtds;

// One activity row as text, from the payload on: the envelope's connection_id goes before it.
internal sealed class RtdsRow
{
    // Sometimes the venue does not say which outcome it was; seen in captures.
    private const int UnknownOutcome = 999;

    private readonly JsonScratch _scratch = new();

    public ReadOnlyMemory<byte> Write(Match match, Execution execution, string type, DateTimeOffset now)
    {
        // The opening brace is that of the envelope, which the head of the frame has already written.
        var text = _scratch.Write((match, execution, type, now), static (json, row) =>
        {
            json.WriteStartObject();
            json.WriteStartObject("payload"u8);
            WritePayload(json, row.match, row.execution, row.now);
            json.WriteEndObject();
            json.WriteNumber("timestamp"u8, row.now.ToUnixTimeMilliseconds());
            json.WriteString("topic"u8, "activity"u8);
            json.WriteString("type"u8, row.type);
            json.WriteEndObject();
        });
        return text.AsMemory(1);
    }

    private static void WritePayload(Utf8JsonWriter json, Match match, Execution execution, DateTimeOffset now)
    {
        var (order, plan) = (execution.Order, match.Market.Plan);
        json.WriteString("asset"u8, order.Token.Id);
        json.WriteString("bio"u8, ""u8);
        json.WriteString("conditionId"u8, match.Market.ConditionId);
        json.WriteString("eventSlug"u8, plan.EventSlug);
        // On about 40 % of rows: those of markets that charge one.
        if (plan.FeeRate > 0) json.WriteMicro("fee"u8, execution.Fee);
        json.WriteString("icon"u8, "https://example.org/icon.png"u8);
        json.WriteString("name"u8, order.Wallet.Name);
        json.WriteString("outcome"u8, order.Token.Label);
        json.WriteNumber("outcomeIndex"u8, order.Hash.A % 97 == 0 ? UnknownOutcome : order.Token.Index);
        json.WriteMicro("price"u8, JsonNumbers.Price(execution.Shares, execution.Collateral));
        json.WriteString("profileImage"u8, ""u8);
        json.WriteString("proxyWallet"u8, order.Wallet.Address.Checksummed);
        json.WriteString("pseudonym"u8, order.Wallet.Pseudonym);
        json.WriteString("side"u8, order.Side == Side.Buy ? "BUY"u8 : "SELL"u8);
        json.WriteMicro("size"u8, execution.Shares);
        json.WriteString("slug"u8, plan.Slug);
        json.WriteNumber("timestamp"u8, now.ToUnixTimeSeconds());
        json.WriteString("title"u8, plan.Title);
        json.WriteHex("transactionHash"u8, match.TransactionHash);
    }
}
