namespace Oddswire.Simulator.World;

// The one truth behind all venues: markets, wallets, matches and the chain that they settle on, out of a seed. It has no
// clock of its own: it lives on the agenda that it is given.
public sealed class SimulatedWorld
{
    private static readonly TimeSpan BusyPatience = TimeSpan.FromSeconds(0.75);
    private static readonly TimeSpan CalmPatience = TimeSpan.FromSeconds(1.5);

    private static readonly TimeSpan DemoPatience = TimeSpan.FromSeconds(2);

    private readonly Agenda _agenda;
    private readonly IWorldObserver _observer;
    private readonly Random _random;
    private readonly Crowd _crowd;
    private readonly MatchMaker _matchMaker;
    private readonly BookMaker? _books;
    private readonly Turns<OutcomeToken> _busy = new(BusyPatience);
    private readonly Turns<Market> _calm = new(CalmPatience);
    private readonly Dictionary<Market, DateTimeOffset> _demoTook = [];
    private readonly PriorityQueue<Match, (DateTimeOffset Ready, long Order)> _pending = new();
    private DateTimeOffset _resumedAt;
    private long _madeSince;
    private long _order;
    private int _run;

    public SimulatedWorld(WorldSettings settings, Agenda agenda, IWorldObserver observer)
    {
        settings.Validate();
        Settings = settings;
        _agenda = agenda;
        _observer = observer;
        _random = Seeds.Fork(settings.Seed, $"matches {agenda.Now.UtcTicks}");
        _crowd = new Crowd(settings);
        _matchMaker = new MatchMaker(_crowd, _random, Seeds.Fork(settings.Seed, $"hashes {agenda.Now.UtcTicks}"));
        _books = settings.Books ? new BookMaker(settings, agenda, observer) : null;
        Markets = new MarketList(settings, agenda) { Opened = Opened, Closed = Closed, Settled = observer.Settled };
        foreach (var market in Markets.Open) Opened(market);
        Chain = new Chain(settings, agenda.Now);
        _agenda.At(Chain.TimeOf(Chain.Head.Number + 1), Mine);
        Resume();
    }

    public WorldSettings Settings { get; }

    public MarketList Markets { get; }

    public IReadOnlyList<Wallet> Wallets => _crowd.Wallets;

    public Chain Chain { get; }

    public bool Paused { get; private set; } = true;

    // Matches made and not yet on the chain.
    public int InFlight => _pending.Count;

    // No new matches; blocks go on, and what is in flight settles.
    public void Pause()
    {
        Paused = true;
        _run++;
    }

    public void Resume()
    {
        if (!Paused) return;
        Paused = false;
        _resumedAt = _agenda.Now;
        _madeSince = 0;
        PlanMatch();
    }

    // The newest blocks are replaced. Of their matches the share gone never comes back; of the others most are in the
    // replaced blocks again, some only in the next one.
    public void Reorg(int blocks, double gone)
    {
        var unwound = Chain.Unwind(blocks);
        foreach (var block in unwound) _observer.Unwound(block);
        foreach (var block in unwound.Reverse())
        {
            var again = new List<Match>();
            foreach (var settlement in block.Settlements)
            {
                if (_random.NextDouble() < gone) continue;
                if (_random.Next(3) > 0) again.Add(settlement.Match);
                else _pending.Enqueue(settlement.Match, (_agenda.Now, _order++));
            }
            _observer.Mined(Chain.Mine(again));
        }
    }

    private void PlanMatch()
    {
        var makers = DrawMakers();
        // Matches come at the settled rate, each somewhere within the time that its own fills take.
        var fills = _madeSince + ((makers + 1) * _random.NextDouble());
        var run = _run;
        _agenda.At(_resumedAt + TimeSpan.FromSeconds(fills / Settings.Rate), () =>
        {
            if (run != _run) return;
            Make(makers);
            PlanMatch();
        });
        _madeSince += makers + 1;
    }

    // Two on average: a match is three fills.
    private int DrawMakers() => _random.Next(20) switch
    {
        < 9 => 1,
        < 15 => 2,
        < 18 => 3,
        18 => 4,
        _ => 6,
    };

    private void Make(int makers)
    {
        var now = _agenda.Now;
        var token = NextToken(now);
        var match = _matchMaker.Make(now, token, makers, Settings.DemoAccount && TakesDemo(token.Market, now) ? Wallets[0] : null);
        // A second or more until the next block, which comes every two: 2.2 s on average.
        _pending.Enqueue(match, (now + TimeSpan.FromSeconds(1 + (0.4 * _random.NextDouble())), _order++));
        match.Taker.Order.Token.LastTrade = match.Taker.Order.Price;
        _observer.Matched(match);
        _books?.Traded(match);
    }

    // Busy markets trade each second: with that it is there every three seconds or so.
    private bool TakesDemo(Market market, DateTimeOffset now)
    {
        if (now - _demoTook.GetValueOrDefault(market) < DemoPatience) return false;
        if (!market.Plan.Busy && Markets.Open.Any(other => other.RateAt(now) > market.RateAt(now))) return false;
        _demoTook[market] = now;
        return true;
    }

    private OutcomeToken NextToken(DateTimeOffset now)
    {
        if (_busy.Overdue(now) is { } token) return Took(token, now);
        var market = _calm.Overdue(now) ?? Markets.Open[_random.Next(Markets.Open.Count)];
        return Took(market.Tokens[_random.Next(2)], now);
    }

    private OutcomeToken Took(OutcomeToken token, DateTimeOffset now)
    {
        _busy.Took(token, now);
        _calm.Took(token.Market, now);
        return token;
    }

    private void Mine()
    {
        var matches = new List<Match>();
        while (_pending.TryPeek(out var match, out var at) && at.Ready <= _agenda.Now)
        {
            matches.Add(match);
            _pending.Dequeue();
        }
        _observer.Mined(Chain.Mine(matches));
        _agenda.At(Chain.TimeOf(Chain.Head.Number + 1), Mine);
    }

    private void Opened(Market market)
    {
        if (!market.Plan.Busy) _calm.Add(market, DateTimeOffset.MinValue);
        else foreach (var token in market.Tokens) _busy.Add(token, DateTimeOffset.MinValue);
        _books?.Opened(market);
    }

    private void Closed(Market market)
    {
        _calm.Remove(market);
        _matchMaker.Forget(market);
        _demoTook.Remove(market);
        _books?.Closed(market);
    }
}
