using System.Text;
using static Oddswire.Host.Tests.Downstream.Conformance.Case;

namespace Oddswire.Host.Tests.Downstream.Conformance;

/// <summary>Family 6: text that is UTF-8 is echoed however it is cut, and what is not ends with 1007.</summary>
internal static class Utf8Cases
{
    private static readonly byte[] Greek = Convert.FromHexString("CEBAE1BDB9CF83CEBCCEB5");
    private static readonly byte[] Long = Case.Utf8("Hello-µ@ßöäüàá-UTF-8!!");

    /// <summary>Greek, a surrogate, and more text.</summary>
    internal static byte[] NoText { get; } = [.. Greek, 0xED, 0xA0, 0x80, .. "edited"u8];

    internal static IEnumerable<(string Number, Case Case)> All() => [.. Cuts(), .. Sequences()];

    private static IEnumerable<(string, Case)> Cuts()
    {
        yield return ("6.1.1", Of((Text, [])).Echoes(""));
        yield return ("6.1.2", Of((TextBegins, []), (Continues, []), (ContinuesLast, [])).Echoes(""));
        yield return ("6.1.3", Of((TextBegins, []), (Continues, Case.Utf8("middle frame payload")), (ContinuesLast, [])).Echoes("middle frame payload"));
        var text = Encoding.UTF8.GetString(Long);
        yield return ("6.2.1", Of((Text, Long)).Echoes(text));
        yield return ("6.2.2", Of((TextBegins, Long[..11]), (ContinuesLast, Long[11..])).Echoes(text));
        yield return ("6.2.3", Of(Fragments(Long, 1)).Echoes(text));
        yield return ("6.2.4", Of(Fragments(Greek, 1)).Echoes(Encoding.UTF8.GetString(Greek)));
        yield return ("6.3.1", Of((Text, NoText)).Closes(1007));
        yield return ("6.3.2", Of(Fragments(NoText, 1)).Closes(1007));
        // A server may wait for the end of the message; ours does.
        byte[] tooHigh = [.. Greek, 0xF4, 0x90, 0x80, 0x80];
        yield return ("6.4.1", Of((TextBegins, Greek), (Continues, [0xF4, 0x90, 0x80, 0x80]), (ContinuesLast, Case.Utf8("edited"))).Closes(1007));
        yield return ("6.4.2", Of((TextBegins, [.. Greek, 0xF4]), (Continues, [0x90]), (ContinuesLast, [0x80, 0x80])).Closes(1007));
        yield return ("6.4.3", Of((Text, tooHigh)).Closes(1007).Chopped(11));
        yield return ("6.4.4", Of((Text, tooHigh)).Closes(1007).Chopped());
    }

    private static IEnumerable<(string, Case)> Sequences()
    {
        var families = new (int Family, string[] Sequences)[]
        {
            (5, [Hex(Long), "4D C3 B6", "CE BA E1 BD B9", "E4 B8 AD E6 96 87", "F0 9F 8E B2"]),
            (6, [.. Enumerable.Range(1, Greek.Length).Select(static length => Hex(Greek[..length]))]),
            (7, ["00", "C2 80", "E0 A0 80", "F0 90 80 80"]),
            (8, ["F8 88 80 80 80", "FC 84 80 80 80 80"]),
            (9, ["7F", "DF BF", "EF BF BF", "F4 8F BF BF"]),
            (10, ["F7 BF BF BF", "FB BF BF BF BF", "FD BF BF BF BF BF"]),
            (11, ["ED 9F BF", "EE 80 80", "EF BF BD", "F4 8F BF BF", "F4 90 80 80"]),
            (12, ["80", "BF", "80 BF", "80 BF 80", "80 BF 80 BF", "80 BF 80 BF 80", "80 BF 80 BF 80 BF", Range(0x80, 0xBF)]),
            (13, [Lonely(0xC0, 0xDF), Lonely(0xE0, 0xEF), Lonely(0xF0, 0xF7), Lonely(0xF8, 0xFB), Lonely(0xFC, 0xFD)]),
            (14, ["C0", "E0 80", "F0 80 80", "F8 80 80 80", "FC 80 80 80 80", "DF", "EF BF", "F7 BF BF", "FB BF BF BF", "FD BF BF BF BF"]),
            (15, ["C0 E0 80 F0 80 80 F8 80 80 80 FC 80 80 80 80 DF EF BF F7 BF BF FB BF BF BF FD BF BF BF BF"]),
            (16, ["FE", "FF", "FE FE FF FF"]),
            (17, ["C0 AF", "E0 80 AF", "F0 80 80 AF", "F8 80 80 80 AF", "FC 80 80 80 80 AF"]),
            (18, ["C1 BF", "E0 9F BF", "F0 8F BF BF", "F8 87 BF BF BF", "FC 83 BF BF BF BF"]),
            (19, ["C0 80", "E0 80 80", "F0 80 80 80", "F8 80 80 80 80", "FC 80 80 80 80 80"]),
            (20, ["ED A0 80", "ED AD BF", "ED AE 80", "ED AF BF", "ED B0 80", "ED BE 80", "ED BF BF"]),
            (21, [.. from high in (string[])["ED A0 80", "ED AD BF", "ED AE 80", "ED AF BF"] from low in (string[])["ED B0 80", "ED BF BF"] select $"{high} {low}"]),
            (22, [.. NoCharacters()]),
            (23, ["EF BF B9", "EF BF BA", "EF BF BB", "EF BF BC", "EF BF BD", "EF BF BE", "EF BF BF"]),
        };
        foreach (var (family, sequences) in families)
        {
            for (var i = 0; i < sequences.Length; i++)
            {
                var bytes = Convert.FromHexString(sequences[i].Replace(" ", "", StringComparison.Ordinal));
                yield return ($"6.{family}.{i + 1}", IsText(family, i, bytes) ? Of((Text, bytes)).Echoes(Encoding.UTF8.GetString(bytes)) : Of((Text, bytes)).Closes(1007));
            }
        }
    }

    /// <summary>By the suite's own table, not by the decoder that is tested.</summary>
    private static bool IsText(int family, int at, byte[] bytes) => family switch
    {
        5 or 7 or 9 or 22 or 23 => true,
        6 => bytes.Length is 2 or 5 or 7 or 9 or 11,
        11 => at < 4,
        _ => false,
    };

    /// <summary>U+FFFE and U+FFFF of each plane.</summary>
    private static IEnumerable<string> NoCharacters() =>
        from plane in Enumerable.Range(0, 17)
        from last in (int[])[0xFFFE, 0xFFFF]
        select Hex(Encoding.UTF8.GetBytes(char.ConvertFromUtf32((plane << 16) | last)));

    private static string Range(int first, int last) => Hex([.. Enumerable.Range(first, last - first + 1).Select(static value => (byte)value)]);

    private static string Lonely(int first, int last) => string.Join(" 20 ", Enumerable.Range(first, last - first + 1).Select(static value => $"{value:X2}")) + " 20";

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes);
}
