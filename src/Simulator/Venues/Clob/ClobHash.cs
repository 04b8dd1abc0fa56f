using System.Security.Cryptography;
using System.Text;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Clob;

// The checksum that the venue puts on a book: SHA-1 over its text with the keys in this order (protocol page, section 1.8).
internal static class ClobHash
{
    public const string MinOrderSize = "5";

    public static string Of(OutcomeToken token)
    {
        var (market, book) = (token.Market, token.Market.Book);
        return Of(
            market.ConditionId, token.Id, ClobText.Time(book.ChangedAt), ClobText.Levels(book.Bids(token.Index)), ClobText.Levels(book.Asks(token.Index)),
            MinOrderSize, ClobText.Price(market.Tick), market.Plan.NegRisk, ClobText.LastTrade(token.LastTrade), market.Plan.ProtocolV2);
    }

    public static string Of(
        string market, string asset, string time, string bids, string asks, string minimum, string tick, bool negRisk, string lastTrade, bool protocolV2)
    {
        var text = $"{{\"market\":\"{market}\",\"asset_id\":\"{asset}\",\"timestamp\":\"{time}\",\"hash\":\"\",\"bids\":{bids},\"asks\":{asks},"
            + $"\"min_order_size\":\"{minimum}\",\"tick_size\":\"{tick}\",\"neg_risk\":{(negRisk ? "true" : "false")},\"last_trade_price\":\"{lastTrade}\""
            + (protocolV2 ? ",\"version\":\"v2\"}" : "}");
#pragma warning disable CA5350 // the venue's choice
        return Convert.ToHexStringLower(SHA1.HashData(Encoding.ASCII.GetBytes(text)));
#pragma warning restore CA5350
    }
}
