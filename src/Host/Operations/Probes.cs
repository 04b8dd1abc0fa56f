using System.Collections.Immutable;
using Oddswire.Host.Downstream;
using Oddswire.Messages.Feeds;

namespace Oddswire.Host.Operations;

/// <summary>The operations port: /healthz/startup, /healthz/live, /healthz/ready and /metrics.</summary>
internal sealed class Probes(Vitals vitals, Metrics metrics)
{
    internal bool Started { get; set; }
    internal bool Draining { get; set; }

    internal Task Serve(HttpContext http) => http.Request.Path.Value switch
    {
        "/metrics" => Measured(http),
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
        await Answer(http, [await Tape(), Stored("journal", vitals.JournalTrouble), .. await Feeds()]);
    }

    /// <summary>An actor that does not answer is in trouble, and no reason to take the gateway out of service: fills may go on.</summary>
    private async Task<Check> Tape()
    {
        try
        {
            return Started ? Stored("tape", (await vitals.Tape()).Degraded) : new Check("tape", "starting", "");
        }
        catch (TimeoutException e)
        {
            return Stored("tape", e.Message);
        }
    }

    private async Task<IEnumerable<Check>> Feeds()
    {
        try
        {
            return (await vitals.Feeds()).Select(Of);
        }
        catch (TimeoutException e)
        {
            return [Stored("feeds", e.Message)];
        }
    }

    private static Check Stored(string name, string? trouble) => new(name, trouble is null ? "ok" : "degraded", trouble ?? "");

    private static Check Of(FeedStatus feed) => feed switch
    {
        { State: FeedState.Live } => new Check("feed " + feed.Name, "ok", ""),
        { State: FeedState.Connecting, Connections: var lines } when lines.All(static line => line.Restarts == 0) => new Check("feed " + feed.Name, "starting", "first dial"),
        _ => new Check("feed " + feed.Name, "degraded", FeedsJson.Name(feed.State) + Why(feed)),
    };

    private static string Why(FeedStatus feed) =>
        feed.Connections.Select(static line => line.LastError).FirstOrDefault(static error => error is not null) is { } error ? ": " + error : "";

    private async Task Measured(HttpContext http)
    {
        await vitals.Look();
        await Respond.Text(http, 200, metrics.Text());
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
