using System.Buffers;
using System.Globalization;
using System.Text;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>Payloads of the private socket that are put together of what is held: its pieces stay as the venue wrote them. And those of older versions, made of today's.</summary>
public static class UsHeldWriter
{
    private static readonly UsKey BeforePosition = new("beforePosition");
    private static readonly UsKey AfterPosition = new("afterPosition");
    private static readonly UsKey BuyingPower = new("buyingPower");
    private static readonly UsKey MarketSlug = new("marketSlug");

    // What stands behind the position in a change that nothing caused.
    private static readonly UsKey[] EmptyTexts = [new("tradeId"), new("referenceId"), new("description"), new("allocationGroupId")];
    private static readonly UsKey EntryType = new("entryType");
    private static readonly UsKey UpdateTime = new("updateTime");
    private static readonly UsKey Transfers = new("transferReferenceTradeIds");
    private static readonly UsKey ShortTransfer = new("shortTransfer");
    private static readonly UsKey TradeDate = new("updateTradeDate");

    public static ReadOnlySpan<byte> OrdersKey => "orderSubscriptionSnapshot"u8;

    public static ReadOnlySpan<byte> OrderKey => "orderSubscriptionUpdate"u8;

    public static ReadOnlySpan<byte> PositionKey => "positionSubscription"u8;

    public static ReadOnlySpan<byte> BalancesKey => "accountBalancesSnapshot"u8;

    public static ReadOnlySpan<byte> BalanceKey => "accountBalancesUpdate"u8;

    public static ReadOnlySpan<byte> RfqKey => "rfqEvent"u8;

    public static ReadOnlySpan<byte> LegacyPositionsKey => "positionSubscriptionSnapshot"u8;

    public static ReadOnlySpan<byte> LegacyPositionKey => "positionSubscriptionUpdate"u8;

    public static ReadOnlySpan<byte> LegacyBalanceKey => "accountBalanceSubscriptionUpdate"u8;

    public static ReadOnlyMemory<byte> In(this UsPayload payload, UsSpelling spelling) => spelling == UsSpelling.Camel ? payload.Camel : payload.Snake;

    /// <summary>Of orderSubscriptionSnapshot.</summary>
    public static void Orders(ReadOnlySpan<UsHeld> orders, bool eof, UsSpelling spelling, IBufferWriter<byte> payload)
    {
        var output = new JsonOutput(payload);
        output.Raw("{\"orders\":["u8);
        for (var i = 0; i < orders.Length; i++)
        {
            if (i > 0) output.Raw(","u8);
            output.Raw(orders[i].Json.In(spelling).Span);
        }
        output.Raw(eof ? "],\"eof\":true}"u8 : "],\"eof\":false}"u8);
        output.Done();
    }

    /// <summary>Of positionSubscription: a position as it is, and no entry of the ledger that made it so. Today's venue has no other word for what is held.</summary>
    public static void Position(UsHeld held, UsSpelling spelling, IBufferWriter<byte> payload)
    {
        var output = new JsonOutput(payload);
        Name(ref output, "{"u8, BeforePosition, spelling);
        output.Raw("null"u8);
        Name(ref output, ","u8, AfterPosition, spelling);
        output.Raw(held.Json.In(spelling).Span);
        Name(ref output, ","u8, UpdateTime, spelling);
        output.Raw("null"u8);
        Name(ref output, ","u8, EntryType, spelling);
        output.Raw("\"LEDGER_ENTRY_TYPE_UNDEFINED\""u8);
        foreach (var text in EmptyTexts)
        {
            Name(ref output, ","u8, text, spelling);
            output.Raw("\"\""u8);
        }
        Name(ref output, ","u8, Transfers, spelling);
        output.Raw("[]"u8);
        Name(ref output, ","u8, ShortTransfer, spelling);
        output.Raw("false"u8);
        Name(ref output, ","u8, TradeDate, spelling);
        output.Raw("null}"u8);
        output.Done();
    }

    /// <summary>Of positionSubscriptionSnapshot, by slug.</summary>
    public static void LegacyPositions(ReadOnlySpan<UsHeld> positions, bool eof, UsSpelling spelling, IBufferWriter<byte> payload)
    {
        var output = new JsonOutput(payload);
        output.Raw("{\"positions\":{"u8);
        for (var i = 0; i < positions.Length; i++)
        {
            if (i > 0) output.Raw(","u8);
            output.Text(positions[i].Slug);
            output.Raw(":"u8);
            output.Raw(positions[i].Json.In(spelling).Span);
        }
        output.Raw(eof ? "},\"eof\":true}"u8 : "},\"eof\":false}"u8);
        output.Done();
    }

    /// <summary>Of positionSubscriptionUpdate. There is no position any more: one of nothing, for its readers look into it.</summary>
    public static void LegacyPosition(string slug, UsPayload? after, UsSpelling spelling, IBufferWriter<byte> payload)
    {
        var output = new JsonOutput(payload);
        Name(ref output, "{"u8, MarketSlug, spelling);
        output.Text(slug);
        output.Raw(",\"position\":"u8);
        output.Raw((after ?? Nothing(slug)).In(spelling).Span);
        output.Raw("}"u8);
        output.Done();
    }

    /// <summary>Of accountBalanceSubscriptionUpdate.</summary>
    public static void LegacyBalance(decimal balance, decimal buyingPower, UsSpelling spelling, IBufferWriter<byte> payload)
    {
        var output = new JsonOutput(payload);
        output.Raw("{\"balance\":"u8);
        Number(ref output, balance);
        Name(ref output, ","u8, BuyingPower, spelling);
        Number(ref output, buyingPower);
        output.Raw("}"u8);
        output.Done();
    }

    private static UsPayload Nothing(string slug)
    {
        var change = new ArrayBufferWriter<byte>();
        UsAccountWriter.Encode(new UsPosition { NetPosition = 0, NetPositionDecimal = 0, MarketMetadata = new() { Slug = slug } }, change);
        return UsRespelling.Share(change.WrittenMemory);
    }

    private static void Name(ref JsonOutput output, ReadOnlySpan<byte> before, UsKey name, UsSpelling spelling)
    {
        output.Raw(before);
        output.Raw("\""u8);
        output.Raw(name.In(spelling));
        output.Raw("\":"u8);
    }

    private static void Number(ref JsonOutput output, decimal number) => output.Raw(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));
}
