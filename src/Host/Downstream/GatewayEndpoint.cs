using System.Collections.Immutable;
using Oddswire.Actors;
using Oddswire.Actors.Keys;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Keys;
using Oddswire.Runtime;

namespace Oddswire.Host.Downstream;

/// <summary>/api/v1: feeds, gaps, the audit trail, durable subscriptions and keys, for people and services.</summary>
internal sealed class GatewayEndpoint
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // A tier sells requests for orders; a person who looks at feeds and keys needs no tier.
    private const int LeastRate = 20;

    private readonly Topology _topology;
    private readonly Keyring _keyring;
    private readonly KeysApi _keys;
    private readonly RateLimit _rate;
    private readonly RefusalRecord _refusals;

    internal GatewayEndpoint(Topology topology, Keyring keyring, AuditApi audit, RefusalRecord refusals, TimeProvider time)
    {
        (_topology, _keyring, _refusals, _rate) = (topology, keyring, refusals, new RateLimit(time));
        _keys = new KeysApi(topology.System, topology.Keys, keyring);
        var gaps = new GapsApi(topology);
        var subscriptions = new SubscriptionsApi(topology.System, topology.Subscriptions, topology.Ledger);
        Routes =
        [
            new("GET", "feeds", null, Feeds),
            new("POST", "feeds/{name}/retry", "operate", Retry),
            new("GET", "gaps", null, gaps.List),
            new("GET", "audit", null, audit.List),
            new("GET", "subscriptions", "subscriptions", subscriptions.List),
            new("POST", "subscriptions", "subscriptions", subscriptions.Create),
            new("GET", "subscriptions/{name}", "subscriptions", subscriptions.Get),
            new("PATCH", "subscriptions/{name}", "subscriptions", subscriptions.Update),
            new("DELETE", "subscriptions/{name}", "subscriptions", subscriptions.Delete),
            new("POST", "subscriptions/{name}/pause", "subscriptions", subscriptions.Pause),
            new("POST", "subscriptions/{name}/resume", "subscriptions", subscriptions.Resume),
            new("GET", "keys", "admin", _ => Task.FromResult(_keys.List())),
            new("POST", "keys", "admin", AddKey),
            new("DELETE", "keys/{name}", "admin", call => _keys.Revoke(call.Name, call.Asker)),
        ];
    }

    internal ImmutableArray<Route> Routes { get; }

    internal async Task Serve(HttpContext http, string[] path)
    {
        var given = http.Request.Headers.Authorization.ToString();
        var key = given.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? _keyring.Find(given["Bearer ".Length..].Trim()) : null;
        var (route, name) = Find(http.Request.Method, path);
        var answer = key is null ? Answer.Error(401, "INVALID_API_KEY", "give a key: Authorization: Bearer KEY") : await Answered(http, key, route, name);
        _refusals.Request(http, key, route, answer);
        await Respond.With(http, answer);
    }

    private (Route? Route, string Name) Find(string method, string[] path)
    {
        foreach (var route in Routes)
        {
            if (route.Matches(method, path, out var name))
                return (route, name);
        }
        return (null, "");
    }

    private async Task<Answer> Answered(HttpContext http, Key key, Route? route, string name)
    {
        var most = Math.Max(LeastRate, key.Limits.RequestsPerSecond);
        if (!_rate.TryTake(key, most, most))
            return Answer.Error(429, "RATE_LIMIT", $"the key '{key.Name}' has made {most} requests in a second, its limit");
        if (route is null)
            return Answer.Error(404, "NOT_FOUND", "served here: " + string.Join(", ", Routes.Select(static route => $"{route.Method} /api/v1/{route.Path}")));
        if (route.Scope is { } scope && !key.May(scope))
            return Answer.Error(403, "FORBIDDEN", $"the key '{key.Name}' has no scope '{scope}'");
        try
        {
            return await route.Serve(new Call(http, key, name));
        }
        catch (TimeoutException e)
        {
            return Answer.Error(503, "BUSY", e.Message);
        }
    }

    private async Task<Answer> AddKey(Call call) => await call.Body() is { } body
        ? await _keys.Add(body, call.Asker)
        : Answer.Error(413, "BODY_TOO_LARGE", "no request here has more than 64 KiB");

    private async Task<Answer> Feeds(Call call)
    {
        var feeds = await _topology.System.Ask(_topology.Feeds, (ActorRef<ImmutableArray<FeedStatus>> to) => new FeedsMessage.GetStatus(to), Patience);
        return Answer.Of(200, json => FeedsJson.Write(json, feeds));
    }

    private async Task<Answer> Retry(Call call)
    {
        var known = await _topology.System.Ask(_topology.Feeds, (ActorRef<bool> to) => new FeedsMessage.Retry(call.Name, to), Patience);
        return known ? new Answer(202, default) : Answer.Error(404, "NOT_FOUND", $"there is no feed '{call.Name}'");
    }
}
