using FsCheck.Fluent;
using Oddswire.Messages.Books;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Clob;
using static Oddswire.Protocols.Tests.Clob.ClobSamples;

namespace Oddswire.Protocols.Tests.Clob;

public sealed class ClobBookTests
{
    private static readonly ClobBook Book = new(Market, Up, 1_790_908_667_676, Hash, Bids, Asks) { TickSize = Number("0.01"), LastTradePrice = Number("0.140") };

    [Fact]
    public void A_snapshot_is_written_byte_for_byte()
    {
        var other = new ClobBook(Market, Down, 1_790_908_667_676, OtherHash, default, default) { TickSize = Number("0.001"), IsV2 = true };
        Assert.Equal(Golden.Text("clob-1.3-snapshot") + "\n", Golden.Written(output => ClobBookCodec.EncodeSnapshot([Book, other], output)));
        Assert.Equal(Golden.Text("clob-1.3-snapshot-empty") + "\n", Golden.Written(output => ClobBookCodec.EncodeSnapshot([], output)));
    }

    [Fact]
    public void A_book_in_mid_stream_lacks_tick_size_and_last_trade() =>
        Golden.Matches("clob-1.7-book-after-trade", output => ClobBookCodec.EncodeBook(Book, output));

    [Fact]
    public void The_hash_is_the_venues()
    {
        var terms = new BookTerms { MinOrderSize = Number("100"), TickSize = Number("0.01"), NegativeRisk = false, LastTradePrice = Number("0.5") };
        Assert.Equal(
            WireText.Parse<BookHash>("0458ea5755c9f73d64a14636fa5c36ed460ec394"),
            ClobBookHash.Of(
                "0xaabbcc"u8,
                WireText.Parse<TokenId>("100"),
                123_456_789,
                [Level("0.3", "100"), Level("0.4", "100")],
                [Level("0.6", "100"), Level("0.7", "100")],
                terms));
    }

    [Fact]
    public void The_hash_sees_order_texts_and_version()
    {
        var terms = new BookTerms { MinOrderSize = Number("5"), TickSize = Number("0.01"), NegativeRisk = true };
        BookHash[] hashes =
        [
            ClobBookHash.Of(Market, Up, 1, Bids, Asks, terms),
            ClobBookHash.Of(Market, Up, 1, [Bids[1], Bids[0]], Asks, terms),
            ClobBookHash.Of(Market, Up, 1, [Level("0.010", "112689"), Bids[1]], Asks, terms),
            ClobBookHash.Of(Market, Up, 1, Bids, Asks, terms with { IsV2 = true }),
            ClobBookHash.Of(Market, Up, 1, Bids, Asks, terms with { LastTradePrice = Number("0.140") }),
            ClobBookHash.Of(Market, Up, 1, Bids, Asks, terms with { NegativeRisk = false }),
        ];
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
    }

    [Fact]
    public void Any_level_is_read_back_as_it_was_written() => FsCheck.Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(0, 1_000_000_000).Two().Zip(Gen.Choose(0, 6).Two()).ArrayOf().ToArbitrary(),
        static numbers =>
        {
            var levels = numbers.Select(static n => new BookLevel(Written(n.Item1.Item1, n.Item2.Item1), Written(n.Item1.Item2, n.Item2.Item2))).ToArray();
            var text = Golden.Written(output => ClobBookCodec.EncodeBook(new(Market, Up, 7, Hash, levels, levels), output));
            var read = Only(System.Text.Encoding.UTF8.GetBytes(text));
            Assert.Equal(levels, read.Bids);
            Assert.Equal(levels, read.Asks);
        }));

    private static WrittenDecimal Written(int micros, int decimals)
    {
        var unit = (int)Math.Pow(10, 6 - decimals);
        return new(micros / unit * unit, (byte)decimals);
    }
}
