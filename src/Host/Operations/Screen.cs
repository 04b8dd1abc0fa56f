using System.Globalization;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Oddswire.Host.Operations;

/// <summary>
/// The live view of a terminal: the feeds, the rate, the clients, the last fills and log lines, redrawn once a second below the lines that
/// say how to connect. Those are printed once and whole, so that they can be copied.
/// </summary>
internal sealed class Screen(LogTail log, IAnsiConsole console)
{
    private const int MostFills = 10;

    private readonly Queue<TapeEntry> _fills = [];

    internal async Task Run(IAsyncEnumerable<Pulse> pulses, CancellationToken stop) =>
        await console.Live(new Text("...")).AutoClear(false).Overflow(VerticalOverflow.Crop).Cropping(VerticalOverflowCropping.Bottom).StartAsync(async live =>
        {
            await foreach (var pulse in pulses.WithCancellation(stop))
                live.UpdateTarget(Draw(pulse));
        });

    internal IRenderable Draw(Pulse pulse)
    {
        foreach (var entry in pulse.Shown)
            _fills.Enqueue(entry);
        while (_fills.Count > MostFills)
            _fills.Dequeue();
        var lines = log.Lines;
        return new Rows([Feeds(pulse), Rate(pulse), Fills(), .. lines.Length > 0 ? [Log(lines)] : Array.Empty<IRenderable>()]);
    }

    private static Table Feeds(Pulse pulse)
    {
        var table = Columns("feed", "state", "since", "restarts", "last error");
        foreach (var feed in pulse.Feeds)
        {
            var colour = feed.State switch { FeedState.Live => "green", FeedState.Refused => "red", _ => "yellow" };
            table.AddRow(
                Markup.Escape(feed.Name),
                $"[{colour}]{feed.State.ToString().ToLowerInvariant()}[/]",
                DateTimeOffset.FromUnixTimeMilliseconds(feed.Since).ToString("HH:mm:ss", CultureInfo.InvariantCulture),
                feed.Connections.Sum(static connection => connection.Restarts).ToString(CultureInfo.InvariantCulture),
                Markup.Escape(FillText.Printable(feed.Connections.Select(static connection => connection.LastError).FirstOrDefault(static error => error is not null) ?? "")));
        }
        return table;
    }

    private static Markup Rate(Pulse pulse) => new(string.Create(CultureInfo.InvariantCulture,
        $"[bold]{pulse.Rate:0}[/] fills/s   [bold]{pulse.Clients}[/] clients   position [bold]{pulse.Tape.Position}[/]{(pulse.Tape.IsBehind ? "   [red]the store does not answer[/]" : "")}"));

    private Table Fills()
    {
        var table = Columns("position", "time", "trade", "market", "wallet");
        foreach (var entry in _fills.Reverse())
        {
            table.AddRow(
                $"{entry.Position}{(entry.Late ? " [yellow]late[/]" : "")}",
                FillText.Time(entry.Fill),
                $"[{(entry.Fill.Side == Side.Buy ? "green" : "red")}]{Markup.Escape(FillText.Trade(entry.Fill))}[/]",
                Markup.Escape(FillText.Market(entry.Fill)),
                FillText.Short(entry.Fill.User));
        }
        return table;
    }

    /// <summary>One line for each row, however narrow the terminal.</summary>
    private static Table Columns(params ReadOnlySpan<string> names)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var name in names)
            table.AddColumn(name, static column => column.NoWrap());
        return table;
    }

    private static Rows Log(string[] lines) => new(lines.Select(static line => new Text(FillText.Printable(line), new Style(Color.Grey)).Ellipsis()));
}
