using System.Security.Cryptography;
using Oddswire.Host.Downstream;
using Oddswire.Messages.Sessions;
using Xunit;

namespace Oddswire.Host.Tests.Downstream;

/// <summary>
/// The cases of the Autobahn test suite by their numbers, at the assembler of frames: each in one piece and byte by byte. Where that suite
/// waits for an echo, the message has to arrive as it was sent; where it waits for a failed connection, nothing may arrive behind the
/// flaw. Binary messages are closed with 1003 here, and compression (12, 13) is not offered. The same over sockets: FramingTests.
/// </summary>
public sealed class AutobahnTests
{
    private const int Largest = 16 << 20;

    [Theory]
    [MemberData(nameof(AutobahnCases.All), MemberType = typeof(AutobahnCases))]
    public void Case(string number)
    {
        var (sent, expected) = AutobahnCases.Of(number);
        Assert.Equal(expected, Heard(sent, sent.Length));
        Assert.Equal(expected, Heard(sent, 997));
        if (sent.Length <= 100_000)
            Assert.Equal(expected, Heard(sent, 1));
    }

    private static List<string> Heard(byte[] sent, int piece)
    {
        var sink = new Transcript();
        var assembler = new FrameAssembler(Largest, sink);
        for (var at = 0; at < sent.Length && !assembler.Ended;)
        {
            var room = assembler.Room;
            var next = Math.Min(Math.Min(piece, room.Length), sent.Length - at);
            sent.AsSpan(at, next).CopyTo(room.Span);
            assembler.Received(next);
            at += next;
        }
        return sink.Heard;
    }

    private sealed class Transcript : IFrameSink
    {
        internal List<string> Heard { get; } = [];

        bool IFrameSink.Text(ReadOnlyMemory<byte> message)
        {
            Heard.Add(Words.Text(message.Span));
            return true;
        }

        public void Ping(ReadOnlySpan<byte> payload) => Heard.Add(Words.Ping(payload));
        public void Pong() => Heard.Add(Words.Pong);
        public void Close(int? code) => Heard.Add(Words.Close(code));
        public void Violated(CloseReason reason) => Heard.Add(Words.Fails(reason));
    }

    /// <summary>What the assembler tells, as words that can be compared.</summary>
    internal static class Words
    {
        internal const string Pong = "pong";

        internal static string Text(ReadOnlySpan<byte> message) => $"text {Of(message)}";
        internal static string Ping(ReadOnlySpan<byte> payload) => $"ping {Of(payload)}";
        internal static string Close(int? code) => $"close {code}";
        internal static string Fails(CloseReason reason) => $"fails: {reason}";

        private static string Of(ReadOnlySpan<byte> bytes) =>
            bytes.Length <= 125 ? Convert.ToHexString(bytes) : $"{bytes.Length} bytes {Convert.ToHexString(SHA256.HashData(bytes))}";
    }
}
