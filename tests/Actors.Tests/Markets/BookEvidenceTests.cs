using Oddswire.Actors.Markets;
using Oddswire.Messages.Books;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Clob;
using Xunit;

namespace Oddswire.Actors.Tests.Markets;

public sealed class BookEvidenceTests
{
    private static readonly BookTerms Terms = new()
    {
        MinOrderSize = Decimal("5"),
        TickSize = Decimal("0.01"),
        NegativeRisk = false,
        LastTradePrice = Decimal("0.500"),
    };

    private readonly BookEvidence _evidence = new(Made.Condition(1), Made.Token(1), new BookRules());
    private readonly Book _book = new();

    public BookEvidenceTests()
    {
        _book.Apply(Side.Buy, new(Decimal("0.49"), Decimal("10")));
        _book.Apply(Side.Sell, new(Decimal("0.51"), Decimal("7")));
    }

    [Fact]
    public void A_hash_that_matches_agrees_and_one_that_goes_on_failing_is_a_divergence()
    {
        _evidence.Learn(Terms);
        Assert.Equal(Verdict.Agrees, Check(Hash(Terms), 0));
        var wrong = Hash(Terms with { MinOrderSize = Decimal("6") });
        Assert.Equal(Verdict.Disagrees, Check(wrong, 1_000));
        Assert.Equal(Verdict.Disagrees, Check(wrong, 1_500));
        Assert.Equal(Verdict.Disagrees, Check(wrong, 2_000));
        Assert.Equal(Verdict.Diverged, Check(wrong, 2_600));
    }

    [Fact]
    public void A_hash_that_fails_and_comes_right_is_nothing()
    {
        _evidence.Learn(Terms);
        Check(Hash(Terms), 0);
        Assert.Equal(Verdict.Disagrees, Check(Hash(Terms with { IsV2 = true }), 10));
        Assert.True(_evidence.Disagrees);
        Assert.Equal(Verdict.Agrees, Check(Hash(Terms), 700));
        Assert.False(_evidence.Disagrees);
    }

    /// <summary>nautilus_trader and others have seen other recipes: a hash that never was right says nothing about the book.</summary>
    [Fact]
    public void A_recipe_that_was_never_right_is_no_evidence()
    {
        _evidence.Learn(Terms);
        for (var at = 0; at < 60_000; at += 500)
            Assert.Equal(Verdict.Unknown, Check(Hash(Terms with { MinOrderSize = Decimal("1") }), at));
    }

    [Fact]
    public void A_trade_that_is_in_the_hash_before_it_is_told_is_found_by_its_price()
    {
        _evidence.Learn(Terms);
        Check(Hash(Terms), 0);
        var traded = Hash(Terms with { LastTradePrice = Decimal("0.490") });
        Check(traded, 1_000);
        Check(traded, 2_000);
        Assert.Equal(Verdict.Agrees, Check(traded, 2_600));
        Assert.Equal(Decimal("0.490"), _evidence.Terms!.LastTradePrice);
    }

    [Theory]
    [InlineData("0.49", "0.490")]
    [InlineData("0.0005", "0.001")]
    [InlineData("0.9704", "0.970")]
    public void The_price_of_a_trade_is_in_the_hash_with_three_decimals(string told, string hashed)
    {
        _evidence.Learn(Terms);
        _evidence.Trade(Decimal(told));
        Assert.Equal(Decimal(hashed), _evidence.Terms!.LastTradePrice);
    }

    [Theory]
    [InlineData("5", false)]
    [InlineData("15", true)]
    public void A_whole_book_and_its_hash_say_the_terms_that_REST_has_not_told(string smallest, bool isNegative)
    {
        var terms = Terms with { MinOrderSize = Decimal(smallest), NegativeRisk = isNegative };
        _evidence.Recognise(_book, 77, Hash(terms), Decimal("0.01"), Decimal("0.5"), isV2: false);
        Assert.Equal(terms, _evidence.Terms);
        Assert.Equal(Verdict.Disagrees, Check(Hash(terms with { IsV2 = true }), 0));
    }

    [Fact]
    public void Of_a_book_that_is_not_as_its_hash_says_no_terms_are_guessed()
    {
        _evidence.Recognise(_book, 78, Hash(Terms), Decimal("0.01"), Decimal("0.5"), isV2: false);
        Assert.Null(_evidence.Terms);
    }

    [Fact]
    public void Without_the_terms_the_best_prices_are_the_evidence()
    {
        for (var at = 0; at < 10_000; at += 1_000)
            Assert.Equal(Verdict.Unknown, _evidence.Check(_book, at, null, Decimal("0.49"), Decimal("0.51"), at));
        Assert.Equal(Verdict.Disagrees, _evidence.Check(_book, 1, null, Decimal("0.48"), Decimal("0.51"), 10_000));
        _evidence.Check(_book, 1, null, Decimal("0.48"), Decimal("0.51"), 11_000);
        Assert.Equal(Verdict.Diverged, _evidence.Check(_book, 1, null, Decimal("0.48"), Decimal("0.51"), 12_000));
    }

    [Fact]
    public void Nothing_zero_and_one_all_stand_for_an_empty_side()
    {
        var empty = new Book();
        Assert.Equal(Verdict.Unknown, _evidence.Check(empty, 1, null, Decimal("0"), Decimal("1"), 0));
        Assert.False(_evidence.Disagrees);
    }

    private Verdict Check(BookHash hash, long now) => _evidence.Check(_book, 77, hash, null, null, now);

    private BookHash Hash(BookTerms terms) => ClobBookHash.Of(Made.Condition(1), Made.Token(1), 77, _book.Bids, _book.Asks, terms);

    private static WrittenDecimal Decimal(string text) => WireText.Parse<WrittenDecimal>(text);
}
