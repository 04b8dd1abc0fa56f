using Oddswire.Host.Hocon;
using Xunit;

namespace Oddswire.Host.Tests.Hocon;

public sealed class FuzzTests
{
    // Pieces that mean something: whole files of noise end at their first character.
    private static readonly string[] Pieces =
    [
        "a", "b", "c.d", "\"e\"", "\"f", "\"\"\"", "g h", "1", "-2.5e+3", "true", "null", "=", ":", "+=", "{", "}", "[", "]", ",", "\n", " ", "\t", "\r\n",
        "#", "//", "${a}", "${?b}", "${c.d}", "${", "}", "include", "include \"x\"", "required(", "file(", "\\", "\\u00", "$", "\uD800", "\u0000", "\uFEFF", "☃", ".", "..",
    ];

    [Fact]
    public void Random_text_is_read_or_refused_and_never_anything_else()
    {
        var random = new Random(1);
        var read = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 24)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            try
            {
                Conf.Read(text);
                read++;
            }
            catch (ConfigurationException refused)
            {
                Assert.All(refused.Faults, fault => Assert.InRange(fault.At.Line, 1, text.Count(c => c == '\n') + 1));
            }
        }
        Assert.InRange(read, 200, 19_800);
    }

    [Fact]
    public void A_damaged_file_is_read_or_refused_and_never_anything_else()
    {
        const string sound = "http { host = \"127.0.0.1\", port = 8080 } # x\nurl = \"ws://\"${http.host}\":\"${http.port}/rtds\nkeys = [{ name = a, scopes = [stream, orders] }]\nkeys += { name = b }\nt = \"\"\"x\ny\"\"\"\n";
        Conf.Read(sound);
        var random = new Random(2);
        for (var round = 0; round < 5_000; round++)
        {
            var text = sound.ToCharArray().ToList();
            for (var damage = random.Next(1, 6); damage > 0; damage--)
            {
                var at = random.Next(text.Count);
                if (random.Next(3) == 0) text.RemoveAt(at);
                else if (random.Next(2) == 0) text[at] = (char)random.Next(1, 0x250);
                else text.Insert(at, Pieces[random.Next(Pieces.Length)][0]);
            }
            try
            {
                Conf.Read(new string([.. text]));
            }
            catch (ConfigurationException)
            {
                // Refused: as good as read.
            }
        }
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var random = new Random(3);
        for (var round = 0; round < 2_000; round++)
        {
            var written = Conf.Write(Fields(random, depth: 0));
            Assert.Equal(written, Conf.Write(Conf.Read(written)));
            Assert.Equal(written, Conf.Write(Conf.Read("# head\n" + written[1..^1].Replace("\":", "\" =\n ", StringComparison.Ordinal) + "\n")));
        }
    }

    private static HoconObject Fields(Random random, int depth)
    {
        var fields = new OrderedDictionary<string, HoconField>();
        for (var count = random.Next(4); count > 0; count--)
        {
            var name = Text(random);
            fields[name] = new HoconField(name, default, Value(random, depth + 1));
        }
        return new HoconObject(default, fields);
    }

    private static HoconValue Value(Random random, int depth) => random.Next(depth > 4 ? 3 : 5) switch
    {
        0 => new HoconText(default, Text(random), Quoted: true),
        1 => new HoconText(default, random.Next(-1000, 1000).ToString(System.Globalization.CultureInfo.InvariantCulture), Quoted: false),
        2 => new HoconText(default, new[] { "true", "false", "null", "5s", "word" }[random.Next(5)], Quoted: false),
        3 => new HoconList(default, [.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth + 1))]),
        _ => Fields(random, depth),
    };

    // Without ':' and '"', which the test itself replaces.
    private static string Text(Random random) => new([.. Enumerable.Range(0, random.Next(6)).Select(_ => "ab.$#{}[]=, \n\t\\/é☃"[random.Next(18)])]);
}
