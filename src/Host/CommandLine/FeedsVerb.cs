using System.CommandLine;
using System.Text.Json;
using Oddswire.Host.Operations;

namespace Oddswire.Host.CommandLine;

/// <summary>`oddswire feeds`: how the upstream connections of a running gateway are, and another try for one that was refused.</summary>
internal static class FeedsVerb
{
    public static Verb Create(Terminal terminal)
    {
        var verb = new Verb("feeds", "How the upstream connections of a running gateway are.",
            "oddswire feeds", "oddswire feeds --json | jq -r 'select(.state != \"live\").name'", "oddswire feeds retry polygon")
        {
            Retry(terminal),
        };
        var remote = new RemoteOptions();
        remote.AddTo(verb);
        verb.Does(async (line, cancel) =>
        {
            using var gateway = remote.Client(line, terminal);
            foreach (var feed in Report.Body(await gateway.Send(HttpMethod.Get, "feeds", null, cancel)).GetProperty("feeds").EnumerateArray())
                await terminal.Out.WriteLineAsync(remote.Json(line) ? feed.GetRawText() : Line(feed));
            return ExitCode.Done;
        });
        return verb;
    }

    private static Verb Retry(Terminal terminal)
    {
        var verb = new Verb("retry", "Dial a feed again now, also after the venue refused it (401, 403). The key needs the scope operate.", "oddswire feeds retry polygon");
        var name = new Argument<string>("NAME") { Description = "The feed, as `oddswire feeds` prints it." };
        verb.Arguments.Add(name);
        var remote = new RemoteOptions();
        remote.AddTo(verb);
        verb.Does(async (line, cancel) =>
        {
            using var gateway = remote.Client(line, terminal);
            var feed = line.GetValue(name)!;
            Report.Body(await gateway.Send(HttpMethod.Post, $"feeds/{Uri.EscapeDataString(feed)}/retry", null, cancel));
            await terminal.Out.WriteLineAsync(remote.Json(line) ? JsonSerializer.Serialize(new { name = feed, retried = true }) : $"'{feed}' is dialled again");
            return ExitCode.Done;
        });
        return verb;
    }

    private static string Line(JsonElement feed)
    {
        var connections = feed.GetProperty("connections").EnumerateArray().ToList();
        var restarts = connections.Sum(static connection => connection.GetProperty("restarts").GetInt32());
        var error = connections.Select(static connection => connection.GetProperty("last_error").GetString()).FirstOrDefault(static error => error is not null);
        return $"{feed.GetProperty("name").GetString(),-12} {feed.GetProperty("state").GetString(),-10} since {feed.GetProperty("since").GetString()}  restarts {restarts}{(error is null ? "" : "  last error: " + FillText.Printable(error))}";
    }
}
