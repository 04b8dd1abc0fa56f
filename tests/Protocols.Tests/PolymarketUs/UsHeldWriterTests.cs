using System.Buffers;
using System.Text;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Protocols.PolymarketUs;

namespace Oddswire.Protocols.Tests.PolymarketUs;

/// <summary>What is put together of what is held is read back by the reader of the venue's frames, in both spellings.</summary>
public sealed class UsHeldWriterTests
{
    private static readonly UsHeld[] Orders = [Held("a", """{"id":"1","marketSlug":"a","leavesQuantity":2.5}"""), Held("b", """{"id":"2","marketSlug":"b","marketMetadata":{"eventSlug":"e"}}""")];

    private static readonly UsHeld Position = Held("a", """{"netPosition":"2","marketMetadata":{"slug":"a"}}""");

    private static UsHeld Held(string slug, string json) => new(slug, UsRespelling.Share(Encoding.UTF8.GetBytes(json)));

    /// <summary>In a whole frame of the private socket, as a session sends it.</summary>
    private static UsAccountEvent Read(UsSubscriptionType type, ReadOnlySpan<byte> key, UsSpelling spelling, Action<IBufferWriter<byte>> write)
    {
        var (payload, head, frame) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        UsFrameWriter.Encode("r", type, key, "{}"u8, head);
        if (spelling == UsSpelling.Snake)
            UsRespelling.ToSnake(head.WrittenSpan, UsSocket.Private, frame);
        else
            frame.Write(head.WrittenSpan);
        write(payload);
        byte[] bytes = [.. frame.WrittenSpan[..^3], .. payload.WrittenSpan, .. "}"u8];
        var read = new UsFrame();
        UsFrameReader.Read(bytes, UsSocket.Private, read);
        Assert.Equal((UsFrameKind.Account, null, "r", type), (read.Kind, read.Problem, read.RequestId, read.Type));
        Assert.Equal(spelling == UsSpelling.Snake, Encoding.UTF8.GetString(bytes).Contains('_', StringComparison.Ordinal) && !Encoding.UTF8.GetString(bytes).Contains("requestId", StringComparison.Ordinal));
        return read.Account!;
    }

    [Theory]
    [InlineData(UsSpelling.Camel)]
    [InlineData(UsSpelling.Snake)]
    public void Orders_and_positions_keep_what_the_venue_wrote(UsSpelling spelling)
    {
        var orders = Assert.IsType<UsAccountEvent.OrderSnapshot>(
            Read(UsSubscriptionType.Order, UsHeldWriter.OrdersKey, spelling, payload => UsHeldWriter.Orders(Orders, eof: false, spelling, payload)));
        Assert.Equal((false, "a", 2.5m, "e"), (orders.Eof, orders.Orders[0].MarketSlug, orders.Orders[0].LeavesQuantity, orders.Orders[1].MarketMetadata!.EventSlug));
        var held = Assert.IsType<UsAccountEvent.PositionUpdate>(
            Read(UsSubscriptionType.Position, UsHeldWriter.PositionKey, spelling, payload => UsHeldWriter.Position(Position, spelling, payload)));
        Assert.Equal((null, 2m, "a", UsLedgerEntryType.Undefined), (held.Change.BeforePosition, held.Change.AfterPosition!.NetPosition, held.Change.AfterPosition.MarketMetadata!.Slug, held.Change.EntryType));
    }

    [Theory]
    [InlineData(UsSpelling.Camel)]
    [InlineData(UsSpelling.Snake)]
    public void The_older_shapes_say_the_same(UsSpelling spelling)
    {
        var all = Assert.IsType<UsAccountEvent.PositionSnapshot>(
            Read(UsSubscriptionType.Position, UsHeldWriter.LegacyPositionsKey, spelling, payload => UsHeldWriter.LegacyPositions([Position], eof: true, spelling, payload)));
        Assert.Equal((true, 2m), (all.Eof, all.Positions["a"].NetPosition));
        foreach (var (after, expected) in new[] { (Position.Json, 2m), ((UsPayload?)null, 0m) })
        {
            var one = Assert.IsType<UsAccountEvent.PositionUpdate>(
                Read(UsSubscriptionType.Position, UsHeldWriter.LegacyPositionKey, spelling, payload => UsHeldWriter.LegacyPosition("a", after, spelling, payload)));
            Assert.Equal((expected, "a"), (one.Change.AfterPosition!.NetPosition, one.Change.AfterPosition.MarketMetadata!.Slug));
        }
        var balance = Assert.IsType<UsAccountEvent.BalanceUpdate>(
            Read(UsSubscriptionType.AccountBalance, UsHeldWriter.LegacyBalanceKey, spelling, payload => UsHeldWriter.LegacyBalance(990.25m, 850m, spelling, payload)));
        Assert.Equal((990.25m, 850m), (balance.Change.AfterBalance!.CurrentBalance, balance.Change.AfterBalance.BuyingPower));
    }
}
