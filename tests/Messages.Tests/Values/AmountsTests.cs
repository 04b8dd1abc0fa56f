using System.Numerics;
using FsCheck.Fluent;
using Oddswire.Messages.Values;

namespace Oddswire.Messages.Tests.Values;

public sealed class AmountsTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("9", 9_000_000)]
    [InlineData("2.7027", 2_702_700)]
    [InlineData("0.26", 260_000)]
    [InlineData("0.000001", 1)]
    [InlineData("9223372036854.775807", long.MaxValue)]
    public void An_amount_is_read_and_written_as_the_same_decimal(string text, long micros)
    {
        Assert.Equal(new Quantity(micros), WireText.Parse<Quantity>(text));
        Assert.Equal(text, new Quantity(micros).ToString());
    }

    [Theory]
    [InlineData("1e-06", 1)]
    [InlineData("5E-7", 1)]
    [InlineData("4.9e-7", 0)]
    [InlineData("1.5e+3", 1_500_000_000)]
    [InlineData("0.0000005", 1)]
    [InlineData("0.00000049999999999999999999999999999999999999999999", 0)]
    [InlineData("2.7026999999999997", 2_702_700)]
    [InlineData("0.2600000000000000088817841970012523", 260_000)]
    [InlineData("9.99999949", 9_999_999)]
    [InlineData("100000000000000000000000000000000000000000000000000e-50", 1_000_000)]
    [InlineData("0.00000000000000000000000000000000000000000000000000001e53", 1_000_000)]
    [InlineData("0e9999999999", 0)]
    [InlineData("1e-9999999999", 0)]
    public void Digits_beyond_the_millionth_round_to_the_nearest(string text, long micros) =>
        Assert.Equal(new Quantity(micros), WireText.Parse<Quantity>(text));

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(".5")]
    [InlineData("1.")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1e1.0")]
    [InlineData("0x1")]
    [InlineData("NaN")]
    [InlineData("1,5")]
    [InlineData("9223372036854.775808")]
    [InlineData("1e13")]
    [InlineData("1e9999999999")]
    [InlineData("99999999999999999999999999999999999999999999999999")]
    public void What_is_no_amount_is_refused(string text) => Assert.False(Quantity.TryParse(text, out _));

    [Fact]
    public void Any_amount_survives_its_text() => Properties.Hold(
        Properties.Words.Select(static word => new Quantity((long)(word & long.MaxValue))),
        quantity => WireText.Parse<Quantity>(quantity.ToString()) == quantity,
        times: 5000);

    [Theory]
    [InlineData(5_040_000, 9_000_000, 560_000)]
    [InlineData(1, 3, 333_333)]
    [InlineData(2, 3, 666_667)]
    [InlineData(1, 2_000_000, 1)]
    [InlineData(1, 2_000_001, 0)]
    [InlineData(0, 1, 0)]
    [InlineData(7, 7, 1_000_000)]
    [InlineData(long.MaxValue, long.MaxValue, 1_000_000)]
    public void A_price_is_collateral_over_shares_to_the_nearest_millionth(long collateral, long shares, int micros)
    {
        Assert.True(Price.TryFrom(new(collateral), new(shares), out var price));
        Assert.Equal(new Price(micros), price);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 0)]
    [InlineData(1, -1)]
    [InlineData(-1, 1)]
    [InlineData(3, 2)]
    [InlineData(long.MaxValue, 1)]
    public void No_price_without_shares_or_above_one(long collateral, long shares) =>
        Assert.False(Price.TryFrom(new(collateral), new(shares), out _));

    [Fact]
    public void Any_price_is_within_half_a_millionth_of_the_exact_quotient() => Properties.Hold(
        Properties.Words.Two(),
        words =>
        {
            var shares = (long)(words.Item1 >> 1) + 1 is var sum && sum > 0 ? sum : long.MaxValue;
            var collateral = (long)(words.Item2 % (ulong)shares);
            if (!Price.TryFrom(new(collateral), new(shares), out var price)) return false;
            var twiceError = 2 * (((BigInteger)price.Micros * shares) - ((BigInteger)collateral * Price.One));
            return twiceError > -shares && twiceError <= shares;
        },
        times: 5000);

    [Theory]
    [InlineData("1", 1_000_000)]
    [InlineData("0.56", 560_000)]
    [InlineData("0", 0)]
    public void A_price_is_read_and_written_as_the_same_decimal(string text, int micros)
    {
        Assert.Equal(new Price(micros), WireText.Parse<Price>(text));
        Assert.Equal(text, new Price(micros).ToString());
    }

    [Theory]
    [InlineData("1.000001")]
    [InlineData("9223372036854")]
    [InlineData("-0.1")]
    public void A_price_outside_0_to_1_is_refused(string text) => Assert.False(Price.TryParse(text, out _));
}
