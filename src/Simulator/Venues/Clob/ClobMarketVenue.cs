using System.Text;
using System.Text.Json;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Clob;

// The market channel: books, changes and trades of the tokens that a connection follows, each market's two in one message.
internal sealed class ClobMarketVenue(Agenda agenda, VenueFaults faults, Func<MarketList> markets) : SocketVenue("clob-market", faults, agenda), IAnswersHttp
{
    private static readonly string[] Events = ["book", "price_change", "last_trade_price", "tick_size_change", "best_bid_ask", "new_market", "market_resolved"];
    private static readonly TimeSpan TradeToldAfter = TimeSpan.FromSeconds(0.09);
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, (DateTimeOffset At, string Book)> _older = [];
    private readonly ClobRest _rest = new(id => markets().Token(id));

    public override IReadOnlyList<string> Topics => [.. Events, .. markets().Open.SelectMany(static market => market.Tokens).Select(static token => token.Id)];

    public HttpAnswer Answer(HttpQuestion question) => _rest.Answer(question);

    public OutcomeToken? Token(string id) => markets().Token(id);

    // Ended by a line feed, also when there is nothing to tell.
    public string Snapshot(Connection connection, IEnumerable<OutcomeToken> tokens) => $"[{string.Join(',', tokens.Where(token => !IsMuted(connection, "book", token)).Select(Opening))}]\n";

    public void Changed(Market market, IReadOnlyList<BookChange> changes)
    {
        if (Connections.Count == 0) return;
        byte[]? shared = null;
        foreach (var connection in Followers(market))
        {
            var told = Told(connection, market, "price_change");
            if (told.Count == 0 || Faults.OnFrame(FaultKind.SkipChange, connection.Id, "price_change") is not null) continue;
            var seen = Faults.OnFrame(FaultKind.Crossed, connection.Id, "price_change") is null ? changes : [.. changes, Crossing(market)];
            if (told.Count == market.Tokens.Length && seen == changes)
                connection.Push("price_change", shared ??= Encoding.ASCII.GetBytes(ClobFrames.PriceChange(market, changes, Agenda.Now, static _ => true)));
            else
                connection.Push("price_change", Encoding.ASCII.GetBytes(ClobFrames.PriceChange(market, seen, Agenda.Now, told.Contains)));
        }
        foreach (var token in market.Tokens) Tell(token, "best_bid_ask", custom: true, () => ClobFrames.BestBidAsk(token, Agenda.Now));
    }

    public void Matched(Match match) => Agenda.After(TradeToldAfter, () =>
    {
        var token = match.Taker.Order.Token;
        Tell(token, "last_trade_price", custom: false, () => ClobFrames.LastTrade(match, Agenda.Now));
        if (token.Market.State == MarketState.Open) Tell(token, "book", custom: false, () => ClobFrames.Book(token, opening: false));
    });

    public void TickChanged(Market market, int before)
    {
        foreach (var token in market.Tokens) Tell(token, "tick_size_change", custom: false, () => ClobFrames.TickSize(token, before, Agenda.Now));
    }

    // Everybody with custom features hears of it, whatever they follow.
    public void Opened(Market market)
    {
        byte[]? text = null;
        foreach (var connection in Connections.Cast<ClobMarketConnection>().Where(static connection => connection.CustomFeatures))
            connection.Push("new_market", text ??= Encoding.UTF8.GetBytes(ClobFrames.NewMarket(market, Agenda.Now)));
    }

    public void Settled(Market market)
    {
        byte[]? text = null;
        foreach (var connection in Followers(market))
        {
            if (connection.CustomFeatures) connection.Push("market_resolved", text ??= Encoding.UTF8.GetBytes(ClobFrames.Resolved(market, Agenda.Now)));
            connection.CloseIfResolved(market);
        }
        foreach (var token in market.Tokens) _older.Remove(token.Id);
    }

    public override void WriteSubscriptions(Utf8JsonWriter json)
    {
        foreach (var connection in Connections.Cast<ClobMarketConnection>())
        {
            json.WriteStartObject();
            json.WriteNumber("connection", connection.Id);
            json.WriteBoolean("custom_feature_enabled", connection.CustomFeatures);
            json.WriteStartArray("assets_ids");
            foreach (var id in connection.Followed) json.WriteStringValue(id);
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    protected override Connection Accept(int id, FaultLine line, Dial dial) => new ClobMarketConnection(id, line, this, Agenda);

    private IEnumerable<ClobMarketConnection> Followers(Market market) =>
        Connections.Cast<ClobMarketConnection>().Where(connection => connection.Follows(market.Tokens[0]) || connection.Follows(market.Tokens[1]));

    // Both legs go to whoever follows one of them.
    private List<OutcomeToken> Told(ClobMarketConnection connection, Market market, string topic) =>
        [.. market.Tokens.Where(token => !IsMuted(connection, topic, token))];

    private void Tell(OutcomeToken token, string topic, bool custom, Func<string> write)
    {
        byte[]? text = null;
        foreach (var connection in Connections.Cast<ClobMarketConnection>())
        {
            if (!connection.Follows(token) || (custom && !connection.CustomFeatures)) continue;
            connection.Push($"{topic}/{token.Id}", text ??= Encoding.ASCII.GetBytes(write()));
        }
    }

    private bool IsMuted(Connection connection, string topic, OutcomeToken token) =>
        Faults.Any && Faults.On(FaultKind.Mute, connection.Id, $"{topic}/{token.Id}") is not null;

    private string Opening(OutcomeToken token)
    {
        var book = ClobFrames.Book(token, opening: true);
        var older = _older.GetValueOrDefault(token.Id);
        if (older.Book is null || Agenda.Now - older.At > Stale) _older[token.Id] = (Agenda.Now, book);
        return older.Book is not null && Faults.Handshake(FaultKind.StaleSnapshot) is not null ? older.Book : book;
    }

    // A bid where only asks can be: no such order ever stood in the book.
    private static BookChange Crossing(Market market) => new(Side.Buy, Math.Min(World.Market.One - market.Tick, market.Mid + (2 * market.Tick)), 100_00);
}
