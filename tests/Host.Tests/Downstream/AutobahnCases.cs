using System.Globalization;
using System.Text;
using Oddswire.Host.Tests.Live;
using Oddswire.Messages.Sessions;
using Xunit;
using static Oddswire.Host.Tests.Downstream.AutobahnTests;

namespace Oddswire.Host.Tests.Downstream;

/// <summary>Case numbers with what the client sends and what has to become of it.</summary>
internal static class AutobahnCases
{
    private const byte TextBegins = 0x01, Continues = 0x00, ContinuesLast = 0x80, WholeText = 0x81, WholeBinary = 0x82, CloseFrame = 0x88, PingFrame = 0x89, PongFrame = 0x8A;

    private static readonly string NoProtocol = Words.Fails(CloseReason.ProtocolError);
    private static readonly string NoText = Words.Fails(CloseReason.NotText);
    private static readonly byte[] Hello = "Hello, world!"u8.ToArray();
    private static readonly byte[] Greek = Encoding.UTF8.GetBytes("κόσμε");

    private static readonly Dictionary<string, (byte[] Sent, string[] Expected)> Cases = Made();

    public static TheoryData<string> All => [.. Cases.Keys];

    internal static (byte[] Sent, string[] Expected) Of(string number) => Cases[number];

    private static Dictionary<string, (byte[] Sent, string[] Expected)> Made()
    {
        var cases = new Dictionary<string, (byte[] Sent, string[] Expected)>();
        void Case(string number, byte[] sent, params string[] expected) => cases.Add(number, (sent, expected));
        void Numbered(string group, IEnumerable<(byte[] Sent, string[] Expected)> members)
        {
            foreach (var (i, (sent, expected)) in members.Index())
                Case(string.Create(CultureInfo.InvariantCulture, $"{group}.{i + 1}"), sent, expected);
        }

        // 1: messages of every length class, text and binary
        Numbered("1.1", LengthClasses.Select(static length => (Frame(WholeText, Stars(length)), new[] { Words.Text(Stars(length)) })));
        Numbered("1.2", LengthClasses.Select(static length => (Frame(WholeBinary, Stars(length)), new[] { Words.Fails(CloseReason.Binary) })));

        // 2: pings and pongs
        byte[] noText = [0x00, 0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0x00, 0xFF];
        var longest = Enumerable.Repeat((byte)0xFE, 125).ToArray();
        Case("2.1", Frame(PingFrame, []), Words.Ping([]));
        Case("2.2", Frame(PingFrame, Hello), Words.Ping(Hello));
        Case("2.3", Frame(PingFrame, noText), Words.Ping(noText));
        Case("2.4", Frame(PingFrame, longest), Words.Ping(longest));
        Case("2.5", Frame(PingFrame, [.. longest, 0xFE]), NoProtocol);
        Case("2.6", Frame(PingFrame, longest), Words.Ping(longest));
        Case("2.7", Frame(PongFrame, []), Words.Pong);
        Case("2.8", Frame(PongFrame, Hello), Words.Pong);
        Case("2.9", [.. Frame(PongFrame, Hello), .. Frame(PingFrame, Hello)], Words.Pong, Words.Ping(Hello));
        foreach (var number in new[] { "2.10", "2.11" })
        {
            var pings = Enumerable.Range(0, 10).Select(static i => new[] { (byte)i }).ToList();
            Case(number, [.. pings.SelectMany(static ping => Frame(PingFrame, ping))], [.. pings.Select(static ping => Words.Ping(ping))]);
        }

        // 3: reserved bits
        var (text, heard) = (Frame(WholeText, Hello), Words.Text(Hello));
        Case("3.1", Frame(WholeText | 0x10, Hello), NoProtocol);
        Case("3.2", [.. text, .. Frame(WholeText | 0x20, Hello), .. Frame(PingFrame, [])], heard, NoProtocol);
        Case("3.3", [.. text, .. Frame(WholeText | 0x30, Hello), .. Frame(PingFrame, [])], heard, NoProtocol);
        Case("3.4", [.. text, .. Frame(WholeText | 0x40, Hello), .. Frame(PingFrame, [])], heard, NoProtocol);
        Case("3.5", Frame(WholeBinary | 0x50, noText), NoProtocol);
        Case("3.6", Frame(PingFrame | 0x60, Hello), NoProtocol);
        Case("3.7", Frame(CloseFrame | 0x70, [3, 232]), NoProtocol);

        // 4: opcodes that mean nothing, among data and control frames
        foreach (var (group, first) in new[] { ("4.1", 3), ("4.2", 11) })
        {
            Case($"{group}.1", Frame((byte)(0x80 | first), []), NoProtocol);
            Case($"{group}.2", Frame((byte)(0x80 | (first + 1)), Hello), NoProtocol);
            Case($"{group}.3", [.. text, .. Frame((byte)(0x80 | (first + 2)), []), .. Frame(PingFrame, [])], heard, NoProtocol);
            Case($"{group}.4", [.. text, .. Frame((byte)(0x80 | (first + 3)), Hello), .. Frame(PingFrame, [])], heard, NoProtocol);
            Case($"{group}.5", [.. text, .. Frame((byte)(0x80 | (first + 4)), Hello), .. Frame(PingFrame, [])], heard, NoProtocol);
        }

        // 5: fragments
        byte[] begins = Frame(TextBegins, Hello[..5]), goesOn = Frame(Continues, Hello[5..9]), ends = Frame(ContinuesLast, Hello[5..]), endsLater = Frame(ContinuesLast, Hello[9..]);
        var ping = Frame(PingFrame, [7]);
        Case("5.1", [.. Frame(0x09, [1]), .. Frame(ContinuesLast, [2])], NoProtocol);
        Case("5.2", [.. Frame(0x0A, [1]), .. Frame(ContinuesLast, [2])], NoProtocol);
        foreach (var number in new[] { "5.3", "5.4", "5.5" })
            Case(number, [.. begins, .. ends], heard);
        foreach (var number in new[] { "5.6", "5.7", "5.8" })
            Case(number, [.. begins, .. ping, .. ends], Words.Ping([7]), heard);
        foreach (var number in new[] { "5.9", "5.10", "5.11" })
            Case(number, [.. ends, .. text], NoProtocol);
        foreach (var number in new[] { "5.12", "5.13", "5.14" })
            Case(number, [.. goesOn, .. text], NoProtocol);
        Case("5.15", [.. begins, .. ends, .. goesOn, .. text], heard, NoProtocol);
        Case("5.16", [.. goesOn, .. begins, .. ends], NoProtocol);
        Case("5.17", [.. ends, .. begins, .. ends], NoProtocol);
        Case("5.18", [.. begins, .. text], NoProtocol);
        foreach (var number in new[] { "5.19", "5.20" })
            Case(number, [.. begins, .. Frame(Continues, []), .. ping, .. goesOn, .. ping, .. endsLater], Words.Ping([7]), Words.Ping([7]), heard);

        // 6: text that is UTF-8, and what is not: 1007 with the fragment that shows it
        var special = Encoding.UTF8.GetBytes("Hello-µ@ßöäüàá-UTF-8!!");
        Case("6.1.1", Frame(WholeText, []), Words.Text([]));
        Case("6.1.2", [.. Frame(TextBegins, []), .. Frame(Continues, []), .. Frame(ContinuesLast, [])], Words.Text([]));
        Case("6.1.3", [.. Frame(TextBegins, []), .. Frame(Continues, Hello), .. Frame(ContinuesLast, [])], heard);
        Case("6.2.1", Frame(WholeText, special), Words.Text(special));
        Case("6.2.2", [.. Frame(TextBegins, special[..8]), .. Frame(ContinuesLast, special[8..])], Words.Text(special));
        Case("6.2.3", ByteByByte(special), Words.Text(special));
        Case("6.2.4", ByteByByte(Greek), Words.Text(Greek));
        byte[] surrogate = [.. Greek, 0xED, 0xA0, 0x80, .. "edited"u8];
        Case("6.3.1", Frame(WholeText, surrogate), NoText);
        Case("6.3.2", ByteByByte(surrogate), NoText);
        // The last fragment never comes: it is the one with the flaw that ends it.
        Case("6.4.1", [.. Frame(TextBegins, Greek), .. Frame(Continues, [0xF4, 0x90, 0x80, 0x80])], NoText);
        Case("6.4.2", [.. Frame(TextBegins, [.. Greek, 0xF4]), .. Frame(Continues, [0x90])], NoText);
        Numbered("6.5", Sequences("CEBAE1BDB9CF83CEBCCEB5 EDA08065646974656420 CEBAE1BDB9CF83CEBCCEB5F4908080 CEBAE1BDB9CF83CEBCCEB5F490 CEBAE1BDB9CF83CEBCCEB5F4"));
        Numbered("6.6", Enumerable.Range(1, Greek.Length).Select(length => OfSequence(Greek[..length])));
        Numbered("6.7", Sequences("00 C280 E0A080 F0908080"));
        Numbered("6.8", Sequences("F888808080 FC8480808080"));
        Numbered("6.9", Sequences("7F DFBF EFBFBF F48FBFBF"));
        Numbered("6.10", Sequences("F7BFBFBF FBBFBFBFBF FDBFBFBFBFBF"));
        Numbered("6.11", Sequences("ED9FBF EE8080 EFBFBD F48FBFBF F4908080"));
        Numbered("6.12", Sequences("80 BF 80BF 80BF80 80BF80BF 80BF80BF80 80BF80BF80BF 808182838485868788898A8B8C8D8E8FBF"));
        Numbered("6.13", Sequences("C020C120DF20 E020E120EF20 F020F120F720 F820F920FB20 FC20FD20"));
        Numbered("6.14", Sequences("C0 E080 F08080 F8808080 FC80808080 DF EFBF F7BFBF FBBFBFBF FDBFBFBFBF"));
        Numbered("6.15", Sequences("C0E080F08080F8808080FC80808080DFEFBFF7BFBFFBBFBFBFFDBFBFBFBF"));
        Numbered("6.16", Sequences("FE FF FEFEFFFF"));
        Numbered("6.17", Sequences("C0AF E080AF F08080AF F8808080AF FC80808080AF"));
        Numbered("6.18", Sequences("C1BF E09FBF F08FBFBF F887BFBFBF FC83BFBFBFBF"));
        Numbered("6.19", Sequences("C080 E08080 F0808080 F880808080 FC8080808080"));
        Numbered("6.20", Sequences("EDA080 EDADBF EDAE80 EDAFBF EDB080 EDBE80 EDBFBF"));
        Numbered("6.21", Sequences("EDA080EDB080 EDA080EDBFBF EDADBFEDB080 EDADBFEDBFBF EDAE80EDB080 EDAE80EDBFBF EDAFBFEDB080 EDAFBFEDBFBF"));
        Numbered("6.22", Enumerable.Range(0, 17).SelectMany(static plane => new[] { (plane << 16) + 0xFFFE, (plane << 16) + 0xFFFF })
            .Select(static point => OfSequence(Encoding.UTF8.GetBytes(char.ConvertFromUtf32(point)))));
        Numbered("6.23", Sequences("EFBFB9 EFBFBA EFBFBB EFBFBC EFBFBD EFBFBE EFBFBF"));

        // 7: the end
        var close = Frame(CloseFrame, [3, 232]);
        Case("7.1.1", [.. text, .. close], heard, Words.Close(1000));
        Case("7.1.2", [.. close, .. close], Words.Close(1000));
        Case("7.1.3", [.. close, .. ping], Words.Close(1000));
        Case("7.1.4", [.. close, .. text], Words.Close(1000));
        Case("7.1.5", [.. begins, .. close, .. ends], Words.Close(1000));
        Case("7.1.6", [.. Frame(WholeText, Stars(262_144)), .. text, .. close, .. ping], Words.Text(Stars(262_144)), heard, Words.Close(1000));
        Case("7.3.1", Frame(CloseFrame, []), Words.Close(null));
        Case("7.3.2", Frame(CloseFrame, [3]), NoProtocol);
        Case("7.3.3", close, Words.Close(1000));
        Case("7.3.4", Frame(CloseFrame, [3, 232, .. Hello]), Words.Close(1000));
        Case("7.3.5", Frame(CloseFrame, [3, 232, .. Stars(123)]), Words.Close(1000));
        Case("7.3.6", Frame(CloseFrame, [3, 232, .. Stars(124)]), NoProtocol);
        Case("7.5.1", Frame(CloseFrame, [3, 232, .. surrogate]), NoText);
        Numbered("7.7", new[] { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999 }.Select(static code => (CloseWith(code), new[] { Words.Close(code) })));
        Numbered("7.9", new[] { 0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999 }.Select(static code => (CloseWith(code), new[] { NoProtocol })));
        Case("7.13.1", CloseWith(5000), NoProtocol);
        Case("7.13.2", CloseWith(65_535), NoProtocol);

        // 9: large messages, whole, in fragments of every size, and many small ones
        Numbered("9.1", Large.Select(static length => (Frame(WholeText, Stars(length)), new[] { Words.Text(Stars(length)) })));
        Numbered("9.3", Enumerable.Range(3, 9).Select(static power => (InFragments(Stars(4 << 20), 1 << (2 * power)), new[] { Words.Text(Stars(4 << 20)) })));
        Numbered("9.7", new[] { 0, 16, 64, 256, 1024, 4096 }.Select(static length => (
            Enumerable.Repeat(Frame(WholeText, Stars(length)), 1000).SelectMany(static one => one).ToArray(), Enumerable.Repeat(Words.Text(Stars(length)), 1000).ToArray())));
        Case("10.1.1", InFragments(Stars(65_536), 1300), Words.Text(Stars(65_536)));
        return cases;
    }

    private static int[] LengthClasses => [0, 125, 126, 127, 128, 65_535, 65_536, 65_536];

    private static int[] Large => [65_536, 262_144, 1 << 20, 4 << 20, 8 << 20, 16 << 20];

    private static byte[] Frame(int first, byte[] payload) => RawSocket.Made((byte)first, payload);

    private static byte[] Stars(int length)
    {
        var stars = new byte[length];
        Array.Fill(stars, (byte)'*');
        return stars;
    }

    private static byte[] CloseWith(int code) => Frame(CloseFrame, [(byte)(code >> 8), (byte)code, .. "bye"u8]);

    private static byte[] ByteByByte(byte[] text) => InFragments(text, 1);

    private static byte[] InFragments(byte[] text, int size) =>
        [.. text.Chunk(size).Index().SelectMany(part => Frame((part.Index == 0 ? TextBegins : Continues) | ((part.Index + 1) * (long)size >= text.Length ? 0x80 : 0), part.Item))];

    private static IEnumerable<(byte[] Sent, string[] Expected)> Sequences(string hex) => hex.Split(' ').Select(static one => OfSequence(Convert.FromHexString(one)));

    /// <summary>Whether it is UTF-8 another reader says than the one that is tested.</summary>
    private static (byte[] Sent, string[] Expected) OfSequence(byte[] sequence)
    {
        try
        {
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(sequence);
            return (Frame(WholeText, sequence), [Words.Text(sequence)]);
        }
        catch (DecoderFallbackException)
        {
            return (Frame(WholeText, sequence), [NoText]);
        }
    }
}
