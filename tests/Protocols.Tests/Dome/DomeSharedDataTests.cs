using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tests;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Protocols.Tests.Dome;

/// <summary>Where a frame has its fill as it is written here, its bytes are handed on; and never anything else in their place.</summary>
public sealed class DomeSharedDataTests
{
    private const string Values = "0123456789abcdefABCDEFxX.- \"\\,}";

    private static readonly Gen<string> PlainTexts = Gen.Elements("a", "Z", "0", " ", "/", "<", "&", "'", "~", "{", "x").ListOf().Select(static parts => string.Concat(parts));

    /// <summary>All known, nothing escaped: fills as nearly all of them are.</summary>
    private static readonly Gen<Fill> PlainFills =
        from fill in Samples.Fills
        from words in Samples.Words.Two()
        from taker in Samples.Wallets
        from numbers in Gen.Choose(0, int.MaxValue).Four()
        from texts in PlainTexts.Three()
        select fill with
        {
            Shares = new(fill.Shares.Micros % 1_000_000_000_000_000_000),
            Timestamp = numbers.Item1,
            Block = numbers.Item2,
            LogIndex = numbers.Item3 % 3 == 0 ? 0 : numbers.Item4,
            Order = new(words.Item1),
            Taker = taker,
            Market = new(new(words.Item2), texts.Item1, texts.Item2, texts.Item3),
        };

    private static readonly Fill[] Few =
    [
        Samples.Fill,
        Samples.Fill with { Token = default, Side = Side.Sell, Shares = default, Price = new(1_000_000), Block = 0, LogIndex = 0, Timestamp = 0, Market = new(default(ConditionId), "", "", "") },
        Samples.Fill with { Shares = new(10), Price = new(10), Market = Samples.Fill.Market with { Title = "0x0A", Label = "0.50" } },
    ];

    private static byte[] Encoded(Fill fill)
    {
        var data = new ArrayBufferWriter<byte>();
        DomeEventCodec.EncodeData(fill, data);
        return data.WrittenSpan.ToArray();
    }

    private static byte[] Frame(Fill fill, string rest = "}") =>
        [.. DomeEventCodec.Prefix(Samples.Subscription), .. Encoded(fill), .. Encoding.ASCII.GetBytes(rest)];

    /// <summary>Null: it is not read. Else whether its bytes may be handed on; if so they are what would be written, and if not they are not.</summary>
    private static bool? IsShared(byte[] frame)
    {
        var told = DomeEventReader.TryRead(frame, out var data);
        if (told is null)
        {
            Assert.Equal(default, data);
            return null;
        }
        var encoded = Encoded(told.Fill);
        var isShared = frame[data].Length > 0;
        if (isShared)
            Assert.True(encoded.AsSpan().SequenceEqual(frame[data]), Encoding.UTF8.GetString(frame));
        else
            Assert.True(frame.AsSpan().IndexOf(encoded) < 0, Encoding.UTF8.GetString(frame));
        return isShared;
    }

    [Fact]
    public void What_is_written_here_is_shared() => Properties.Hold(
        PlainFills,
        static fill => IsShared(Frame(fill)) is true && IsShared(Frame(fill, ",\"position\":\"3-41\"}")) is true,
        times: 2000);

    [Fact]
    public void Of_any_fill_its_own_bytes_are_shared_or_none() => Properties.Hold(
        Samples.Fills,
        static fill => IsShared(Frame(fill)) is null or true,
        times: 2000);

    [Fact]
    public void What_clients_are_not_told_does_not_show_in_the_data() => Properties.Hold(
        Samples.Fills,
        static fill => Encoded(fill).AsSpan().SequenceEqual(Encoded(fill with { IsTaker = true, Market = fill.Market with { EventSlug = "event", Outcome = 1 } })));

    [Theory]
    [InlineData("\"token_id\":\"8", "\"token_id\":\"08")]
    [InlineData("\"condition_id\":\"0x5853a", "\"condition_id\":\"0x5853A")]
    [InlineData("\"condition_id\":\"0x5853", "\"condition_id\":\"0X5853")]
    [InlineData("b302bd8b4c61bd\"", "b302bd8b4c6100\"", true)]
    [InlineData("\"shares_normalized\":9", "\"shares_normalized\":9.0")]
    [InlineData("\"shares_normalized\":9", "\"shares_normalized\":8")]
    [InlineData("\"shares_normalized\":9", "\"shares_normalized\":9000000")]
    [InlineData("\"shares\":9000000", "\"shares\":9000001")]
    [InlineData("\"shares\":9000000", "\"shares\":8000000")]
    [InlineData("\"price\":0.56", "\"price\":0.560")]
    [InlineData("\"price\":0.56", "\"price\":0.5600004")]
    [InlineData("\"price\":0.56", "\"price\":1.0")]
    [InlineData("\"price\":0.56", "\"price\":0.0")]
    [InlineData("\"price\":0.56", "\"price\":0.57", true)]
    [InlineData("\"tx_hash\":\"0xa", "\"tx_hash\":\"0xA")]
    [InlineData("\"order_hash\":\"0xc", "\"order_hash\":\"0xC")]
    [InlineData("\"user\":\"0x6031b", "\"user\":\"0x6031B")]
    [InlineData("\"taker\":\"0x8d", "\"taker\":\"0x8D")]
    [InlineData("\"taker\":\"0x8d", "\"taker\":\"0X8d")]
    public void What_says_the_same_in_other_bytes_is_read_and_not_shared(string what, string instead, bool isShared = false)
    {
        var frame = Encoding.ASCII.GetString(Frame(Samples.Fill));
        Assert.Contains(what, frame, StringComparison.Ordinal);
        Assert.Equal(isShared, IsShared(Encoding.ASCII.GetBytes(frame.Replace(what, instead, StringComparison.Ordinal))));
    }

    [Fact]
    public void A_condition_with_fewer_digits_is_padded_and_so_not_shared()
    {
        const string condition = "b302bd8b4c61bd\"", shorter = "b302bd8b4c61\"";
        var padded = Samples.Fill with { Market = Samples.Fill.Market with { Condition = WireText.Parse<ConditionId>("0x5853a47d2d7d97571684c458e2ac28f7f232e12d5490a96cc5b302bd8b4c61") } };
        var frame = Encoding.ASCII.GetString(Frame(Samples.Fill)).Replace(condition, shorter, StringComparison.Ordinal);
        Assert.Equal(padded, DomeEventReader.TryRead(Encoding.ASCII.GetBytes(frame), out _)!.Fill);
        Assert.False(IsShared(Encoding.ASCII.GetBytes(frame)));
        Assert.True(IsShared(Frame(padded)));
    }

    [Fact]
    public void With_any_byte_in_place_of_any_other_the_bytes_shared_are_those_that_would_be_written()
    {
        var counts = new int[3];
        foreach (var fill in Few)
        {
            var frame = Frame(fill, ",\"position\":\"3-41\"}");
            for (var at = 0; at < frame.Length; at++)
            {
                var was = frame[at];
                for (var instead = 0; instead < 256; instead++)
                {
                    frame[at] = (byte)instead;
                    Count(counts, frame);
                }
                frame[at] = was;
            }
        }
        Assert.DoesNotContain(counts, static count => count < 1_000);
    }

    [Fact]
    public void However_values_are_changed_the_bytes_shared_are_those_that_would_be_written()
    {
        var random = new Random(20_261_121);
        var counts = new int[3];
        var frames = Few.Select(static fill => Frame(fill)).ToArray();
        for (var n = 0; n < 4 * Fuzz.Count; n++)
        {
            List<byte> frame = [.. frames[random.Next(frames.Length)]];
            for (var changes = random.Next(1, 5); changes > 0; changes--)
                Change(frame, random);
            Count(counts, [.. frame]);
        }
        Assert.DoesNotContain(counts, static count => count < 100);
    }

    [Fact]
    public void Of_whatever_bytes_those_shared_are_those_that_would_be_written()
    {
        var counts = new int[3];
        foreach (var frame in Fuzz.Frames(["dome-5-event-ours", "surface-ext-event-position"]))
            Count(counts, frame);
        Assert.NotEqual(0, counts[2]);
    }

    [Fact]
    public void What_is_shared_lies_in_the_frame_itself()
    {
        ReadOnlyMemory<byte> frame = Frame(Samples.Fill);
        Assert.Equal(DomeServerFrameCodec.Decode(frame.Span), DomeServerFrameCodec.Decode(frame, out var data));
        Assert.True(frame.Slice(DomeEventCodec.Prefix(Samples.Subscription).Length, Encoded(Samples.Fill).Length).Equals(data));
    }

    [Theory]
    [InlineData("dome-4-ack-ours")]
    [InlineData("dome-4-error")]
    [InlineData("surface-ext-confirmed")]
    [InlineData("surface-ext-event-late")]
    public void Of_other_frames_nothing_is_shared(string name)
    {
        ReadOnlyMemory<byte> frame = Golden.Bytes(name);
        Assert.Equal(DomeServerFrameCodec.Decode(frame.Span), DomeServerFrameCodec.Decode(frame, out var data));
        Assert.True(data.IsEmpty);
    }

    [Fact]
    public void Reading_allocates_the_message_and_nothing_else()
    {
        ReadOnlyMemory<byte> frame = Frame(Samples.Fill);
        object? kept;
        var message = Allocations.Of(() => kept = new DomeServerFrame.Event("", Samples.Fill with { LogIndex = 1 }, null, EventMarks.None));
        Assert.Equal(message, Allocations.Of(() => kept = DomeServerFrameCodec.Decode(frame, out _)));
    }

    private static void Count(int[] counts, byte[] frame) => counts[IsShared(frame) switch { null => 0, false => 1, true => 2 }]++;

    private static void Change(List<byte> frame, Random random)
    {
        var at = random.Next(frame.Count);
        switch (random.Next(5))
        {
            case 0:
                frame[at] = (byte)random.Next(256);
                break;
            case 1:
                frame[at] ^= 0x20;      // the other case of a letter
                break;
            case 2:
                frame.Insert(at, (byte)Values[random.Next(Values.Length)]);
                break;
            case 3:
                frame.RemoveAt(at);
                break;
            default:
                // One character of a value for another, which more often than not is a value again.
                if (char.IsAsciiHexDigit((char)frame[at]))
                    frame[at] = (byte)Values[random.Next(Values.Length)];
                break;
        }
    }
}
