using System.Globalization;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Oddswire.Host.Operations;

/// <summary>The live view of a terminal: how to connect, the feeds, the rate, the clients, the last fills. Redrawn once a second.</summary>
internal sealed class Screen(Greeting greeting, LogTail log, IAnsiConsole console)
{
    private const int MostFills = 12;

    private readonly Queue<TapeEntry> _fills = [];

    internal async Task Run(IAsyncEnumerable<Pulse> pulses, CancellationToken stop) =>
        await console.Live(Head()).AutoClear(false).Overflow(VerticalOverflow.Crop).Cropping(VerticalOverflowCropping.Bottom).StartAsync(async live =>
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
        return new Rows([Head(), Feeds(pulse), Rate(pulse), Fills(), .. lines.Length > 0 ? [Log(lines)] : Array.Empty<IRenderable>()]);
    }

    private Rows Head() => new(
        new Markup("[bold]Oddswire[/]  [green]ready[/]  " + Markup.Escape(greeting.Ready["ready  ".Length..])),
        new Markup("[grey]try[/]  " + Markup.Escape(greeting.Try)),
        new Markup("[grey]Ctrl-C stops[/]" + string.Concat(greeting.Loaded.Notices.Select(static notice => "\n[yellow]" + Markup.Escape(notice) + "[/]"))));

    private static Table Feeds(Pulse pulse)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("feed", "state", "since", "restarts", "last error");
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
        $"[bold]{pulse.Fills}[/] fills/s   [bold]{pulse.Clients}[/] clients   position [bold]{pulse.Tape.Position}[/]{(pulse.Tape.IsBehind ? "   [red]the store does not answer[/]" : "")}"));

    private Table Fills()
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("time", "trade", "market", "wallet", "position");
        foreach (var entry in _fills.Reverse())
        {
            table.AddRow(
                FillText.Time(entry.Fill),
                $"[{(entry.Fill.Side == Side.Buy ? "green" : "red")}]{Markup.Escape(FillText.Trade(entry.Fill))}[/]",
                Markup.Escape(FillText.Market(entry.Fill)),
                FillText.Short(entry.Fill.User),
                $"{entry.Position}{(entry.Late ? " [yellow]late[/]" : "")}");
        }
        return table;
    }

    private static Rows Log(string[] lines) => new(lines.Select(static line => new Text(line, new Style(Color.Grey))));
}
