using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Host.Storage.Sqlite.Packing;

// What of a fill is its own, in a seventh of its JSON. Its time is a column beside it; its token and the names of its market are told once
// a reel (PackedName). What is not in the JSON either, who was the taker of a match, is not kept.
internal static class PackedFill
{
    public const int MostBytes = 192;

    // JSON begins with a brace: rows of older schemas are known by that.
    private const byte Version = 1;

    [Flags]
    private enum Known : byte
    {
        None = 0,
        Sells = 1,
        Block = 2,
        LogIndex = 4,
        Order = 8,
        Taker = 16,
    }

    public static ReadOnlySpan<byte> Write(Fill fill, Span<byte> to)
    {
        var packed = new PackedWriter(to);
        packed.Byte(Version);
        packed.Byte((byte)KnownOf(fill));
        packed.Number(fill.Shares.Micros);
        packed.Number(fill.Price.Micros);
        packed.Word(fill.Tx.Value);
        packed.Wallet(fill.User);
        if (fill.Block is { } block) packed.Number(block);
        if (fill.LogIndex is { } logIndex) packed.Number(logIndex);
        if (fill.Order is { } order) packed.Word(order.Value);
        if (fill.Taker is { } taker) packed.Wallet(taker);
        return packed.Closed();
    }

    // Null: it is damaged.
    public static Fill? Read(ReadOnlySpan<byte> packed, long timestamp, TokenId token, MarketText market)
    {
        if (!PackedReader.TryOpen(packed, out var reader) || reader.Byte() != Version) return null;
        var known = (Known)reader.Byte();
        return new()
        {
            Token = token,
            Market = market,
            Timestamp = timestamp,
            Side = (known & Known.Sells) != Known.None ? Side.Sell : Side.Buy,
            Shares = new(reader.Number64()),
            Price = new(reader.Number32()),
            Tx = new(reader.Word()),
            User = reader.Wallet(),
            Block = (known & Known.Block) != Known.None ? reader.Number64() : null,
            LogIndex = (known & Known.LogIndex) != Known.None ? reader.Number32() : null,
            Order = (known & Known.Order) != Known.None ? new OrderHash(reader.Word()) : null,
            Taker = (known & Known.Taker) != Known.None ? reader.Wallet() : null,
        };
    }

    private static Known KnownOf(Fill fill) =>
        (fill.Side == Side.Sell ? Known.Sells : Known.None)
        | (fill.Block is null ? Known.None : Known.Block)
        | (fill.LogIndex is null ? Known.None : Known.LogIndex)
        | (fill.Order is null ? Known.None : Known.Order)
        | (fill.Taker is null ? Known.None : Known.Taker);
}
