using System.CommandLine;
using System.Text.Json;
using Oddswire.Host.Operations;

namespace Oddswire.Host.CommandLine;

/// <summary>`oddswire audit`: who did what, when, from where, and what came of it; of a running gateway.</summary>
internal static class AuditVerb
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);

    public static Verb Create(Terminal terminal)
    {
        var verb = new Verb("audit", "Who did what, when, from where, and what came of it. The key needs the scope operate or admin.",
            "oddswire audit --kind subscription.refused", "oddswire audit --by desk --since 2026-11-21T12:00:00Z --json", "oddswire audit --follow --json");
        (string Name, Option<string?> Option)[] filters =
        [
            ("kind", new("--kind") { HelpName = "KIND", Description = "Such as key.added, or all of feed." }),
            ("key", new("--by") { HelpName = "NAME", Description = "The name of the key that asked for it." }),
            ("subscription", new("--subscription") { HelpName = "ID", Description = "About this subscription." }),
            ("feed", new("--feed") { HelpName = "NAME", Description = "About this feed." }),
            ("since", new("--since") { HelpName = "TIME", Description = "Not before, such as 2026-11-21T12:00:00Z." }),
            ("until", new("--until") { HelpName = "TIME", Description = "Not after." }),
        ];
        foreach (var (_, option) in filters)
            verb.Options.Add(option);
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what happens. Without --since from now on." };
        verb.Options.Add(follow);
        var remote = new RemoteOptions();
        remote.AddTo(verb);
        verb.Does(async (line, cancel) =>
        {
            var wanted = filters.Where(filter => line.GetValue(filter.Option) is not null).ToDictionary(static filter => filter.Name, filter => line.GetValue(filter.Option)!);
            var following = line.GetValue(follow);
            if (following && !wanted.ContainsKey("since"))
                wanted["since"] = terminal.Time.GetUtcNow().ToString("O");
            using var gateway = remote.Client(line, terminal);
            await Print(gateway, wanted, following, entry => terminal.Out.WriteLineAsync(remote.Json(line) ? entry.GetRawText() : Line(entry)), terminal.Time, cancel);
            return ExitCode.Done;
        });
        return verb;
    }

    private static async Task Print(GatewayClient gateway, Dictionary<string, string> wanted, bool follow, Func<JsonElement, Task> print, TimeProvider time, CancellationToken cancel)
    {
        var query = string.Concat(wanted.Select(static filter => $"&{filter.Key}={Uri.EscapeDataString(filter.Value)}"));
        for (string? after = "0", before; after is not null;)
        {
            before = after;
            var page = Report.Body(await gateway.Send(HttpMethod.Get, $"audit?limit=1000&after={after}{(follow ? "&follow=1" : "")}{query}", null, cancel));
            foreach (var entry in page.GetProperty("entries").EnumerateArray())
                await print(entry);
            after = page.GetProperty("next").GetString();
            if (after == before)
                await Task.Delay(AskEvery, time, cancel);
        }
    }

    private static string Line(JsonElement entry)
    {
        var who = Text(entry, "key") is { Length: > 0 } key ? $"  {key} from {Text(entry, "address")}" : "";
        var why = Text(entry, "reason") is { Length: > 0 } reason ? $"  {reason}" : "";
        return FillText.Printable($"{Text(entry, "time")}  {Text(entry, "kind"),-26} {Text(entry, "stream")}/{entry.GetProperty("sequence")}{who}{why}  {entry.GetProperty("command")}");
    }

    private static string Text(JsonElement entry, string name) => entry.GetProperty(name).GetString() ?? "";
}
