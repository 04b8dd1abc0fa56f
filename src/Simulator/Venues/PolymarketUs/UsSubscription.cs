using System.Text;
using System.Text.Json;

namespace Oddswire.Simulator.Venues.PolymarketUs;

// One request that is in force on a connection.
internal sealed class UsSubscription(UsRequest request, IReadOnlyList<string> slugs)
{
    public const string NamePrefix = "SUBSCRIPTION_TYPE_";

    private readonly HashSet<string> _slugs = [.. slugs];
    private readonly Dictionary<string, DateTimeOffset> _toldAt = [];
    private readonly HashSet<string> _due = [];

    public string RequestId => request.RequestId;

    public string Type => request.Type;

    public bool Debounced => request.Debounced;

    // As asked for, less what a limit took away. None: every market.
    public IReadOnlyList<string> Slugs => slugs;

    // From the snapshot on; nothing comes in front of it.
    public bool Live { get; set; }

    public bool Holds(string slug) => _slugs.Contains(slug);

    public bool Wants(string slug) => _slugs.Count == 0 || Holds(slug);

    public byte[] Head(string key) =>
        Encoding.UTF8.GetBytes($"{{\"requestId\":{JsonSerializer.Serialize(RequestId)},\"subscriptionType\":\"{NamePrefix}{Type}\",\"{key}\":");

    // When a debounced market may be told of; null when that is planned already.
    public DateTimeOffset? Debounce(string slug, DateTimeOffset now, TimeSpan pause)
    {
        if (_due.Contains(slug)) return null;
        var at = _toldAt.TryGetValue(slug, out var before) && before + pause > now ? before + pause : now;
        if (at > now) _due.Add(slug);
        return at;
    }

    public void Told(string slug, DateTimeOffset now)
    {
        _toldAt[slug] = now;
        _due.Remove(slug);
    }
}
