using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Simulator.Tests.World;

public sealed class MatchTests
{
    private static readonly WorldRun Run = new WorldRun().Run(120);

    [Fact]
    public void What_the_makers_give_is_what_the_taker_gets()
    {
        foreach (var match in Run.Matches)
        {
            var token = match.Taker.Order.Token;
            Assert.Equal(match.Taker.Shares, match.Makers.Sum(maker => maker.Shares));
            Assert.Equal(match.Taker.Collateral, match.Makers.Sum(maker => maker.Order.Token == token ? maker.Collateral : maker.Shares - maker.Collateral));
        }
    }

    [Fact]
    public void Makers_of_the_same_token_are_on_the_other_side_and_makers_of_the_other_token_on_the_same() =>
        Assert.All(Run.Matches, match => Assert.All(match.Makers, maker =>
            Assert.Equal(maker.Order.Token == match.Taker.Order.Token, maker.Order.Side != match.Taker.Order.Side)));

    [Fact]
    public void Most_maker_rows_are_of_mints_and_merges_and_carry_the_other_token()
    {
        var makers = Run.Matches.SelectMany(match => match.Makers.Select(maker => maker.Order.Token == match.Taker.Order.Token)).ToList();
        Assert.InRange(makers.Count(same => !same) / (double)makers.Count, 0.75, 0.81);
        Assert.Contains(Run.Matches, match => match.Taker.Order.Side == Side.Buy && match.Makers.Any(maker => maker.Order.Token != match.Taker.Order.Token));
        Assert.Contains(Run.Matches, match => match.Taker.Order.Side == Side.Sell && match.Makers.Any(maker => maker.Order.Token != match.Taker.Order.Token));
    }

    [Fact]
    public void A_maker_is_filled_at_its_own_price() =>
        Assert.All(Run.Matches.SelectMany(match => match.Makers), maker =>
            Assert.Equal(maker.Order.Price / (decimal)Market.One, (decimal)maker.Collateral / maker.Shares, 6));

    [Fact]
    public void Only_takers_pay_and_by_the_formula_of_their_market()
    {
        Assert.All(Run.Matches.SelectMany(match => match.Makers), maker => Assert.Equal(0, maker.Fee));
        Assert.InRange(Run.Matches.Count(match => match.Taker.Fee > 0) / (double)Run.Matches.Count, 0.2, 0.6);
        foreach (var match in Run.Matches)
        {
            var price = (double)match.Taker.Collateral / match.Taker.Shares;
            var expected = match.Taker.Shares * (match.Market.Plan.FeeRate / 10_000.0) * price * (1 - price);
            Assert.InRange(match.Taker.Fee, expected - 1, expected + 1);
        }
    }

    [Fact]
    public void Nobody_trades_with_himself() =>
        Assert.All(Run.Matches, match => Assert.DoesNotContain(match.Makers, maker => maker.Order.Wallet == match.Taker.Order.Wallet));

    [Fact]
    public void Partial_fills_share_the_hash_of_their_order_and_one_wallet_may_have_several_rows_in_a_transaction()
    {
        var orders = Run.Matches.SelectMany(match => match.Makers.Append(match.Taker)).GroupBy(row => row.Order.Hash).ToList();
        Assert.Contains(orders, rows => rows.Count() > 1);
        Assert.All(orders, rows => Assert.Single(rows.Select(row => row.Order.Wallet).Distinct()));
        Assert.Contains(Run.Matches, match => match.Makers.GroupBy(maker => maker.Order.Wallet).Any(rows => rows.Count() > 1));
        Assert.All(Run.Matches, match => Assert.Equal(match.Fills, match.Makers.Append(match.Taker).Select(row => row.Order.Hash).Distinct().Count()));
    }

    [Fact]
    public void Amounts_are_whole_shares_hundredths_and_odd_fractions()
    {
        var shares = Run.Matches.SelectMany(match => match.Makers).Select(maker => maker.Shares).ToList();
        Assert.Contains(shares, amount => amount % 1_000_000 == 0);
        Assert.Contains(shares, amount => amount % 1_000_000 != 0 && amount % 10_000 == 0);
        Assert.Contains(shares, amount => amount % 10_000 != 0);
        Assert.All(shares, amount => Assert.InRange(amount, 1_000_000, 100_000_000_000));
    }
}
