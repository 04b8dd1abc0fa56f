using System.Collections.Immutable;
using Oddswire.Host.Operations;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Spectre.Console;
using Xunit;

namespace Oddswire.Host.Tests.Operations;

/// <summary>What a person sees, as lines and on a screen.</summary>
public sealed class ViewTests
{
    private static readonly Fill Fill = new()
    {
        Token = WireText.Parse<TokenId>("123456789"),
        Side = Side.Buy,
        Shares = new(12_500_000),
        Price = new(560_000),
        Tx = default,
        User = WireText.Parse<WalletId>("0x6031b6eed1c97e853c6e0f03ad3ce3529351f96d"),
        Timestamp = 1_700_000_000,
        Market = new(null, "will-it-rain", "Will it rain?", "Yes"),
    };

    private static readonly TapeEntry Entry = new(EntryKind.Fill, new Position(3, 41), Fill, Late: false, default);

    private static Pulse Pulse(params ImmutableArray<TapeEntry> shown) => new(
        [
            new("polygon", FeedState.Live, 1_700_000_000_000, [new(1, FeedState.Live, 2, "closed by the venue")]),
            new("rtds", FeedState.Refused, 1_700_000_000_000, []),
        ],
        57, 60.4, 3, new TapeHead(3, 1, 41, null, null), shown);

    [Fact]
    public async Task Lines_are_fills_and_then_the_second()
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await Lines.Run(Of(Pulse(Entry, Entry with { Late = true })), output, TestContext.Current.CancellationToken);
        Assert.Equal(
            """
            fill   22:13:20  BUY  12.5 Yes @ 0.56  will-it-rain  0x6031...f96d  3-41
            fill   22:13:20  BUY  12.5 Yes @ 0.56  will-it-rain  0x6031...f96d  3-41  late
            polygon live  rtds refused  60 fills/s (55 not shown)  3 clients  position 3-41

            """, output.ToString());
    }

    [Fact]
    public void A_store_that_does_not_answer_is_said() =>
        Assert.EndsWith("the store does not answer: fills go out without a position", Lines.Of(Pulse() with { Tape = new TapeHead(3, 1, 41, null, null) { IsBehind = true } }), StringComparison.Ordinal);

    [Fact]
    public void The_screen_shows_feeds_rate_clients_fills_and_the_log()
    {
        var log = new LogTail();
        log.Add("12:00:00.000 warning Oddswire something [odd]");
        var text = Drawn(new Screen(log, Console(120, out var written)), written, Pulse(Entry));
        Assert.Contains("polygon", text, StringComparison.Ordinal);
        Assert.Contains("closed by the venue", text, StringComparison.Ordinal);
        Assert.Contains("refused", text, StringComparison.Ordinal);
        Assert.Contains("60 fills/s   3 clients   position 3-41", text, StringComparison.Ordinal);
        Assert.Contains("BUY  12.5 Yes @ 0.56", text, StringComparison.Ordinal);
        Assert.Contains("something [odd]", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_screen_keeps_the_newest_fills_and_never_grows()
    {
        var console = Console(120, out var written);
        var screen = new Screen(new LogTail(), console);
        for (var i = 1; i < 50; i++)
            screen.Draw(Pulse([.. Enumerable.Range(0, 10).Select(n => Entry with { Position = new Position(3, (i * 10) + n) })]));
        var lines = Drawn(screen, written, Pulse()).Split('\n');
        Assert.InRange(lines.Length, 15, 22);
        Assert.Contains(lines, static line => line.Contains("3-499", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, static line => line.Contains("3-489", StringComparison.Ordinal));

        string Drawn(Screen drawn, StringWriter to, Pulse pulse)
        {
            console.Write(drawn.Draw(pulse));
            return to.ToString();
        }
    }

    [Fact]
    public void Names_of_a_venue_do_not_move_the_cursor()
    {
        var evil = Entry with { Fill = Fill with { Market = new(null, "a\u001b[2Jb\r\n[red]", "", "\u0007[bold]Yes[/]") } };
        Assert.DoesNotContain(FillText.Of(evil), char.IsControl);
        var text = Drawn(new Screen(new LogTail(), Console(160, out var written)), written, Pulse(evil));
        Assert.Contains("a?[2Jb??[red]", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
    }

    private static string Drawn(Screen screen, StringWriter written, Pulse pulse)
    {
        var console = Console(160, out var to);
        console.Write(screen.Draw(pulse));
        return written.ToString() + to;
    }

    private static IAnsiConsole Console(int width, out StringWriter written)
    {
        written = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(written) });
        console.Profile.Width = width;
        return console;
    }

#pragma warning disable CS1998 // An asynchronous stream of one that is there already.
    private static async IAsyncEnumerable<Pulse> Of(Pulse pulse)
#pragma warning restore CS1998
    {
        yield return pulse;
    }
}
