using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Oddswire.Actors;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Runtime;

namespace Oddswire.Host.Downstream;

/// <summary>/api/v1: feeds and gaps, for people and services.</summary>
internal sealed class GatewayEndpoint(Topology topology, Keyring keys)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    internal async Task Serve(HttpContext http, string path)
    {
        var given = http.Request.Headers.Authorization.ToString();
        var key = given.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? keys.Find(given["Bearer ".Length..].Trim()) : null;
        if (key is null)
        {
            await Respond.Error(http, 401, "INVALID_API_KEY", "give a key: Authorization: Bearer KEY");
            return;
        }
        var answer = (http.Request.Method, path.Split('/', StringSplitOptions.RemoveEmptyEntries)) switch
        {
            ("GET", ["feeds"]) => Feeds(http),
            ("POST", ["feeds", var name, "retry"]) => Retry(http, key, name),
            ("GET", ["gaps"]) => Gaps(http),
            _ => Respond.Error(http, 404, "NOT_FOUND", "served here: GET /api/v1/feeds, POST /api/v1/feeds/{name}/retry, GET /api/v1/gaps"),
        };
        await answer;
    }

    private async Task Feeds(HttpContext http)
    {
        var feeds = await topology.System.Ask(topology.Feeds, (ActorRef<ImmutableArray<FeedStatus>> to) => new FeedsMessage.GetStatus(to), Patience);
        await Respond.Write(http, 200, json => Write(json, feeds));
    }

    internal static void Write(Utf8JsonWriter json, ImmutableArray<FeedStatus> feeds)
    {
        json.WriteStartObject();
        json.WriteStartArray("feeds");
        foreach (var feed in feeds)
        {
            json.WriteStartObject();
            json.WriteString("name", feed.Name);
            json.WriteString("state", Name(feed.State));
            json.WriteString("since", Time(feed.Since));
            json.WriteStartArray("connections");
            foreach (var connection in feed.Connections)
            {
                json.WriteStartObject();
                json.WriteNumber("id", connection.Id);
                json.WriteString("state", Name(connection.State));
                json.WriteNumber("restarts", connection.Restarts);
                json.WriteString("last_error", connection.LastError);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private async Task Retry(HttpContext http, Key key, string name)
    {
        if (!key.May("operate"))
        {
            await Respond.Error(http, 403, "FORBIDDEN", $"the key '{key.Name}' has no scope 'operate'");
            return;
        }
        var known = await topology.System.Ask(topology.Feeds, (ActorRef<bool> to) => new FeedsMessage.Retry(name, to), Patience);
        if (known)
            http.Response.StatusCode = 202;
        else
            await Respond.Error(http, 404, "NOT_FOUND", $"there is no feed '{name}'");
    }

    private async Task Gaps(HttpContext http)
    {
        var gaps = await topology.System.Ask(topology.Ledger, (ActorRef<ImmutableArray<Gap>> to) => new LedgerMessage.GetGaps(to), Patience);
        var state = http.Request.Query["state"].ToString();
        if (state is not ("" or "open" or "filled" or "lost"))
        {
            await Respond.Error(http, 400, "INVALID_STATE", "state is open, filled or lost");
            return;
        }
        DateTimeOffset since = default;
        if (http.Request.Query["since"].ToString() is { Length: > 0 } text && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out since))
        {
            await Respond.Error(http, 400, "INVALID_SINCE", "since is a time such as 2026-11-21T12:00:00Z");
            return;
        }
        await Respond.Write(http, 200, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("gaps");
            foreach (var gap in gaps.Where(gap => (state.Length == 0 || Name(gap.State) == state) && (gap.To ?? long.MaxValue) >= since.ToUnixTimeMilliseconds()))
                Write(json, gap);
            json.WriteEndArray();
            json.WriteNull("next");
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, Gap gap)
    {
        json.WriteStartObject();
        json.WriteString("id", gap.Id.ToString());
        json.WriteString("source", gap.Source);
        json.WriteString("from", Time(gap.From));
        if (gap.To is { } to)
            json.WriteString("to", Time(to));
        else
            json.WriteNull("to");
        json.WriteString("reason", gap.Reason);
        json.WriteString("state", Name(gap.State));
        json.WriteNumber("filled", gap.Found);
        json.WriteEndObject();
    }

    private static string Name<T>(T state) where T : struct, Enum => state.ToString().ToLowerInvariant();

    private static string Time(long unixMilliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
