using System.Text;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Gamma;

namespace Oddswire.Protocols.Tests.Gamma;

public sealed class GammaCodecTests
{
    private const string First = "80311845198420617303393545005967792170450763818026370381995461841892638500659";
    private const string Second = "72551024098258542594534683942523606143014690620243023298497729957846870197074";
    private const string Position = "115792089237316195423570985008687907853269984665640564039457584007913129639935";

    [Fact]
    public void A_v1_market_names_its_clob_tokens()
    {
        var page = Decode(Golden.Text("polygon-6-gamma-v1"));
        Assert.Equal("eyJpZCI6NTcyNDgxfQ==", page.Next);
        Assert.Equal([First, Second], page.Tokens.Select(static token => token.Token.ToString()));
        Assert.Equal(["Up", "Down"], page.Tokens.Select(static token => token.Market.Label));
        Assert.Equal([0, 1], page.Tokens.Select(static token => token.Market.Outcome));
        Assert.All(page.Tokens, static token => Assert.Equal(
            Samples.Fill.Market with { Label = token.Market.Label, EventSlug = "btc-updown-15m", Outcome = token.Market.Outcome }, token.Market));
    }

    [Fact]
    public void A_v2_market_names_its_positions_and_has_a_padded_condition()
    {
        var page = Decode(Golden.Text("polygon-6-gamma-v2"));
        Assert.Null(page.Next);
        Assert.Equal(Position, page.Tokens[0].Token.ToString());
        Assert.Equal("0x5853a47d2d7d97571684c458e2ac28f7f232e12d5490a96cc5b302bd8b4c6100", page.Tokens[0].Market.Condition.ToString());
        Assert.Equal(("Caf\u00e9 \u201copen\u201d by June?", "Yes"), (page.Tokens[0].Market.Title, page.Tokens[0].Market.Label));
    }

    [Fact]
    public void A_bare_array_is_a_page_too() =>
        Assert.Equal(Decode(Golden.Text("polygon-6-gamma-v1")).Tokens, Decode(Golden.Text("polygon-6-gamma-list")).Tokens);

    [Theory]
    [InlineData("[null,7,{}]", 3)]
    [InlineData("""[{"conditionId":"0x12","clobTokenIds":"[\"1\"]"}]""", 1)]
    [InlineData("""[{"conditionId":"0x0000000000000000000000000000000000000000000000000000000000000001","clobTokenIds":"[\"1\""}]""", 1)]
    [InlineData("""[{"conditionId":"0x0000000000000000000000000000000000000000000000000000000000000001","clobTokenIds":"{}"}]""", 1)]
    [InlineData("""[{"conditionId":"0x0000000000000000000000000000000000000000000000000000000000000001","clobTokenIds":"[]"}]""", 1)]
    [InlineData("""[{"conditionId":"0x0000000000000000000000000000000000000000000000000000000000000001","clobTokenIds":"[1,[2]]"}]""", 1)]
    [InlineData("""[{"conditionId":"0x0000000000000000000000000000000000000000000000000000000000000001","version":"v2","clobTokenIds":"[\"1\"]"}]""", 1)]
    public void Unreadable_markets_are_counted(string body, int count)
    {
        var page = Decode(body);
        Assert.Equal((0, count), (page.Tokens.Length, page.Unreadable));
    }

    [Fact]
    public void One_wrong_token_does_not_take_the_others_along()
    {
        var page = Decode(Golden.Text("polygon-6-gamma-v1").Replace(Second, "x"));
        Assert.Equal((1, 1), (page.Tokens.Length, page.Unreadable));
        page = Decode(Golden.Text("polygon-6-gamma-v1").Replace("[\\\"Up\\\", \\\"Down\\\"]", "[\\\"Up\\\"]"));
        Assert.Equal(["Up", ""], page.Tokens.Select(static token => token.Market.Label));
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("<html>", "not JSON")]
    [InlineData("7", "no markets")]
    [InlineData("{}", "no markets")]
    [InlineData("""{"markets":null}""", "no markets")]
    [InlineData("""{"markets":[]} x""", "not JSON")]
    public void An_answer_without_markets_says_so(string body, string problem)
    {
        Assert.False(GammaPageCodec.TryDecode(Encoding.UTF8.GetBytes(body), out _, out var said));
        Assert.Contains(problem, said);
    }

    [Fact]
    public void Requests_name_every_token()
    {
        TokenId[] tokens = [WireText.Parse<TokenId>("1"), WireText.Parse<TokenId>("2")];
        Assert.Equal("/markets/keyset?clob_token_ids=1&clob_token_ids=2", GammaRequest.MarketsOf(tokens));
        Assert.Equal("/markets/keyset?clob_token_ids=1&after_cursor=a%2Bb%3D", GammaRequest.MarketsOf(tokens.AsSpan(0, 1), "a+b="));
    }

    private static GammaPage Decode(string body)
    {
        Assert.True(GammaPageCodec.TryDecode(Encoding.UTF8.GetBytes(body), out var page, out var problem), problem);
        return page;
    }
}
