using Oddswire.Simulator.World;
using Oddswire.Simulator.World.Us;
using Xunit;

namespace Oddswire.Simulator.Tests.World.Us;

// What people are told of the US half of the demo world.
public sealed class UsPromiseTests : IUsObserver
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan FiveSeconds = TimeSpan.FromSeconds(5);

    private readonly Agenda _agenda = new(Start);
    private readonly List<UsPrint> _prints = [];
    private readonly List<UsExecution> _executions = [];
    private bool _paused;

    [Fact]
    public void There_are_six_markets_all_open()
    {
        var exchange = Create();
        Assert.Equal(6, exchange.Markets.Select(static market => market.Slug).Distinct().Count());
        Assert.All(exchange.Markets, static market => Assert.Equal("MARKET_STATE_OPEN", market.State));
    }

    [Fact]
    public void Every_market_trades_and_the_account_has_an_order_update_at_least_every_5_s()
    {
        var exchange = Create();
        Run(600);
        foreach (var market in exchange.Markets) AssertNoLongWait(_prints.Where(print => print.Market == market).Select(static print => print.At));
        AssertNoLongWait(_executions.Select(static execution => execution.At));
    }

    [Fact]
    public void The_account_never_sells_what_it_has_not_and_never_runs_out_of_money()
    {
        var exchange = Create();
        for (var hour = 0; hour < 6; hour++)
        {
            Run(3_600);
            Assert.All(exchange.Account.Holdings, static held => Assert.True(held.Net >= 0));
            Assert.True(exchange.Account.Funds.Cash > 0, $"{exchange.Account.Funds} after {hour + 1} h");
        }
    }

    [Fact]
    public void A_seed_makes_the_same_world_and_a_pause_stops_it()
    {
        Create();
        Run(60);
        var first = _prints.Select(static print => (print.Id, print.Price, print.Quantity)).ToList();
        var again = new UsPromiseTests();
        again.Create();
        again.Run(60);
        Assert.Equal(first, again._prints.Select(static print => (print.Id, print.Price, print.Quantity)));
        _paused = true;
        Run(60);
        Assert.Equal(first.Count, _prints.Count);
        _paused = false;
        Run(5);
        Assert.True(_prints.Count > first.Count);
    }

    [Fact]
    public void Many_markets_have_names_of_their_own_and_none_is_a_world_too()
    {
        Assert.Equal(200, Create(200).Markets.Select(static market => market.Slug).Distinct().Count());
        var none = new UsPromiseTests();
        none.Create(0);
        none.Run(60);
        Assert.Empty(none._executions);
    }

    void IUsObserver.BookChanged(UsMarket market)
    {
        // Books are the venue's tests.
    }

    void IUsObserver.Traded(UsPrint print) => _prints.Add(print);

    void IUsObserver.OrderChanged(UsExecution execution) => _executions.Add(execution);

    void IUsObserver.PositionChanged(UsPositionEntry entry)
    {
        // The same.
    }

    void IUsObserver.BalanceChanged(UsBalanceEntry entry)
    {
        // The same.
    }

    private UsExchange Create(int markets = 6) => new(new WorldSettings { UsMarkets = markets }, _agenda, () => _paused, this);

    private void Run(int seconds) => _agenda.Advance(_agenda.Now + TimeSpan.FromSeconds(seconds));

    private void AssertNoLongWait(IEnumerable<DateTimeOffset> times)
    {
        var at = Start;
        foreach (var next in times.Append(_agenda.Now))
        {
            Assert.InRange(next - at, TimeSpan.Zero, FiveSeconds);
            at = next;
        }
    }
}
