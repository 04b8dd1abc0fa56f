using System.Text;
using Oddswire.Simulator.World;
using Oddswire.Simulator.World.Us;

namespace Oddswire.Simulator.Venues.PolymarketUs;

// The payloads of the private socket as text, by the tables of the protocol page, section 8: unset messages are null there, unset strings empty.
internal static class UsAccountFrames
{
    public static byte[] Orders(IEnumerable<UsOrder> orders, bool eof) =>
        Encoding.UTF8.GetBytes($"{{\"orders\":[{string.Join(',', orders.Select(Order))}],\"eof\":{(eof ? "true" : "false")}}}");

    public static byte[] Execution(UsExecution execution)
    {
        var (order, print) = (execution.Order, execution.Print);
        return Encoding.UTF8.GetBytes(
            $"{{\"execution\":{{\"id\":\"{execution.Id}\",\"order\":{Order(order)},\"lastShares\":\"{(print is null ? "" : UsText.Contracts(print.Quantity))}\","
            + $"\"lastPx\":{(print is null ? "null" : UsText.Price(order.Market, print.Price))},\"type\":\"EXECUTION_TYPE_{Spelled(execution.Type)}\","
            + $"\"tradeId\":\"{print?.Id}\",\"aggressor\":false,\"transactTime\":\"{UsText.Time(execution.At)}\"}}}}");
    }

    public static byte[] Position(UsPositionEntry entry) => Encoding.UTF8.GetBytes(
        $"{{\"beforePosition\":{(entry.Before is { } before ? Position(before) : "null")},\"afterPosition\":{Position(entry.After)},\"updateTime\":\"{UsText.Time(entry.Print.At)}\","
        + $"\"entryType\":\"LEDGER_ENTRY_TYPE_ORDER_EXECUTION\",\"tradeId\":\"{entry.Print.Id}\",\"referenceId\":\"\",\"description\":\"\",\"allocationGroupId\":\"\","
        + "\"transferReferenceTradeIds\":[],\"shortTransfer\":false,\"updateTradeDate\":null}");

    public static byte[] Balances(UsFunds funds) => Encoding.UTF8.GetBytes($"{{\"balances\":[{Balance(funds)}]}}");

    public static byte[] Balance(UsBalanceEntry entry) => Encoding.UTF8.GetBytes(
        $"{{\"balanceChange\":{{\"beforeBalance\":{Balance(entry.Before)},\"afterBalance\":{Balance(entry.After)},\"description\":\"Order execution\",\"updateTime\":\"{UsText.Time(entry.Print.At)}\","
        + $"\"modifiedSecurityId\":\"\",\"entryType\":\"LEDGER_ENTRY_TYPE_ORDER_EXECUTION\",\"accountName\":\"\",\"id\":\"{entry.Print.Id}\"}}}}");

    // As published SDKs know them.
    public static byte[] LegacyPosition(UsPositionEntry entry) =>
        Encoding.UTF8.GetBytes($"{{\"marketSlug\":{UsText.Text(entry.After.Market.Slug)},\"position\":{Position(entry.After)}}}");

    public static byte[] LegacyBalance(UsFunds funds) =>
        Encoding.UTF8.GetBytes($"{{\"balance\":{UsText.Number(funds.Cash)},\"buyingPower\":{UsText.Number(funds.BuyingPower)}}}");

    // The quantities are numbers here, and strings nearly everywhere else.
    private static string Order(UsOrder order)
    {
        var (market, buys) = (order.Market, order.Side == Side.Buy);
        return $"{{\"id\":\"{order.Id}\",\"marketSlug\":{UsText.Text(market.Slug)},\"side\":\"ORDER_SIDE_{(buys ? "BUY" : "SELL")}\",\"type\":\"ORDER_TYPE_LIMIT\",\"price\":{UsText.Price(market, order.Price)},"
            + $"\"quantity\":{UsText.Contracts(order.Quantity)},\"cumQuantity\":{UsText.Contracts(order.Filled)},\"leavesQuantity\":{UsText.Contracts(order.Leaves)},"
            + $"\"tif\":\"TIME_IN_FORCE_GOOD_TILL_CANCEL\",\"goodTillTime\":null,\"intent\":\"ORDER_INTENT_{(buys ? "BUY" : "SELL")}_LONG\",\"marketMetadata\":{Metadata(market)},"
            + $"\"state\":\"ORDER_STATE_{Spelled(order.State)}\",\"avgPx\":{(order.Filled == 0 ? "null" : UsText.Price(market, order.Price))},\"cashOrderQty\":null,"
            + $"\"commissionNotionalTotalCollected\":null,\"commissionsBasisPoints\":\"\",\"makerCommissionsBasisPoints\":\"\",\"insertTime\":\"{UsText.Time(order.CreatedAt)}\","
            + $"\"createTime\":\"{UsText.Time(order.CreatedAt)}\",\"outcomeSide\":\"OUTCOME_SIDE_YES\",\"action\":\"ORDER_ACTION_{(buys ? "BUY" : "SELL")}\"}}";
    }

    // Whole numbers beside the ones that count.
    private static string Position(UsHolding held) =>
        $"{{\"netPosition\":\"{held.Net / 100}\",\"qtyBought\":\"{held.Bought / 100}\",\"qtySold\":\"{held.Sold / 100}\",\"cost\":{UsText.Amount(held.Cost)},\"realized\":{UsText.Amount(held.Realized)},"
        + $"\"bodPosition\":\"0\",\"expired\":false,\"updateTime\":\"{UsText.Time(held.UpdatedAt)}\",\"marketMetadata\":{Metadata(held.Market)},\"cashValue\":null,"
        + $"\"avgPx\":{UsText.Amount(held.AveragePrice)},\"fees\":null,\"baseCost\":null,\"costPerShare\":null,\"netPositionDecimal\":\"{UsText.Contracts(held.Net)}\","
        + $"\"qtyBoughtDecimal\":\"{UsText.Contracts(held.Bought)}\",\"qtySoldDecimal\":\"{UsText.Contracts(held.Sold)}\",\"bodPositionDecimal\":\"\",\"comboLegDetails\":[],"
        + $"\"positionId\":\"demo-us:LONG:{held.Market.Slug}\"}}";

    private static string Balance(UsFunds funds) =>
        $"{{\"currentBalance\":{UsText.Number(funds.Cash)},\"currency\":\"USD\",\"lastUpdated\":\"{UsText.Time(funds.UpdatedAt)}\",\"buyingPower\":{UsText.Number(funds.BuyingPower)},"
        + $"\"assetNotional\":{UsText.Number(funds.Assets)},\"assetAvailable\":{UsText.Number(funds.Assets)},\"pendingCredit\":0,\"openOrders\":{UsText.Number(funds.Reserved)},"
        + "\"unsettledFunds\":0,\"pendingWithdrawals\":[],\"marginRequirement\":0}";

    private static string Metadata(UsMarket market) =>
        $"{{\"slug\":{UsText.Text(market.Slug)},\"icon\":\"\",\"title\":{UsText.Text(market.Plan.Title)},\"outcome\":{UsText.Text(market.Plan.Outcome)},\"eventSlug\":{UsText.Text(market.Plan.EventSlug)}}}";

    private static string Spelled(UsOrderState state) => state switch
    {
        UsOrderState.New => "NEW",
        UsOrderState.PartiallyFilled => "PARTIALLY_FILLED",
        UsOrderState.Filled => "FILLED",
        UsOrderState.Canceled => "CANCELED",
    };

    private static string Spelled(UsExecutionType type) => type switch
    {
        UsExecutionType.New => "NEW",
        UsExecutionType.PartialFill => "PARTIAL_FILL",
        UsExecutionType.Fill => "FILL",
        UsExecutionType.Canceled => "CANCELED",
    };
}
