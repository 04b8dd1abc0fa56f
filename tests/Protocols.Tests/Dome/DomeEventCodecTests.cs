using System.Buffers;
using System.Text;
using FsCheck.Fluent;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tests;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Protocols.Tests.Dome;

public sealed class DomeEventCodecTests
{
    [Fact]
    public void The_sample_is_written_byte_for_byte_and_read_back()
    {
        Golden.Matches("dome-5-event-ours", output => Event(Samples.Fill, DomeEventCodec.NativeSuffix, output));
        var ours = Assert.IsType<DomeServerFrame.Event>(DomeServerFrameCodec.Decode(Golden.Bytes("dome-5-event-ours")));
        Assert.Equal(new DomeServerFrame.Event("sub_k7f5hgr7wy", Samples.Fill, null, EventMarks.None), ours);
        var domes = Assert.IsType<DomeServerFrame.Event>(DomeServerFrameCodec.Decode(Golden.Bytes("dome-5-event")));
        Assert.Equal(("sub_gq5c3resmrq", Samples.Fill), (domes.SubscriptionId, domes.Fill));
    }

    [Theory]
    [InlineData("surface-ext-event-position", EventMarks.None)]
    [InlineData("surface-ext-event-late", EventMarks.Late)]
    [InlineData("surface-ext-event-replayed", EventMarks.Replayed)]
    public void Positions_and_marks_stand_beside_the_data(string name, EventMarks marks)
    {
        Golden.Matches(name, output => Event(Samples.Fill, Suffix(new(3, 41), marks), output));
        Assert.Equal(
            new DomeServerFrame.Event("sub_k7f5hgr7wy", Samples.Fill, new Position(3, 41), marks),
            DomeServerFrameCodec.Decode(Golden.Bytes(name)));
    }

    [Fact]
    public void Without_a_tape_there_is_no_position()
    {
        Golden.Matches("surface-ext-event-no-position", output => Event(Samples.Fill, Suffix(null, EventMarks.None), output));
        Assert.Null(Assert.IsType<DomeServerFrame.Event>(DomeServerFrameCodec.Decode(Golden.Bytes("surface-ext-event-no-position"))).Position);
    }

    [Fact]
    public void The_longest_suffix_fits() =>
        Assert.Equal(
            ",\"position\":\"9223372036854775807-9223372036854775807\",\"late\":true,\"replayed\":true}",
            Encoding.UTF8.GetString(Suffix(new(long.MaxValue, long.MaxValue), EventMarks.Late | EventMarks.Replayed)));

    [Fact]
    public void What_is_not_known_keeps_its_key()
    {
        var fill = Samples.Fill with { Market = MarketText.Unknown, Block = null, LogIndex = null, Order = null, Taker = null };
        var data = Golden.Written(output => DomeEventCodec.EncodeData(fill, output));
        Assert.Contains("\"token_label\":\"\",\"side\":\"BUY\",\"market_slug\":\"\",\"condition_id\":\"\",\"shares\":", data);
        Assert.Contains("\"block_number\":null,\"log_index\":null,", data);
        Assert.Contains("\"title\":\"\",", data);
        Assert.Contains("\"order_hash\":null,", data);
        Assert.EndsWith("\"taker\":null}", data);
    }

    [Fact]
    public void Any_fill_survives_the_wire() => Properties.Hold(
        Samples.Fills,
        static fill =>
        {
            var frame = Golden.Written(output => Event(fill, DomeEventCodec.NativeSuffix, output));
            return DomeServerFrameCodec.Decode(Encoding.UTF8.GetBytes(frame)) is DomeServerFrame.Event read && read.Fill == fill;
        },
        times: 1000);

    [Fact]
    public void Any_text_is_written_as_another_parser_reads_it() => Properties.Hold(
        Samples.Texts,
        static text =>
        {
            var fill = Samples.Fill with { Market = new(null, text, text, text) };
            using var json = System.Text.Json.JsonDocument.Parse(Golden.Written(output => DomeEventCodec.EncodeData(fill, output)));
            return json.RootElement.EnumerateObject().Count() == 16 && json.RootElement.GetProperty("title").GetString() == text;
        },
        times: 1000);

    [Fact]
    public void Half_a_surrogate_pair_leaves_as_the_replacement_character()
    {
        var fill = Samples.Fill with { Market = new(null, "", "a\ud83db", "") };
        Assert.Contains("\"title\":\"a\ufffdb\"", Golden.Written(output => DomeEventCodec.EncodeData(fill, output)));
    }

    [Fact]
    public void Encoding_allocates_nothing_and_decoding_only_the_message()
    {
        var output = new ArrayBufferWriter<byte>(4096);
        var suffix = new byte[DomeEventCodec.MaxSuffix];
        Assert.Equal(0, Allocations.Of(() =>
        {
            output.ResetWrittenCount();
            DomeEventCodec.EncodeData(Samples.Fill, output);
            DomeEventCodec.WriteSuffix(new Position(3, 41), EventMarks.Late, suffix);
        }));

        var frame = Golden.Bytes("dome-5-event");
        object? kept;
        var message = Allocations.Of(() => kept = new DomeServerFrame.Event(
            new string('x', 15),
            Samples.Fill with { Market = new(null, new string('x', 25), new string('x', 49), new string('x', 2)) },
            null,
            EventMarks.None));
        Assert.InRange(Allocations.Of(() => DomeServerFrameCodec.Decode(frame)), 1, message);
    }

    private static byte[] Suffix(Position? position, EventMarks marks)
    {
        var suffix = new byte[DomeEventCodec.MaxSuffix];
        return suffix[..DomeEventCodec.WriteSuffix(position, marks, suffix)];
    }

    private static void Event(Fill fill, ReadOnlySpan<byte> suffix, IBufferWriter<byte> output)
    {
        output.Write(DomeEventCodec.Prefix(Samples.Subscription));
        DomeEventCodec.EncodeData(fill, output);
        output.Write(suffix);
    }
}
