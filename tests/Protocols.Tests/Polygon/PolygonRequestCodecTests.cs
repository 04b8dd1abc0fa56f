using Oddswire.Protocols.Polygon;

namespace Oddswire.Protocols.Tests.Polygon;

public sealed class PolygonRequestCodecTests
{
    [Fact]
    public void Each_request_is_written_byte_for_byte()
    {
        var filter = new LogFilter([PolygonContracts.CtfExchangeV2, PolygonContracts.NegRiskExchangeV2, PolygonContracts.ExchangeV3], [PolygonEvents.OrderFilledV2]);
        Golden.Matches("polygon-4-subscribe", output => PolygonRequestCodec.EncodeSubscribeLogs(1, filter with { Makers = [Samples.Fill.User] }, output));
        var both = new LogFilter([PolygonContracts.CtfExchangeV2], [PolygonEvents.OrderFilledV2, PolygonEvents.OrderFilledV1]);
        Golden.Matches("polygon-4-request-get-logs", output => PolygonRequestCodec.EncodeGetLogs(2, both, 0x5a99f41, 0x5a99f42, output));
        Golden.Matches("polygon-4-request-block-number", output => PolygonRequestCodec.EncodeBlockNumber(3, output));
        Golden.Matches("polygon-4-request-block", output => PolygonRequestCodec.EncodeGetBlock(4, 0x5a99f42, output));
        Golden.Matches("polygon-4-request-receipt", output => PolygonRequestCodec.EncodeGetReceipt(5, Samples.Fill.Tx, output));
        Golden.Matches("polygon-4-request-unsubscribe", output => PolygonRequestCodec.EncodeUnsubscribe(6, "0x9cef478923ff08bf67fde6c64013158d", output));
    }

    [Fact]
    public void The_contracts_are_those_of_the_table()
    {
        Assert.Equal(
            ["0xe111180000d2663c0091e4f400237545b87b996b", "0xe2222d279d744050d28e00520010520000310f59", "0xe2222d002000ba0053cef3375333610f64600036", "0xe3333700ca9d93003f00f0f71f8515005f6c00aa"],
            LogFilter.Current.Contracts.Select(static contract => contract.ToString()));
        Assert.Equal(6, LogFilter.All.Contracts.Distinct().Count());
        Assert.Equal(2, LogFilter.All.Events.Length);
    }
}
