using System.Text;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Clob;

// One client of the market channel: what it follows, and the words that it gets for what it asks (protocol page, sections 1.1 to 1.6).
internal sealed class ClobMarketConnection : Connection
{
    // A frame that names more gets no opening books, without a word; its changes flow.
    private const int MostWithSnapshot = 750;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(125);

    private readonly ClobMarketVenue _venue;
    private readonly Agenda _agenda;
    private readonly Dictionary<string, OutcomeToken?> _followed = [];
    private DateTimeOffset _heardAt;
    private bool _opened;

    public ClobMarketConnection(int id, FaultLine line, ClobMarketVenue venue, Agenda agenda) : base(id, line)
    {
        (_venue, _agenda, _heardAt) = (venue, agenda, agenda.Now);
        agenda.After(Patience, Watch);
    }

    // 750 tokens of 77 digits and more.
    public override int MessageLimit => 1024 * 1024;

    public bool CustomFeatures { get; private set; }

    public IEnumerable<string> Followed => _followed.Keys;

    public bool Follows(OutcomeToken token) => _followed.ContainsKey(token.Id);

    public void Push(string topic, ReadOnlyMemory<byte> text)
    {
        _heardAt = _agenda.Now;
        Send(ServerFrame.Data(topic, default, text, default));
    }

    // Of what it follows, nothing trades any more. Tokens that never were do not count.
    public void CloseIfResolved(Market settled)
    {
        if (!_followed.Values.Any(token => token?.Market == settled)) return;
        if (_followed.Values.All(static token => token is null || token.Market.State == MarketState.Settled)) Close(1000, "all subscribed assets resolved");
    }

    protected override void OnText(ReadOnlyMemory<byte> text)
    {
        _heardAt = _agenda.Now;
        if (_opened && text.Span.SequenceEqual("PING"u8)) Send(ServerFrame.Heartbeat("PONG"u8.ToArray()));
        else if (_opened && text.Span.SequenceEqual("ping"u8)) Send(ServerFrame.Heartbeat("pong"u8.ToArray()));
        else if (!_opened) Open(ClobRequest.Parse(text));
        else Change(ClobRequest.Parse(text));
    }

    private void Open(ClobRequest? request)
    {
        if (request is not { Type: "market", Assets: not null })
        {
            Close(1008, "invalid subscription payload");
            return;
        }
        _opened = true;
        Subscribe(request, request.Assets);
    }

    private void Change(ClobRequest? request)
    {
        if (request is null)
        {
            Say("INVALID MESSAGE");
        }
        else if (request is { Operation: "subscribe", Assets: { } more })
        {
            if (more.All(_followed.ContainsKey)) Say("NO NEW ASSETS");
            else Subscribe(request, more);
            CustomFeatures = request.CustomFeatures;
        }
        else if (request is { Operation: "unsubscribe", Assets: { } less })
        {
            foreach (var id in less) _followed.Remove(id);
        }
        else
        {
            Say("INVALID OPERATION");
        }
    }

    private void Subscribe(ClobRequest request, IReadOnlyList<string> ids)
    {
        CustomFeatures = request.CustomFeatures;
        var added = ids.Where(id => _followed.TryAdd(id, _venue.Token(id))).ToList();
        if (!request.InitialDump || ids.Count > MostWithSnapshot) return;
        var books = added.Select(id => _followed[id]).OfType<OutcomeToken>().Where(static token => token.Market.State == MarketState.Open).ToList();
        Push("book", Encoding.UTF8.GetBytes(_venue.Snapshot(this, books)));
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
