using System.Text;
using System.Text.Json;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Dome;

// One client of Dome. It says nothing before the client speaks, answers each control frame with one frame (but not an
// unsubscribe), and pings every 30 s; who leaves two pings unanswered is dropped.
internal sealed class DomeConnection : Connection
{
    private const string IdLetters = "abcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(30);
    private static readonly byte[] Tail = [.. "}"u8];

    private readonly DomeVenue _venue;
    private readonly Agenda _agenda;
    private readonly Random _ids;
    private readonly List<(string Id, DomeFilter Filter, byte[] Head)> _subscriptions = [];
    private int _unanswered;

    public DomeConnection(int id, FaultLine line, DomeVenue venue, DomeKey key, Agenda agenda, Random ids) : base(id, line)
    {
        Key = key;
        _venue = venue;
        _agenda = agenda;
        _ids = ids;
    }

    // A list of 100,000 addresses fits.
    public override int MessageLimit => 8 * 1024 * 1024;

    public DomeKey Key { get; }

    public int SubscriptionCount => _subscriptions.Count;

    public IEnumerable<(string Id, string Filters)> Subscriptions => _subscriptions.Select(subscription => (subscription.Id, subscription.Filter.Text));

    public void Push(Execution execution, Func<ReadOnlyMemory<byte>> data)
    {
        foreach (var subscription in _subscriptions)
            if (subscription.Filter.Matches(execution)) Send(ServerFrame.Data("orders", subscription.Head, data(), Tail));
    }

    public void PlanPing() => _agenda.After(PingInterval, () =>
    {
        if (Ended) return;
        if (_unanswered == 2)
        {
            Send(ServerFrame.Drop());
            return;
        }
        if (Send(ServerFrame.Ping())) _unanswered++;
        PlanPing();
    });

    protected override void OnPong() => _unanswered = 0;

    protected override void OnText(ReadOnlyMemory<byte> text)
    {
        string? action = null, id = null;
        try
        {
            using var request = DomeRequest.Parse(text);
            (action, id) = (request.Action, request.SubscriptionId);
            if (Apply(request) is { } acknowledged) Answer(new { type = "ack", subscription_id = acknowledged });
        }
        catch (DomeRefusedException refused)
        {
            Answer(new { type = "error", error = refused.Error, message = refused.Message, action, subscription_id = id });
        }
    }

    // The subscription to acknowledge; none for an unsubscribe.
    private string? Apply(DomeRequest request)
    {
        switch (request.Action)
        {
            case "subscribe":
                request.CheckConstants();
                return Subscribe(DomeFilter.Parse(request.Filters, Key.Tier));
            case "update":
                request.CheckConstants();
                var (at, known) = Find(request.SubscriptionId);
                _subscriptions[at] = known with { Filter = DomeFilter.Parse(request.Filters, Key.Tier) };
                return known.Id;
            case "unsubscribe":
                request.CheckVersionIfGiven();
                _subscriptions.RemoveAt(Find(request.SubscriptionId).At);
                return null;
            default:
                throw new DomeRefusedException("INVALID_MESSAGE", "action: expected subscribe, update or unsubscribe");
        }
    }

    private string Subscribe(DomeFilter filter)
    {
        if (_venue.SubscriptionsOf(Key) >= Key.Tier.Subscriptions)
            throw new DomeRefusedException("SUBSCRIPTION_LIMIT", $"{Key.Tier.Name} tier allows {Key.Tier.Subscriptions} subscriptions");
        var id = "sub_" + new string(_ids.GetItems<char>(IdLetters, 11));
        _subscriptions.Add((id, filter, Encoding.UTF8.GetBytes($"{{\"type\":\"event\",\"subscription_id\":\"{id}\",\"data\":")));
        return id;
    }

    private (int At, (string Id, DomeFilter Filter, byte[] Head) Subscription) Find(string? id)
    {
        var at = _subscriptions.FindIndex(subscription => subscription.Id == id);
        return at >= 0 ? (at, _subscriptions[at]) : throw new DomeRefusedException("SUBSCRIPTION_NOT_FOUND", "subscription_id: not a subscription of this connection");
    }

    private void Answer<T>(T answer) => Send(ServerFrame.Reply(JsonSerializer.SerializeToUtf8Bytes(answer)));
}
