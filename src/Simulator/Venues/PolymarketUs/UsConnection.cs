using System.Text;
using System.Text.Json;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.PolymarketUs;

// One client of either US socket: what it has subscribed to, and the words that it gets for what it asks (protocol page, sections 3 to 6).
internal abstract class UsConnection(int id, FaultLine line, Agenda agenda, UsRules rules, IReadOnlyList<string> types) : Connection(id, line)
{
    // However few slugs each of them has.
    private const int MostRequests = 10;

    // The first that a client hears of its request.
    private static readonly TimeSpan SnapshotAfter = TimeSpan.FromSeconds(0.1);

    private readonly List<UsSubscription> _subscriptions = [];

    // Thousands of slugs in one request were accepted.
    public override int MessageLimit => 4 * 1024 * 1024;

    public IReadOnlyList<UsSubscription> Subscriptions => _subscriptions;

    protected Agenda Agenda => agenda;

    protected UsRules Rules => rules;

    // Also while it is idle, and whether or not the client ever answers.
    public void PlanHeartbeat() => agenda.After(rules.Heartbeat, () =>
    {
        if (Ended) return;
        Send(ServerFrame.Heartbeat("{\"heartbeat\":{}}"u8.ToArray()));
        PlanHeartbeat();
    });

    protected override void OnText(ReadOnlyMemory<byte> text)
    {
        if (text.Span.SequenceEqual("PING"u8)) Send(ServerFrame.Heartbeat("PONG"u8.ToArray()));
        else if (UsRequest.Parse(text, types) is not { } request) Say(new { error = "invalid_message" });
        else if (request.Action == UsAction.Subscribe) Subscribe(request);
        else if (request.Action == UsAction.Unsubscribe) Unsubscribe(request.RequestId);
    }

    // What there is to tell at first, once the subscription is live.
    protected abstract void Begin(UsSubscription subscription);

    protected void Push(UsSubscription subscription, string key, string? slug, ReadOnlyMemory<byte> payload) =>
        Send(ServerFrame.Data(slug is null ? key : $"{key}/{slug}", subscription.Head(key), payload, "}"u8.ToArray()));

    protected void Remove(UsSubscription subscription) => _subscriptions.Remove(subscription);

    protected bool Has(UsSubscription subscription) => !Ended && _subscriptions.Contains(subscription);

    // A request is taken or refused as a whole, and what is refused takes no place.
    private void Subscribe(UsRequest request)
    {
        var slugs = rules.SlugsPerRequest is { } most ? [.. request.Slugs.Take(most)] : request.Slugs;
        if (Refusal(request, slugs) is { } error)
        {
            Say(new { requestId = request.RequestId, subscriptionType = UsSubscription.NamePrefix + (request.Type.Length == 0 ? "UNSPECIFIED" : request.Type), error });
            return;
        }
        var subscription = new UsSubscription(request, slugs);
        _subscriptions.Add(subscription);
        agenda.After(SnapshotAfter, () =>
        {
            if (!Has(subscription)) return;
            subscription.Live = true;
            Begin(subscription);
        });
    }

    private string? Refusal(UsRequest request, IReadOnlyList<string> slugs)
    {
        if (request.Type.Length == 0) return "subscription failed";
        if (_subscriptions.Any(known => known.RequestId == request.RequestId)) return "request id already exists";
        if (_subscriptions.Count >= MostRequests) return "max subscriptions per connection reached";
        var seen = new HashSet<string>();
        foreach (var slug in slugs)
            if (!seen.Add(slug) || _subscriptions.Any(known => known.Type == request.Type && known.Holds(slug))) return $"slug already subscribed: {slug}";
        return null;
    }

    // Also of an id that is not known: there is nothing of it now.
    private void Unsubscribe(string requestId)
    {
        _subscriptions.RemoveAll(known => known.RequestId == requestId);
        Say(new { requestId, unsubscribed = true });
    }

    private void Say<T>(T answer) => Send(ServerFrame.Reply(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(answer))));
}
