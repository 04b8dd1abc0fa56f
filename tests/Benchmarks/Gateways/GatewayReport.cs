using System.Globalization;
using System.Text;
using System.Text.Json;
using Oddswire.Benchmarks.Measuring;

namespace Oddswire.Benchmarks.Gateways;

/// <summary>The table as Markdown, which is also what is printed, everything as JSON, and the chart.</summary>
internal static class GatewayReport
{
    internal static void Write(string folder, Standing standing, IReadOnlyList<Row> targets, Effort effort)
    {
        var markdown = Markdown(standing, targets, effort);
        Console.Write(markdown);
        File.WriteAllText(Path.Combine(folder, "gateways.md"), markdown);
        File.WriteAllText(Path.Combine(folder, "gateways.svg"), Chart.Of(standing));
        File.WriteAllText(Path.Combine(folder, "gateways.json"), JsonSerializer.Serialize(
            new { machine = Machine.Describe(), effort, peers = standing.Plain.Concat(standing.OverTls), targets, runs = standing.Runs }, Indented));
    }

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Web) { WriteIndented = true };

    private static string Markdown(Standing standing, IReadOnlyList<Row> targets, Effort effort)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Machine.Describe()}").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"1,000 clients with one subscription each and one that never reads; events of 900 bytes; server on one core, load generator on another; medians of {effort.Rounds} alternated rounds of {effort.Each.Measured / 1e3:0.0} s.").AppendLine();
        Servers(text, standing, "deliveries a second (CPU µs each)", standing.Plain);
        Servers(text, standing, "the same over TLS", standing.OverTls);
        Table(text, ["server", "version", "settings"], standing.Plain.Concat(standing.OverTls).Select(static peer => new[] { peer.Title + (peer.IsOverTls ? " over TLS" : ""), peer.Version, peer.Settings }));
        if (standing.OverTls.Count > 0)
            text.AppendLine("TLS 1.3 with TLS_AES_128_GCM_SHA256 and an ECDSA P-256 certificate for all of them, no resumption; measured for half as long.").AppendLine();
        Table(text, ["target", "ours (min-max)", "theirs (min-max)", "ratio (min-max)", "wanted", "verdict"],
            targets.Select(static row => new[] { row.What, row.Measured, row.Yardstick, row.Ratio, row.Target, row.Verdict }));
        var (gaps, lost) = (standing.Runs.Sum(static run => run.Gaps), standing.Runs.Sum(static run => run.Lost));
        text.AppendLine(CultureInfo.InvariantCulture, $"Sequence gaps on any connection: {gaps}; deliveries lost: {lost}; clients that never read, closed: {Stalled(standing)}.");
        return text.ToString();
    }

    private static void Servers(StringBuilder text, Standing standing, string title, IReadOnlyList<Peer> peers)
    {
        if (peers.Count > 0)
            Table(text, [title, .. FanOut.All.Select(static fanOut => $"K={fanOut.Clients}"), "p50 / p99 µs, open loop", "bytes per idle client", "job"], peers.Select(peer => Line(standing, peer)));
    }

    private static string[] Line(Standing standing, Peer peer) => standing.Has(peer.Name)
        ?
        [
            peer.Title,
            .. FanOut.All.Select(fanOut => $"{standing.Closed(peer.Name, fanOut, static run => run.PerSecond).Median / 1e3:0} k ({standing.Closed(peer.Name, fanOut, static run => run.CpuMicros).Median:0.00})"),
            $"{standing.Open(peer.Name, static run => run.P50Micros).Median:0} / {standing.Open(peer.Name, static run => run.P99Micros).Median:0}",
            $"{standing.Idle(peer.Name):0}",
            peer.Job,
        ]
        : [peer.Title, "not measured: " + peer.Missing, "", "", "", "", "", peer.Job];

    private static string Stalled(Standing standing) => string.Join(", ",
        standing.Runs.GroupBy(static run => run.Server).Select(static runs => $"{runs.Key} {runs.Max(static run => run.StalledClosed)}"));

    private static void Table(StringBuilder text, string[] head, IEnumerable<string[]> lines)
    {
        string[][] all = [head, .. lines];
        var widths = head.Select((_, column) => all.Max(line => line[column].Length)).ToArray();
        for (var i = 0; i < all.Length; i++)
        {
            text.AppendLine("| " + string.Join(" | ", all[i].Select((cell, column) => cell.PadRight(widths[column]))) + " |");
            if (i == 0)
                text.AppendLine("| " + string.Join(" | ", widths.Select(static width => new string('-', width))) + " |");
        }
        text.AppendLine();
    }
}
