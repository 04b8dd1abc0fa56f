using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Clob;
using Oddswire.Protocols.Dome;
using Oddswire.Protocols.Gamma;
using Oddswire.Protocols.Polygon;
using Oddswire.Protocols.PolymarketUs;
using Oddswire.Protocols.Rtds;

namespace Oddswire.Protocols.Tests;

/// <summary>Alone, since they look at the memory of the whole process.</summary>
[CollectionDefinition(nameof(FuzzTests), DisableParallelization = true)]
[Collection(nameof(FuzzTests))]
public sealed class FuzzTests
{
    [Fact]
    public void Any_bytes_are_a_dome_command_or_a_refusal() => Fuzz.Run(
        Golden.All("dome-3").Where(static name => !name.Contains("deviation")).Concat(["surface-ext-subscribe-resume", "surface-ext-ack"]),
        static frame =>
        {
            var accepted = DomeCommandCodec.TryDecode(frame, 500, out var command, out var refusal);
            Assert.Equal(accepted, command is not null);
            Assert.Equal(!accepted, refusal is not null);
            if (command is DomeCommand.Subscribe(var filter, _)) Assert.False(filter.IsEmpty);
            return accepted || !refusal!.Message.StartsWith("the frame", StringComparison.Ordinal); // at least JSON
        });

    [Fact]
    public void Any_bytes_are_some_frame_of_the_user_channel() => Fuzz.Run(
        ["clob-2-order", "clob-2-trade"],
        static frame => ClobUserFrames.Read(frame.ToArray()) is { } events && events.All(static one => one.Bytes.Length > 0));

    [Fact]
    public void Any_bytes_are_a_request_to_the_activity_feed_or_none() => Fuzz.Run(
        ["rtds-2-subscribe-event", "rtds-2-subscribe-activity"],
        static frame =>
        {
            var command = RtdsCommandCodec.Decode(frame);
            foreach (var interest in command?.Interests ?? [])
                RtdsFilter.Parse(interest.Filters).Matches(Samples.Fill.Market);
            return command is not null;
        });

    [Fact]
    public void Any_bytes_are_some_frame_of_a_dome_server() => Fuzz.Run(
        Golden.All("dome-4").Concat(Golden.All("dome-5")).Concat(Golden.All("surface-ext").Where(static name => name is not "surface-ext-ack" and not "surface-ext-subscribe-resume")),
        static frame =>
        {
            var read = DomeServerFrameCodec.Decode(frame);
            Sane((read as DomeServerFrame.Event)?.Fill);
            return read is not (DomeServerFrame.Malformed or DomeServerFrame.Unknown);
        });

    [Fact]
    public void Any_bytes_are_some_rtds_frame() => Fuzz.Run(
        Golden.All("rtds").Where(static name => !name.Contains("subscribe")),
        static frame =>
        {
            var read = RtdsFrameCodec.Decode(frame);
            Sane((read as RtdsFrame.Activity)?.Fill);
            return read is not RtdsFrame.Malformed;
        });

    [Fact]
    public void Any_bytes_are_some_polygon_frame() => Fuzz.Run(
        Golden.All("polygon-3").Concat(Golden.All("polygon-4")).Where(static name => !name.Contains("request") && name != "polygon-4-subscribe"),
        static frame =>
        {
            var read = PolygonFrameCodec.Decode(frame);
            foreach (var fill in (read as PolygonFrame.Pushed)?.Batch.Fills ?? []) Sane(fill.At(0));
            return read is not PolygonFrame.Malformed;
        });

    [Fact]
    public void Any_bytes_are_a_gamma_page_or_a_problem() => Fuzz.Run(
        Golden.All("polygon-6"),
        static frame =>
        {
            var read = GammaPageCodec.TryDecode(frame, out var page, out var problem);
            Assert.Equal(read, page is not null && problem is null);
            return read;
        });

    [Fact]
    public void Any_bytes_are_some_events_of_the_clob_market_channel()
    {
        var (read, again) = (new ClobMarketEvent(), new ClobMarketEvent());
        Fuzz.Run(
            Golden.All("clob-1.3").Concat(Golden.All("clob-1.7")),
            frame =>
            {
                var reader = new ClobMarketReader(frame);
                var slower = new ClobMarketReader([.. frame, (byte)' ']);       // never scanned
                var well = reader.Kind == ClobFrameKind.Events;
                while (reader.Read(read))
                {
                    Assert.True(slower.Read(again));
                    Assert.Equal(again.Kind, read.Kind);
                    Assert.True(again.Changes.SequenceEqual(read.Changes));
                    well &= read.Kind != ClobEventKind.Malformed;
                    Assert.Equal(read.Kind == ClobEventKind.Malformed, read.Problem is not null);
                    Assert.True(reader.JsonOf(read).Length <= frame.Length);
                }
                return well;
            });
    }

    [Fact]
    public void Any_bytes_are_a_clob_command_or_a_problem() => Fuzz.Run(
        Golden.All("clob-1.1").Concat(Golden.All("clob-1.2")).Concat(["clob-2-open", "clob-2-subscribe", "clob-2-unsubscribe"]),
        static frame =>
        {
            var read = ClobCommandCodec.TryDecode(frame, 500, out var command, out var problem);
            Assert.Equal(read, command is not null && problem is null);
            return read;
        });

    [Fact]
    public void Any_bytes_are_an_event_of_a_clob_user_or_a_problem() => Fuzz.Run(
        ["clob-2-trade", "clob-2-order"],
        static frame =>
        {
            var read = ClobUserEvent.Read(frame, out var problem);
            Assert.Equal(read is null, problem is not null);
            return read is not null;
        });

    [Fact]
    public void Any_bytes_are_a_us_command_or_a_problem() => Fuzz.Run(
        ["us-3-subscribe", "us-3-subscribe-snake", "us-3-unsubscribe", "us-3-heartbeat"],
        static frame =>
        {
            var read = UsCommandCodec.TryDecode(frame, UsSocket.Markets, 500, out var command, out var problem);
            Assert.Equal(read, command is not null && problem is null);
            return read || !problem!.StartsWith("the frame", StringComparison.Ordinal); // at least JSON
        });

    [Fact]
    public void Any_bytes_are_some_frame_of_the_us_markets_socket() => AnyBytesAreAUsFrame("us-7", UsSocket.Markets);

    [Fact]
    public void Any_bytes_are_some_frame_of_the_us_private_socket() => AnyBytesAreAUsFrame("us-8", UsSocket.Private);

    private static void AnyBytesAreAUsFrame(string page, UsSocket socket)
    {
        var read = new UsFrame();
        Fuzz.Run(
            Golden.All(page).Concat(Golden.All("us-4")).Concat(["us-3-unsubscribed", "us-3-heartbeat"]),
            frame =>
            {
                UsFrameReader.Read(frame, socket, read);
                Assert.Equal(read.Kind == UsFrameKind.Malformed, read.Problem is not null);
                Assert.True(frame[read.Payload].Length <= frame.Length);
                return read.Kind != UsFrameKind.Malformed;
            });
    }

    private static void Sane(Fill? fill)
    {
        if (fill is null) return;
        Assert.InRange(fill.Price.Micros, 0, Price.One);
        Assert.InRange(fill.Shares.Micros, 0, long.MaxValue);
        Assert.True(fill.Side is Side.Buy or Side.Sell);
    }
}
