namespace Oddswire.Simulator.World;

// The markets that trade, and those that did: a window closes, settles a little later, and the next one takes its place.
public sealed class MarketList
{
    // Closed markets that the catalog still knows: at one new market a minute more than seven hours.
    private const int ClosedKept = 500;

    private static readonly TimeSpan SettlesAfter = TimeSpan.FromSeconds(30);

    private readonly WorldSettings _settings;
    private readonly Agenda _agenda;
    private readonly Random _random;
    private readonly List<Market> _open = [];
    private readonly Queue<Market> _closed = new();
    private readonly Dictionary<string, OutcomeToken> _tokens = [];
    private int _number;

    internal MarketList(WorldSettings settings, Agenda agenda)
    {
        _settings = settings;
        _agenda = agenda;
        _random = Seeds.Fork(settings.Seed, "markets");
        for (var i = 0; i < settings.Markets - settings.WindowMarkets; i++)
            Add(MarketPlan.Lasting(i) with { Busy = i < settings.BusyMarkets }, agenda.Now);
        for (var series = 0; series < settings.WindowMarkets; series++) OpenWindow(series, Current(series), agenda.Now);
    }

    public IReadOnlyList<Market> Open => _open;

    // In the order of their numbers.
    public IEnumerable<Market> All => _closed.Concat(_open).OrderBy(market => market.Number);

    // Told of each market that begins and ends to trade; one listener, the maker of matches.
    internal Action<Market>? Opened { get; set; }

    internal Action<Market>? Closed { get; set; }

    internal Action<Market>? Settled { get; set; }

    public OutcomeToken? Token(string id) => _tokens.GetValueOrDefault(id);

    private DateTimeOffset Current(int series)
    {
        // The series are spread over the window, so that one market follows another instead of all at once.
        var length = _settings.Window.Ticks;
        var offset = length * series / _settings.WindowMarkets;
        var start = ((_agenda.Now.UtcTicks - offset) / length * length) + offset;
        return new DateTimeOffset(start, TimeSpan.Zero);
    }

    private void OpenWindow(int series, DateTimeOffset start, DateTimeOffset listedAt)
    {
        var end = start + _settings.Window;
        var market = Add(MarketPlan.Window(series, start, _settings.Window), listedAt);
        _agenda.At(end, () =>
        {
            Close(market);
            OpenWindow(series, end, end + TimeSpan.FromSeconds(2 + (4 * _random.NextDouble())));
        });
    }

    private Market Add(MarketPlan plan, DateTimeOffset listedAt)
    {
        if (_settings.LegacyLogs && _number % 4 == 2) plan = plan.OnLegacyExchange();
        var market = new Market(_settings.Seed, _number++, plan, _agenda.Now, listedAt);
        _open.Add(market);
        foreach (var token in market.Tokens) _tokens[token.Id] = token;
        Opened?.Invoke(market);
        return market;
    }

    private void Close(Market market)
    {
        _open.Remove(market);
        _closed.Enqueue(market);
        market.State = MarketState.Settling;
        Closed?.Invoke(market);
        _agenda.After(SettlesAfter, () =>
        {
            market.State = MarketState.Settled;
            Settled?.Invoke(market);
        });
        if (_closed.Count <= ClosedKept) return;
        foreach (var token in _closed.Dequeue().Tokens) _tokens.Remove(token.Id);
    }
}
