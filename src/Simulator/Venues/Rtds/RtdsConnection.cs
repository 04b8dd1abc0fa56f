using System.Text;
using System.Text.Json;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Rtds;

// One client of RTDS. It answers little: an empty text to a subscription and to PING. Without PING the data stops after
// six minutes, for good and without a word, while the socket stays open.
internal sealed class RtdsConnection : Connection
{
    private const int MostSubscriptions = 128;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    private readonly Agenda _agenda;
    private readonly string _name;
    private readonly byte[] _head;
    private readonly List<(RtdsTopic Topic, RtdsFilter Filter)> _subscriptions = [];
    private DateTimeOffset _heardAt;
    private bool _silent;

    public RtdsConnection(int id, FaultLine line, Agenda agenda, Random random) : base(id, line)
    {
        _agenda = agenda;
        _heardAt = agenda.Now;
        var bytes = new byte[13];
        random.NextBytes(bytes);
        // As in gXseIO-NQWeIKEhJwA==: the padding stays, the alphabet is that of addresses.
        _name = Convert.ToBase64String(bytes).Replace('+', '-').Replace('/', '_');
        _head = Encoding.UTF8.GetBytes($"{{\"connection_id\":\"{_name}\",");
    }

    public IEnumerable<RtdsTopic> Subscriptions => _subscriptions.Select(subscription => subscription.Topic);

    public bool Wants(string type, Market market)
    {
        if (_silent) return false;
        foreach (var (topic, filter) in _subscriptions)
            if (topic.Topic == "activity" && (topic.Type == type || topic.Type == "*") && filter.Matches(market)) return !FallsSilent();
        return false;
    }

    // The head carries the connection's own id, the rest is the same for everybody.
    public void Push(string topic, ReadOnlyMemory<byte> rest) => Send(ServerFrame.Data(topic, _head, rest, default));

    protected override void OnText(ReadOnlyMemory<byte> text)
    {
        // The official client writes it in lower case.
        if (text.Span.SequenceEqual("PING"u8) || text.Span.SequenceEqual("ping"u8))
        {
            if (!FallsSilent()) _heardAt = _agenda.Now;
            Send(ServerFrame.Heartbeat(default));
            return;
        }
        switch (RtdsRequest.Parse(text))
        {
            case { Action: RtdsAction.Subscribe } subscribe when TrySubscribe(subscribe.Topics):
                Send(ServerFrame.Reply(default));
                break;
            case { Action: RtdsAction.Unsubscribe } unsubscribe:
                foreach (var topic in unsubscribe.Topics) Remove(topic);
                Send(ServerFrame.Reply(default));
                break;
            case { Action: RtdsAction.Silence }:
                break;
            default:
                Send(ServerFrame.Reply(InvalidRequest()));
                break;
        }
    }

    // One filter per topic and type: the last one replaces the earlier.
    private bool TrySubscribe(IReadOnlyList<RtdsTopic> topics)
    {
        foreach (var topic in topics)
        {
            Remove(topic);
            if (_subscriptions.Count >= MostSubscriptions) return false;
            _subscriptions.Add((topic, RtdsFilter.Parse(topic.Filters)));
        }
        return true;
    }

    private void Remove(RtdsTopic topic) =>
        _subscriptions.RemoveAll(known => known.Topic.Topic == topic.Topic && known.Topic.Type == topic.Type);

    private bool FallsSilent() => _silent = _silent || _agenda.Now - _heardAt > Patience;

    private byte[] InvalidRequest() =>
        JsonSerializer.SerializeToUtf8Bytes(new { message = "Invalid request body", connectionId = _name, requestId = _name });
}
