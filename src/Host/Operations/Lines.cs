using System.Globalization;

namespace Oddswire.Host.Operations;

/// <summary>What the gateway prints when nobody looks at a screen: a line a second, and one for each fill that is shown.</summary>
internal static class Lines
{
    internal static async Task Run(IAsyncEnumerable<Pulse> pulses, TextWriter output, CancellationToken stop)
    {
        await foreach (var pulse in pulses.WithCancellation(stop))
        {
            foreach (var entry in pulse.Shown)
                await output.WriteLineAsync("fill   " + FillText.Of(entry));
            await output.WriteLineAsync(Of(pulse));
            await output.FlushAsync(stop);
        }
    }

    internal static string Of(Pulse pulse)
    {
        var states = string.Join("  ", pulse.Feeds.Select(static feed => $"{feed.Name} {feed.State.ToString().ToLowerInvariant()}"));
        var hidden = pulse.Fills - pulse.Shown.Length;
        var rest = hidden > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({hidden} not shown)") : "";
        var store = pulse.Tape.IsBehind ? "  the store does not answer: fills go out without a position" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{states}  {pulse.Rate:0} fills/s{rest}  {pulse.Clients} clients  position {pulse.Tape.Position}{store}");
    }
}
