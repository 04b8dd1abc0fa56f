using System.Globalization;
using System.Text;
using Oddswire.Host.Downstream;
using Oddswire.Host.Tests.Live;
using Oddswire.Messages.Sessions;
using Xunit;

namespace Oddswire.Host.Tests.Downstream;

public sealed class FrameAssemblerTests
{
    private const int Largest = 4096;

    private static readonly int Frames =
        int.TryParse(Environment.GetEnvironmentVariable("ODDSWIRE_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 50_000;

    [Fact]
    public void Any_bytes_in_any_pieces_are_messages_or_an_end_and_cost_no_more_than_the_limit()
    {
        var random = new Random(20_261_121);
        var (texts, ends, largestRoom) = (0, new HashSet<CloseReason?>(), 0);
        for (var frames = 0; frames < Frames;)
        {
            var sink = new Recorder();
            var assembler = new FrameAssembler(Largest, sink);
            while (!assembler.Ended && frames++ < Frames)
                Feed(assembler, Frame(random), random, ref largestRoom);
            texts += sink.Texts;
            ends.Add(sink.Violation);
            Assert.Equal(assembler.Ended, sink.Ends == 1);
        }
        Assert.True(texts > Frames / 10, "a fuzz whose frames are nearly all refused finds nothing");
        Assert.Superset(new HashSet<CloseReason?> { CloseReason.ProtocolError, CloseReason.TooLarge, CloseReason.Binary, CloseReason.NotText, null }, ends);
        Assert.InRange(largestRoom, 1, 4 * Largest);
    }

    [Fact]
    public void A_large_message_leaves_no_large_buffer_behind()
    {
        var (random, largest) = (new Random(1), 0);
        var assembler = new FrameAssembler(1 << 20, new Recorder());
        Feed(assembler, RawSocket.Made(0x81, new byte[500_000]), random, ref largest);
        Assert.InRange(assembler.Room.Length, 1, 512);
        Assert.True(largest > 100_000);
    }

    [Fact]
    public void A_control_frame_does_not_count_against_the_message_that_it_interrupts()
    {
        var sink = new Recorder();
        var assembler = new FrameAssembler(100, sink);
        var largest = 0;
        Feed(assembler, [.. RawSocket.Made(0x01, Text(100)), .. RawSocket.Made(0x89, Text(50)), .. RawSocket.Made(0x80, [])], new Random(1), ref largest);
        Assert.Equal((1, false), (sink.Texts, assembler.Ended));
    }

    [Fact]
    public void Where_it_is_taken_text_may_come_in_binary_frames_whole_or_in_pieces()
    {
        var sink = new Recorder();
        var assembler = new FrameAssembler(100, sink) { TakesBinary = true };
        var largest = 0;
        Feed(assembler, [.. RawSocket.Made(0x82, Text(10)), .. RawSocket.Made(0x02, Text(10)), .. RawSocket.Made(0x80, Text(10))], new Random(1), ref largest);
        Assert.Equal((2, false), (sink.Texts, assembler.Ended));
        Feed(assembler, RawSocket.Made(0x82, [0xFF]), new Random(1), ref largest);
        Assert.Equal(CloseReason.NotText, sink.Violation);
    }

    private static byte[] Text(int length) => Encoding.ASCII.GetBytes(new string('a', length));

    private static void Feed(FrameAssembler assembler, byte[] bytes, Random random, ref int largestRoom)
    {
        for (var at = 0; at < bytes.Length && !assembler.Ended;)
        {
            var room = assembler.Room;
            largestRoom = Math.Max(largestRoom, room.Length);
            var piece = Math.Min(Math.Min(room.Length, bytes.Length - at), random.Next(1, 3000));
            bytes.AsSpan(at, piece).CopyTo(room.Span);
            assembler.Received(piece);
            at += piece;
        }
    }

    /// <summary>Mostly good frames, some with a flaw, some of nothing but noise.</summary>
    private static byte[] Frame(Random random)
    {
        byte[] first = [0x81, 0x81, 0x81, 0x81, 0x01, 0x00, 0x80, 0x89, 0x8A];
        var payload = new byte[random.Next(20) == 0 ? random.Next(Largest + 50) : random.Next(120)];
        Array.Fill(payload, (byte)'a');
        var frame = RawSocket.Made(first[random.Next(first.Length)], payload);
        switch (random.Next(40))
        {
            case 0:
                frame[random.Next(frame.Length)] = (byte)random.Next(256);
                break;
            case 1:
                random.NextBytes(frame);
                break;
            case 2:
                return RawSocket.Made(0x82, payload);
            case 3:
                return RawSocket.Made(0x88, [0x03, 0xE8]);
            case 4:
                return RawSocket.Made(0x81, new byte[Largest + 1]);
        }
        return frame;
    }

    private sealed class Recorder : IFrameSink
    {
        public int Texts { get; private set; }
        public int Ends { get; private set; }
        public CloseReason? Violation { get; private set; }

        bool IFrameSink.Text(ReadOnlyMemory<byte> message)
        {
            Assert.InRange(message.Length, 0, 1 << 20);
            Texts++;
            return true;
        }

        public void Ping(ReadOnlySpan<byte> payload) => Assert.InRange(payload.Length, 0, 125);

        public void Pong() => Assert.Equal(0, Ends);

        public void Close(int? code) => Ends++;

        public void Violated(CloseReason reason)
        {
            Ends++;
            Violation = reason;
        }
    }
}
