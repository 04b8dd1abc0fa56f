using System.Globalization;
using System.Text;

namespace Oddswire.Benchmarks.Gateways;

/// <summary>CPU per delivery by server and fan-out, as bars on a logarithmic scale: shorter is better. Plain SVG, no script.</summary>
internal static class Chart
{
    private const int Left = 240, Width = 560, Bar = 15, Pause = 30;
    private const double Least = 0.1;

    internal static string Of(Standing standing)
    {
        var peers = standing.Plain.Where(peer => standing.Has(peer.Name)).ToList();
        var height = 50 + (FanOut.All.Count * ((peers.Count * (Bar + 3)) + Pause));
        var most = peers.SelectMany(peer => FanOut.All.Select(fanOut => Cpu(standing, peer, fanOut))).DefaultIfEmpty(1).Max();
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" width="{Left + Width + 90}" height="{height}" font-family="sans-serif" font-size="12">""");
        svg.AppendLine("""<rect width="100%" height="100%" fill="white"/>""");
        svg.AppendLine("""<text x="10" y="20" font-size="14">CPU per delivery in µs, logarithmic: shorter is better</text>""");
        var y = 44;
        foreach (var fanOut in FanOut.All)
        {
            svg.AppendLine(CultureInfo.InvariantCulture, $"""<text x="10" y="{y + 6}" font-weight="bold">{fanOut.Clients} client{(fanOut.Clients == 1 ? "" : "s")} per event</text>""");
            y += 12;
            foreach (var peer in peers)
            {
                var cpu = Cpu(standing, peer, fanOut);
                var length = Width * Math.Max(0.005, Math.Log(Math.Max(cpu, Least) / Least) / Math.Log(Math.Max(most, 1) / Least));
                svg.AppendLine(CultureInfo.InvariantCulture, $"""<text x="{Left - 8}" y="{y + 12}" text-anchor="end">{peer.Title}</text>""");
                svg.AppendLine(CultureInfo.InvariantCulture, $"""<rect x="{Left}" y="{y}" width="{length:0.0}" height="{Bar}" fill="{(peer.IsOurs ? "#0b6e4f" : "#9aa5b1")}"/>""");
                svg.AppendLine(CultureInfo.InvariantCulture, $"""<text x="{Left + length + 6:0.0}" y="{y + 12}">{cpu:0.00}</text>""");
                y += Bar + 3;
            }
            y += Pause - 12;
        }
        svg.AppendLine("</svg>");
        return svg.ToString();
    }

    private static double Cpu(Standing standing, Peer peer, FanOut fanOut) => standing.Closed(peer.Name, fanOut, static run => run.CpuMicros).Median;
}
