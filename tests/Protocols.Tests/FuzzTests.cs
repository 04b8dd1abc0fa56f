using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;
using Oddswire.Protocols.Gamma;
using Oddswire.Protocols.Polygon;
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

    private static void Sane(Fill? fill)
    {
        if (fill is null) return;
        Assert.InRange(fill.Price.Micros, 0, Price.One);
        Assert.InRange(fill.Shares.Micros, 0, long.MaxValue);
        Assert.True(fill.Side is Side.Buy or Side.Sell);
    }
}
