using static Oddswire.Host.Tests.Downstream.Conformance.Case;

namespace Oddswire.Host.Tests.Downstream.Conformance;

/// <summary>
/// The cases of the Autobahn test suite by their numbers, as a server has to pass them. Two differences, both by the gateway's protocols:
/// binary messages are refused with 1003, and a message is at most so large. 12 and 13 are about compression, which is not offered;
/// 9.5 and 9.6 (the client's chops), 10 and 11 (auto-fragmentation, another wire) say nothing about a server of this kind.
/// </summary>
internal static class AutobahnCases
{
    private static readonly byte[] Hello = Utf8("Hello, world!");

    internal static IEnumerable<(string Number, Case Case)> All() =>
        [.. Messages(), .. Controls(), .. ReservedBits(), .. Opcodes(), .. Fragmentation(), .. Utf8Cases.All(), .. Closing(), .. Limits()];

    private static IEnumerable<(string, Case)> Messages()
    {
        int[] sizes = [0, 125, 126, 127, 128, 65_535, 65_536];
        for (var i = 0; i < sizes.Length; i++)
        {
            yield return ($"1.1.{i + 1}", Of((Text, Stars(sizes[i]))).Echoes(new string('*', sizes[i])));
            yield return ($"1.2.{i + 1}", Of((Binary, new byte[sizes[i]])).Closes(1003));
        }
        yield return ("1.1.8", Of((Text, Stars(65_536))).Echoes(new string('*', 65_536)).Chopped(997));
    }

    private static IEnumerable<(string, Case)> Controls()
    {
        byte[] binary = [0x00, 0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0x00, 0xFF];
        var longest = Enumerable.Repeat((byte)0xFE, 125).ToArray();
        var ten = Enumerable.Range(0, 10).Select(static n => Utf8($"payload-{n}")).ToArray();
        yield return ("2.1", Of((Ping, [])).Pongs((byte[])[]));
        yield return ("2.2", Of((Ping, Hello)).Pongs(Hello));
        yield return ("2.3", Of((Ping, binary)).Pongs(binary));
        yield return ("2.4", Of((Ping, longest)).Pongs(longest));
        yield return ("2.5", Of((Ping, [.. longest, 0xFE])).Closes(1002));
        yield return ("2.6", Of((Ping, longest)).Pongs(longest).Chopped());
        yield return ("2.7", Of((Pong, [])));
        yield return ("2.8", Of((Pong, Hello)));
        yield return ("2.9", Of((Pong, Hello), (Ping, Utf8("ping"))).Pongs(Utf8("ping")));
        yield return ("2.10", Of([.. ten.Select(static one => (Ping, one))]).Pongs(ten));
        yield return ("2.11", Of([.. ten.Select(static one => (Ping, one))]).Pongs(ten).Chopped());
    }

    private static IEnumerable<(string, Case)> ReservedBits()
    {
        yield return ("3.1", Of((Text | Reserved3, Hello)).Closes(1002));
        var then = Of((Text, Hello), (Text | Reserved2, Hello), (Ping, [])).Echoes("Hello, world!").Closes(1002);
        yield return ("3.2", then);
        yield return ("3.3", then.Chopped(19));
        yield return ("3.4", Of((Text, Hello), (Text | Reserved1, Hello), (Ping, [])).Echoes("Hello, world!").Closes(1002).Chopped());
        yield return ("3.5", Of((Binary | Reserved1 | Reserved3, Hello)).Closes(1002));
        yield return ("3.6", Of((Ping | Reserved1 | Reserved2, Hello)).Closes(1002));
        yield return ("3.7", Of((Close | Reserved1 | Reserved2 | Reserved3, [])).Closes(1002));
    }

    private static IEnumerable<(string, Case)> Opcodes()
    {
        foreach (var (family, first) in new[] { (1, 3), (2, 11) })
        {
            yield return ($"4.{family}.1", Of(((byte)(0x80 | first), [])).Closes(1002));
            yield return ($"4.{family}.2", Of(((byte)(0x80 | (first + 1)), Utf8("reserved opcode payload"))).Closes(1002));
            for (var n = 3; n <= 5; n++)
            {
                var behindText = Of((Text, Hello), ((byte)(0x80 | (first + n - 1)), n == 3 ? [] : Hello), (Ping, [])).Echoes("Hello, world!").Closes(1002);
                yield return ($"4.{family}.{n}", n == 5 ? behindText.Chopped() : behindText);
            }
        }
    }

    private static IEnumerable<(string, Case)> Fragmentation()
    {
        var (one, two, ping) = (Utf8("fragment1"), Utf8("fragment2"), Utf8("ping payload"));
        yield return ("5.1", Of(((byte)(Ping & 0x0F), one), (ContinuesLast, two)).Closes(1002));
        yield return ("5.2", Of(((byte)(Pong & 0x0F), one), (ContinuesLast, two)).Closes(1002));
        var halves = Of((TextBegins, one), (ContinuesLast, two)).Echoes("fragment1fragment2");
        foreach (var (number, chop) in new[] { ("5.3", 0), ("5.4", 15), ("5.5", 1) })
            yield return (number, halves.Chopped(chop));
        var withPing = Of((TextBegins, one), (Ping, ping), (ContinuesLast, two)).Pongs(ping).Echoes("fragment1fragment2");
        foreach (var (number, chop) in new[] { ("5.6", 0), ("5.7", 15), ("5.8", 1) })
            yield return (number, withPing.Chopped(chop));
        (string[] Numbers, byte First)[] nothings = [(["5.9", "5.10", "5.11"], ContinuesLast), (["5.12", "5.13", "5.14"], Continues)];
        foreach (var (numbers, first) in nothings)
        {
            var ofNothing = Of((first, Utf8("non-continuation payload")), (Text, Hello)).Closes(1002);
            foreach (var (number, chop) in numbers.Zip((int[])[0, 15, 1]))
                yield return (number, ofNothing.Chopped(chop));
        }
        yield return ("5.15", Of((TextBegins, one), (ContinuesLast, two), (Continues, Utf8("fragment3")), (Text, Utf8("fragment4"))).Echoes("fragment1fragment2").Closes(1002));
        yield return ("5.16", Of((Continues, one), (TextBegins, two), (ContinuesLast, two)).Closes(1002));
        yield return ("5.17", Of((ContinuesLast, one), (TextBegins, two), (ContinuesLast, two)).Closes(1002));
        yield return ("5.18", Of((TextBegins, one), (Text, two)).Closes(1002));
        byte[][] pings = [Utf8("pongme 1!"), Utf8("pongme 2!")];
        var five = Of(
            (TextBegins, one), (Continues, two), (Ping, pings[0]), (Continues, Utf8("fragment3")), (Continues, Utf8("fragment4")), (Ping, pings[1]), (ContinuesLast, Utf8("fragment5")))
            .Pongs(pings).Echoes("fragment1fragment2fragment3fragment4fragment5");
        yield return ("5.19", five);
        yield return ("5.20", five.Chopped());
    }

    private static IEnumerable<(string, Case)> Closing()
    {
        yield return ("7.1.1", Of((Text, Hello), (Close, Code(1000))).Echoes("Hello, world!").Closes(1000));
        yield return ("7.1.2", Of((Close, Code(1000)), (Close, Code(1000))).Closes(1000));
        yield return ("7.1.3", Of((Close, Code(1000)), (Ping, [])).Closes(1000));
        yield return ("7.1.4", Of((Close, Code(1000)), (Text, Hello)).Closes(1000));
        yield return ("7.1.5", Of((TextBegins, Hello), (Close, Code(1000)), (ContinuesLast, Hello)).Closes(1000));
        yield return ("7.1.6", Of((Text, Stars(256 * 1024)), (Close, Code(1000)), (Ping, [])).Echoes(new string('*', 256 * 1024)).Closes(1000));
        yield return ("7.3.1", Of((Close, [])).Closes(1005));
        yield return ("7.3.2", Of((Close, [0x03])).Closes(1002));
        yield return ("7.3.3", Of((Close, Code(1000))).Closes(1000));
        yield return ("7.3.4", Of((Close, [.. Code(1000), .. Hello])).Closes(1000));
        yield return ("7.3.5", Of((Close, [.. Code(1000), .. Stars(123)])).Closes(1000));
        yield return ("7.3.6", Of((Close, [.. Code(1000), .. Stars(124)])).Closes(1002));
        yield return ("7.5.1", Of((Close, [.. Code(1000), .. Utf8Cases.NoText])).Closes(1007));
        int[] valid = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
        for (var i = 0; i < valid.Length; i++)
            yield return ($"7.7.{i + 1}", Of((Close, Code(valid[i]))).Closes(valid[i]));
        int[] invalid = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];
        for (var i = 0; i < invalid.Length; i++)
            yield return ($"7.9.{i + 1}", Of((Close, Code(invalid[i]))).Closes(1002));
        yield return ("7.13.1", Of((Close, Code(5000))).Closes(1002));
        yield return ("7.13.2", Of((Close, [0, 1, 0, 0])).Closes(1002));
    }

    /// <summary>Up to the largest message they are echoed, beyond it is 1009.</summary>
    private static IEnumerable<(string, Case)> Limits()
    {
        int[] sizes = [64 << 10, 256 << 10, 1 << 20, 4 << 20];
        for (var i = 0; i < sizes.Length; i++)
        {
            var (message, fits) = (Stars(sizes[i]), sizes[i] <= EchoPeer.LargestMessage);
            yield return ($"9.1.{i + 1}", Judged(Of((Text, message)), sizes[i]));
            yield return ($"9.2.{i + 1}", fits ? Of((Binary, message)).Closes(1003) : Of((Binary, message)).Closes(1009));
        }
        foreach (var (number, octets) in new[] { ("9.3.4", 4_096), ("9.3.6", 65_536), ("9.3.8", 1 << 20) })
            yield return (number, Judged(Of(Fragments(Stars(4 << 20), octets)), 4 << 20));
        yield return ("9.3.9", Judged(Of(Fragments(Stars(1 << 20), 4_096)), 1 << 20));
        foreach (var (number, size) in new[] { ("9.7.1", 0), ("9.7.2", 16), ("9.7.3", 64), ("9.7.4", 256), ("9.7.5", 1_024), ("9.7.6", 4_096) })
            yield return (number, Of([.. Enumerable.Repeat((Text, Stars(size)), 1_000)]).Echoes([.. Enumerable.Repeat(new string('*', size), 1_000)]));

        static Case Judged(Case sent, int size) => size <= EchoPeer.LargestMessage ? sent.Echoes(new string('*', size)) : sent.Closes(1009);
    }

    private static byte[] Code(int code) => [(byte)(code >> 8), (byte)code];
}
