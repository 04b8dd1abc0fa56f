using System.Text;
using System.Text.Json;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Clob;

// The user channel: to whoever has an account, what becomes of its wallet's orders and trades in the world; and the REST calls by which
// one gets the credentials of an account.
internal sealed class ClobUserVenue(long seed, Agenda agenda, VenueFaults faults, Func<SimulatedWorld> world) : SocketVenue("clob-user", faults, agenda), IAnswersHttp
{
    private static readonly TimeSpan ToldAfter = TimeSpan.FromSeconds(0.05);

    // Deeper than most reorgs.
    private static readonly TimeSpan ConfirmedAfter = 3 * Block.Interval;

    // A trade that a reorg has thrown out for good.
    private static readonly TimeSpan GivenUpAfter = TimeSpan.FromSeconds(60);

    private readonly Dictionary<Word, List<ClobTrade>> _trades = [];
    private readonly ClobOrders _orders = new();
    private ClobAccounts? _accounts;
    private ClobKeys? _keys;

    public override IReadOnlyList<string> Topics { get; } = ["order", "trade"];

    private ClobAccounts Accounts => _accounts ??= new ClobAccounts(seed, world().Wallets[0].Address);

    public HttpAnswer Answer(HttpQuestion question) => (_keys ??= new ClobKeys(Accounts)).Answer(question);

    public void Matched(Match match)
    {
        foreach (var account in Accounts.All)
        {
            var own = match.Makers.Add(match.Taker).Where(execution => execution.Order.Wallet.Address.Text == account.Wallet.Text).ToList();
            if (own.Count == 0) continue;
            var trade = new ClobTrade(account, match);
            if (_trades.TryGetValue(match.TransactionHash, out var others)) others.Add(trade);
            else _trades.Add(match.TransactionHash, [trade]);
            var orders = own.SelectMany(execution => Orders(account, match, execution)).ToList();
            Agenda.After(ToldAfter, () =>
            {
                foreach (var order in orders) Push(account, match.Market, "order", order);
                Tell(trade, "MATCHED");
            });
        }
    }

    public void Mined(Block block)
    {
        foreach (var settlement in block.Settlements)
        {
            if (!_trades.TryGetValue(settlement.Match.TransactionHash, out var trades)) continue;
            foreach (var trade in trades)
            {
                trade.Mined = true;
                Tell(trade, "MINED");
            }
            Agenda.After(ConfirmedAfter, () =>
            {
                if (settlement.Removed || !_trades.Remove(settlement.Match.TransactionHash)) return;
                foreach (var trade in trades) Tell(trade, "CONFIRMED");
            });
        }
    }

    // What was thrown out is sent again; most of it is mined again soon.
    public void Unwound(Block block)
    {
        foreach (var settlement in block.Settlements)
        {
            if (!_trades.TryGetValue(settlement.Match.TransactionHash, out var trades)) continue;
            foreach (var trade in trades)
            {
                trade.Mined = false;
                Tell(trade, "RETRYING");
            }
            Agenda.After(GivenUpAfter, () =>
            {
                if (trades.Exists(static trade => trade.Mined) || !_trades.Remove(settlement.Match.TransactionHash)) return;
                foreach (var trade in trades) Tell(trade, "FAILED");
            });
        }
    }

    public override void WriteSubscriptions(Utf8JsonWriter json)
    {
        foreach (var connection in Connections.Cast<ClobUserConnection>().Where(static connection => connection.Account is not null))
        {
            json.WriteStartObject();
            json.WriteNumber("connection", connection.Id);
            json.WriteString("wallet", connection.Account!.Wallet.Text);
            json.WriteBoolean("all_markets", connection.AllMarkets);
            json.WriteStartArray("markets");
            foreach (var market in connection.Markets) json.WriteStringValue(market);
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    protected override Connection Accept(int id, FaultLine line, Dial dial) => new ClobUserConnection(id, line, Accounts, Agenda);

    // What the world's order books are about has been placed before it is matched; one hears of it then.
    private IEnumerable<string> Orders(ClobAccount account, Match match, Execution execution)
    {
        var (before, after) = _orders.Matched(execution, Agenda.Now);
        if (before is null) yield return ClobUserFrames.Order(account, execution.Order, "PLACEMENT", after with { Matched = 0 }, trade: null, Agenda.Now);
        yield return ClobUserFrames.Order(account, execution.Order, "UPDATE", after, ClobUserFrames.Id(match), Agenda.Now);
    }

    private void Tell(ClobTrade trade, string status)
    {
        if (trade.TellsNow(status)) Push(trade.Account, trade.Match.Market, "trade", ClobUserFrames.Trade(trade.Account, trade.Match, status, Agenda.Now));
    }

    private void Push(ClobAccount account, Market market, string topic, string text)
    {
        byte[]? bytes = null;
        foreach (var connection in Connections.Cast<ClobUserConnection>())
            if (connection.Wants(account, market)) connection.Push(topic, bytes ??= Encoding.UTF8.GetBytes(text));
    }
}
