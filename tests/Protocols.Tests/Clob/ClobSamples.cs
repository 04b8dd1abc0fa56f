using Oddswire.Messages.Books;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Clob;

namespace Oddswire.Protocols.Tests.Clob;

/// <summary>What the samples of the page name.</summary>
internal static class ClobSamples
{
    public static ConditionId Market { get; } = WireText.Parse<ConditionId>("0xbd31dc8a20211944f6b70f31557f1001557b59905b7738480ca09bd4532f84af");
    public static TokenId Up { get; } = WireText.Parse<TokenId>("15871154585880608648532107628464183779895785213830018178010423617714102767076");
    public static TokenId Down { get; } = WireText.Parse<TokenId>("99920934651435586775038877380223724073374199451810137268447254246552098768243");
    public static BookHash Hash { get; } = WireText.Parse<BookHash>("0458ea5755c9f73d64a14636fa5c36ed460ec394");
    public static BookHash OtherHash { get; } = WireText.Parse<BookHash>("8d6aa5d4e2ac4ad7b2d0c8a32c7b1f2a1f0e5c11");

    public static BookLevel[] Bids { get; } = [Level("0.01", "112689"), Level("0.14", "250.50")];
    public static BookLevel[] Asks { get; } = [Level("0.99", "37677.02"), Level("0.15", "12")];

    public static BookLevel Level(string price, string size) => new(Number(price), Number(size));

    public static WrittenDecimal Number(string text) => WireText.Parse<WrittenDecimal>(text);

    /// <summary>The only event of a frame.</summary>
    public static ClobMarketEvent Only(ReadOnlySpan<byte> frame)
    {
        var read = new ClobMarketEvent();
        var reader = new ClobMarketReader(frame);
        Assert.True(reader.Read(read));
        Assert.False(reader.Read(new()));
        return read;
    }
}
