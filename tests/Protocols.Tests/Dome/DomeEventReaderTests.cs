using System.Buffers;
using System.Text;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Protocols.Tests.Dome;

/// <summary>The quick reader of events says what the one that reads everything says, or nothing.</summary>
public sealed class DomeEventReaderTests
{
    private static string Written(Fill fill, Position? position = null)
    {
        var frame = new ArrayBufferWriter<byte>();
        frame.Write(DomeEventCodec.Prefix(WireText.Parse<SubscriptionId>("sub_k7f5hgr7wy")));
        DomeEventCodec.EncodeData(fill, frame);
        frame.Write(position is null ? "}"u8 : Encoding.ASCII.GetBytes($",\"position\":\"{position}\"}}"));
        return Encoding.UTF8.GetString(frame.WrittenSpan);
    }

    private static DomeServerFrame.Event? Quick(string frame) => DomeEventReader.TryRead(Encoding.UTF8.GetBytes(frame), out _);

    private static DomeServerFrame Any(string frame) => DomeServerFrameCodec.DecodeAny(Encoding.UTF8.GetBytes(frame));

    [Fact]
    public void An_event_as_it_is_written_here_is_read_quickly_and_the_same()
    {
        foreach (var frame in new[] { Written(Samples.Fill), Written(Samples.Fill with { Side = Side.Buy }), Written(Samples.Fill, new(3, 41)), Written(Samples.Fill with { Price = new Price(1_000_000) }) })
            Assert.Equal(Any(frame), Assert.IsType<DomeServerFrame.Event>(Quick(frame)));
    }

    [Theory]
    [InlineData("\"data\":{", "\"data\": {")]
    [InlineData("\"type\":\"event\",", "")]
    [InlineData("\"log_index\":", "\"log_index\":0")]
    [InlineData("\"log_index\":", "\"log_index\":99999999999")]
    [InlineData("\"price\":0", "\"price\":")]
    [InlineData("\"price\":0", "\"price\":00")]
    [InlineData("\"price\":", "\"price\":-")]
    [InlineData("\"title\":\"", "\"title\":\"\\u0041")]
    [InlineData("\"title\":\"", "\"title\":\"é")]
    [InlineData("\"title\":\"", "\"title\":\"\t")]
    [InlineData("\"shares\":", "\"shares\":1.5")]
    [InlineData("\"tx_hash\":\"0x", "\"tx_hash\":\"0y")]
    [InlineData("\"side\":\"", "\"side\":\"X")]
    [InlineData("}}", "}")]
    [InlineData("}}", "}} ")]
    [InlineData("}}", "},\"late\":true}")]
    public void What_is_written_otherwise_is_left_to_the_other(string what, string instead)
    {
        var frame = Written(Samples.Fill);
        Assert.Contains(what, frame, StringComparison.Ordinal);
        Assert.Null(Quick(frame.Replace(what, instead, StringComparison.Ordinal)));
    }

    [Fact]
    public void What_is_not_known_is_left_to_the_other()
    {
        var frame = Written(Samples.Fill with { Block = null, LogIndex = null, Order = null, Taker = null });
        Assert.Null(Quick(frame));
        Assert.IsType<DomeServerFrame.Event>(Any(frame));
    }

    [Fact]
    public void Of_whatever_bytes_it_says_the_same_as_the_other_or_nothing()
    {
        var said = 0;
        foreach (var frame in Fuzz.Frames(["dome-5-event-ours", "surface-ext-event-position"]))
        {
            if (DomeEventReader.TryRead(frame, out _) is not { } quick)
                continue;
            Assert.Equal(DomeServerFrameCodec.DecodeAny(frame), quick);
            said++;
        }
        Assert.NotEqual(0, said);
    }

    [Fact]
    public void A_digit_changed_anywhere_is_read_as_the_other_reads_it()
    {
        var frame = Encoding.ASCII.GetBytes(Written(Samples.Fill, new(3, 41)));
        for (var at = 0; at < frame.Length; at++)
        {
            foreach (var instead in "0159./:aF\"\\,}- "u8)
            {
                var changed = frame.ToArray();
                changed[at] = instead;
                if (DomeEventReader.TryRead(changed, out _) is { } quick)
                    Assert.Equal(DomeServerFrameCodec.DecodeAny(changed), quick);
            }
        }
    }
}
