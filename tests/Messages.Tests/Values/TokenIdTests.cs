using System.Numerics;
using System.Text;
using FsCheck.Fluent;
using Oddswire.Messages.Values;

namespace Oddswire.Messages.Tests.Values;

public sealed class TokenIdTests
{
    private const string Largest = "115792089237316195423570985008687907853269984665640564039457584007913129639935";

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("9999999999999999999")]
    [InlineData("10000000000000000000")]
    [InlineData("18446744073709551616")]
    [InlineData("80311845198420617303393545005967792170450763818026370381995461841892638500659")]
    [InlineData("72551024098258542594534683942523606143014690620243023298497729957846870197074")]
    [InlineData(Largest)]
    public void A_token_is_its_decimal_text(string text) => Assert.Equal(text, WireText.Parse<TokenId>(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.0")]
    [InlineData("0x12")]
    [InlineData("1 ")]
    [InlineData("115792089237316195423570985008687907853269984665640564039457584007913129639936")]
    [InlineData("999999999999999999999999999999999999999999999999999999999999999999999999999999")]
    [InlineData("0115792089237316195423570985008687907853269984665640564039457584007913129639935")]
    public void What_is_no_uint256_is_refused(string text) => Assert.False(TokenId.TryParse(text, out _));

    [Fact]
    public void The_decimal_text_is_the_one_of_a_big_integer() => Properties.Hold(
        Properties.Words.Four(),
        words =>
        {
            var value = new Bytes32(words.Item1, words.Item2, words.Item3, words.Item4);
            var bytes = new byte[Bytes32.Size];
            value.CopyTo(bytes);
            var text = new BigInteger(bytes, isUnsigned: true, isBigEndian: true).ToString();
            return new TokenId(value).ToString() == text && WireText.Parse<TokenId>(text).Value == value;
        },
        times: 5000);

    [Fact]
    public void One_byte_that_is_no_digit_is_refused_wherever_it_stands()
    {
        var digits = Encoding.ASCII.GetBytes("72551024098258542594534683942523606143014690620243023298497729957846870197074");
        for (var at = 0; at < digits.Length; at++)
        {
            for (var other = 0; other < 256; other++)
            {
                if (other is >= '0' and <= '9') continue;
                var changed = digits.ToArray();
                changed[at] = (byte)other;
                Assert.False(TokenId.TryParse(changed, out _));
            }
        }
    }

    [Fact]
    public void Powers_of_ten_keep_their_zeros()
    {
        for (var digits = 1; digits <= 77; digits++)
        {
            var text = "1" + new string('0', digits);
            Assert.Equal(text, WireText.Parse<TokenId>(text).ToString());
        }
    }

    [Fact]
    public void Text_that_does_not_fit_is_not_written()
    {
        var token = WireText.Parse<TokenId>(Largest);
        var buffer = new byte[TokenId.MaxLength];
        for (var length = 0; length < buffer.Length; length++) Assert.False(token.TryFormat(buffer.AsSpan(0, length), out _));
        Assert.True(token.TryFormat(buffer, out var written));
        Assert.Equal(buffer.Length, written);
    }
}
