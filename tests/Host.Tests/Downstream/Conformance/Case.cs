using System.Text;
using Oddswire.Host.Tests.Live;

namespace Oddswire.Host.Tests.Downstream.Conformance;

/// <summary>One case: what is sent, and all that has to come back: T and a text, P and a pong's payload, C and a close code, in words.</summary>
internal sealed record Case(byte[] Sent, string[] Expected)
{
    internal const byte Text = 0x81, TextBegins = 0x01, Binary = 0x82, Continues = 0x00, ContinuesLast = 0x80, Close = 0x88, Ping = 0x89, Pong = 0x8A;
    internal const byte Reserved1 = 0x40, Reserved2 = 0x20, Reserved3 = 0x10;

    /// <summary>Octets in one piece; 0: all at once.</summary>
    internal int Chop { get; init; }

    internal Case Chopped(int octets = 1) => this with { Chop = octets };

    internal static Case Of(params (byte First, byte[] Payload)[] frames) => new([.. frames.SelectMany(static frame => RawSocket.Made(frame.First, frame.Payload))], []);

    internal Case Echoes(params string[] texts) => this with { Expected = [.. Expected, .. texts.Select(static text => "T " + text)] };

    internal Case Pongs(params byte[][] payloads) => this with { Expected = [.. Expected, .. payloads.Select(static payload => "P " + Convert.ToHexString(payload))] };

    internal Case Closes(int code) => this with { Expected = [.. Expected, $"C {code}"] };

    internal static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    internal static byte[] Stars(int count) => Utf8(new string('*', count));

    /// <summary>A message of so many frames, cut where it is told.</summary>
    internal static (byte First, byte[] Payload)[] Fragments(byte[] message, int octets)
    {
        var parts = message.Chunk(octets).ToArray();
        return [.. parts.Select((part, at) => ((byte)((at == 0 ? TextBegins : Continues) | (at == parts.Length - 1 ? 0x80 : 0)), part))];
    }
}
