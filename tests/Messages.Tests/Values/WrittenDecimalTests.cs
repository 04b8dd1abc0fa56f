using System.Text;
using Oddswire.Messages.Values;

namespace Oddswire.Messages.Tests.Values;

public sealed class WrittenDecimalTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0.0", 0)]
    [InlineData("0.5", 500_000)]
    [InlineData("0.50", 500_000)]
    [InlineData("0.140", 140_000)]
    [InlineData("112689", 112_689_000_000)]
    [InlineData("37677.02", 37_677_020_000)]
    [InlineData("219.217767", 219_217_767)]
    [InlineData("9223372036854.775807", long.MaxValue)]
    public void A_text_comes_back_as_it_was(string text, long micros)
    {
        Assert.True(WrittenDecimal.TryParse(text, out var value));
        Assert.Equal(micros, value.Micros);
        Assert.Equal(text, value.ToString());
    }

    [Theory]
    [InlineData("5e-06", "0.000005")]
    [InlineData("1e2", "100")]
    [InlineData("00.5", "0.5")]
    [InlineData("0.1234567", "0.123457")]
    [InlineData("2.7026999999999997", "2.7027")]
    public void A_text_without_such_a_form_is_read_by_its_value(string text, string written)
    {
        Assert.True(WrittenDecimal.TryParse(text, out var value));
        Assert.Equal(written, value.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("1.2.3")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1e30")]
    [InlineData("99999999999999")]
    [InlineData("x")]
    public void What_is_no_amount_is_refused(string text) => Assert.False(WrittenDecimal.TryParse(text, out _));

    [Fact]
    public void What_does_not_fit_is_not_written()
    {
        var value = WireText.Parse<WrittenDecimal>("12.345");
        for (var room = 0; room < 6; room++) Assert.False(value.TryFormat(new byte[room], out _));
        var exact = new byte[6];
        Assert.True(value.TryFormat(exact, out var written));
        Assert.Equal("12.345", Encoding.ASCII.GetString(exact, 0, written));
    }
}
