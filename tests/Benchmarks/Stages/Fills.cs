using System.Buffers;
using System.Text;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Benchmarks.Stages;

/// <summary>The fill that travels, of about 900 bytes on the wire, and frames of it that differ in wallet and transaction.</summary>
internal sealed class Fills
{
    private const int Digits = 16;

    private readonly byte[] _frame;
    private readonly int _tx;
    private readonly int _user;
    private long _told;

    internal Fills()
    {
        var frame = new ArrayBufferWriter<byte>();
        frame.Write("""{"type":"event","subscription_id":"sub_0upstream0","data":"""u8);
        DomeEventCodec.EncodeData(Sample, frame);
        frame.Write("}"u8);
        _frame = frame.WrittenSpan.ToArray();
        var text = Encoding.ASCII.GetString(_frame);
        _tx = text.IndexOf("\"tx_hash\":\"0x", StringComparison.Ordinal) + "\"tx_hash\":\"0x".Length;
        _user = text.IndexOf("\"user\":\"0x", StringComparison.Ordinal) + "\"user\":\"0x".Length;
    }

    internal static Fill Sample { get; } = new()
    {
        Token = new TokenId(new Bytes32(0xA06742F98E1C5D3BUL, 2, 3, 4)),
        Side = Side.Buy,
        Shares = new Quantity(2_702_700),
        Price = new Price(260_000),
        Tx = new TxHash(new Bytes32(1, 2, 3, 4)),
        User = Wallet(1),
        Timestamp = DateTimeOffset.Parse("2026-11-21T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds(),
        Block = 80_123_456,
        LogIndex = 42,
        Order = new OrderHash(new Bytes32(5, 6, 7, 8)),
        Taker = Wallet(2),
        Market = new MarketText(
            new ConditionId(new Bytes32(9, 10, 11, 12)), "highest-temperature-in-wellington-on-august-19-2026-10c",
            "Will the highest temperature in Wellington be 10C on August 19, 2026, by the highest reading of its airport station, rounded down?", "No"),
    };

    internal static ReadOnlyMemory<byte> Encoded()
    {
        var data = new ArrayBufferWriter<byte>();
        DomeEventCodec.EncodeData(Sample, data);
        return data.WrittenMemory;
    }

    internal static WalletId Wallet(int n) => new(0, 0, (uint)n);

    internal ReadOnlyMemory<byte> Frame => _frame;

    /// <summary>A frame that nobody has seen, in memory of its own, as a socket hands it on.</summary>
    internal byte[] Next(WalletId user)
    {
        var frame = (byte[])_frame.Clone();
        (++_told).TryFormat(frame.AsSpan(_tx, Digits), out _, "x16");
        Span<byte> wallet = stackalloc byte[WalletId.MaxLength];
        user.TryFormat(wallet, out var written);
        wallet[2..written].CopyTo(frame.AsSpan(_user));
        return frame;
    }
}
