using System.Collections.Immutable;
using Oddswire.Actors;
using Oddswire.Host.Downstream;
using Oddswire.Messages.Feeds;
using Oddswire.Runtime;

namespace Oddswire.Host.Operations;

/// <summary>The operations port: /healthz/startup, /healthz/live, /healthz/ready and /metrics.</summary>
internal sealed class Probes(Topology topology, Metrics metrics)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    internal bool Started { get; set; }
    internal bool Draining { get; set; }

    internal Task Serve(HttpContext http) => http.Request.Path.Value switch
    {
        "/metrics" => Respond.Text(http, 200, metrics.Text()),
        "/healthz/live" => Answer(http, [new Check("process", "ok", "")]),
        "/healthz/startup" => Answer(http, [new Check("startup", Started ? "ok" : "starting", "")]),
        "/healthz/ready" => Ready(http),
        _ => Respond.Error(http, 404, "NOT_FOUND", "served here: /healthz/startup, /healthz/live, /healthz/ready, /metrics"),
    };

    private sealed record Check(string Name, string Status, string Message);

    /// <summary>Ready: listening, the store open, every feed has tried once.</summary>
    private async Task Ready(HttpContext http)
    {
        if (Draining)
        {
            await Answer(http, [new Check("gateway", "draining", "")]);
            return;
        }
        var feeds = await topology.System.Ask(topology.Feeds, (ActorRef<ImmutableArray<FeedStatus>> to) => new FeedsMessage.GetStatus(to), Patience);
        var checks = feeds.Select(static feed => feed switch
        {
            { State: FeedState.Live } => new Check("feed " + feed.Name, "ok", ""),
            { State: FeedState.Connecting, Connections: var lines } when lines.All(static line => line.Restarts == 0) => new Check("feed " + feed.Name, "starting", "first dial"),
            _ => new Check("feed " + feed.Name, "degraded", feed.Connections.Select(static line => line.LastError).FirstOrDefault(static error => error is not null) ?? ""),
        });
        await Answer(http, [new Check("tape", Started ? "ok" : "starting", ""), .. checks]);
    }

    private static Task Answer(HttpContext http, ImmutableArray<Check> checks)
    {
        var status = checks.Any(static check => check.Status == "draining") ? "draining"
            : checks.Any(static check => check.Status == "starting") ? "starting"
            : checks.Any(static check => check.Status == "degraded") ? "degraded" : "ok";
        return Respond.Write(http, status is "ok" or "degraded" ? 200 : 503, json =>
        {
            json.WriteStartObject();
            json.WriteString("status", status);
            json.WriteStartArray("checks");
            foreach (var check in checks)
            {
                json.WriteStartObject();
                json.WriteString("name", check.Name);
                json.WriteString("status", check.Status);
                json.WriteString("message", check.Message);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
