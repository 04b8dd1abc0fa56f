using System.Text;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Clob;

// One client of the user channel: whose orders and trades it may see, and of which markets (protocol page, section 2).
internal sealed class ClobUserConnection : Connection
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(125);

    private readonly ClobAccounts _accounts;
    private readonly Agenda _agenda;
    private readonly HashSet<string> _markets = [];
    private DateTimeOffset _heardAt;

    public ClobUserConnection(int id, FaultLine line, ClobAccounts accounts, Agenda agenda) : base(id, line)
    {
        (_accounts, _agenda, _heardAt) = (accounts, agenda, agenda.Now);
        agenda.After(Patience, Watch);
    }

    // Null: it has yet to say who it is.
    public ClobAccount? Account { get; private set; }

    // It named no market when it opened.
    public bool AllMarkets { get; private set; }

    public IEnumerable<string> Markets => _markets;

    public bool Wants(ClobAccount account, Market market) => Account == account && (AllMarkets || _markets.Contains(market.ConditionId));

    public void Push(string topic, ReadOnlyMemory<byte> text)
    {
        _heardAt = _agenda.Now;
        Send(ServerFrame.Data(topic, default, text, default));
    }

    protected override void OnText(ReadOnlyMemory<byte> text)
    {
        _heardAt = _agenda.Now;
        if (Account is null) Open(ClobRequest.Parse(text));
        else if (text.Span.SequenceEqual("PING"u8)) Send(ServerFrame.Heartbeat("PONG"u8.ToArray()));
        else if (text.Span.SequenceEqual("ping"u8)) Send(ServerFrame.Heartbeat("pong"u8.ToArray()));
        else Change(ClobRequest.Parse(text));
    }

    private void Open(ClobRequest? request)
    {
        if (request is not { Type: "user" })
        {
            Close(1008, "invalid subscription payload");
            return;
        }
        Account = request.Auth is { } auth ? _accounts.Find(auth.ApiKey, auth.Secret, auth.Passphrase) : null;
        if (Account is null)
        {
            Close(1008, "invalid credentials");
            return;
        }
        AllMarkets = request.Markets is not { Count: > 0 };
        _markets.UnionWith(request.Markets ?? []);
    }

    private void Change(ClobRequest? request)
    {
        if (request is null) Say("INVALID MESSAGE");
        else if (request is { Operation: "subscribe", Markets: { } more }) _markets.UnionWith(more);
        else if (request is { Operation: "unsubscribe", Markets: { } less }) _markets.ExceptWith(less);
        else Say("INVALID OPERATION");
    }

    private void Say(string text) => Send(ServerFrame.Reply(Encoding.ASCII.GetBytes(text)));

    // A connection on which nothing moves is dropped without a close frame.
    private void Watch()
    {
        if (Ended) return;
        if (_agenda.Now - _heardAt >= Patience) Send(ServerFrame.Drop());
        else _agenda.At(_heardAt + Patience, Watch);
    }
}
