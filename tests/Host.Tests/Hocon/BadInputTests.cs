using Oddswire.Host.Hocon;
using Xunit;

namespace Oddswire.Host.Tests.Hocon;

public sealed class BadInputTests
{
    private const string Quotes = "; put text with such a character in double quotes";

    [Theory]
    [InlineData("a", "1:2: expected '=', ':' or '{' after the key, found the end")]
    [InlineData("a.b\nc = 1", "1:4: expected '=', ':' or '{' after the key, found the end of the line")]
    [InlineData("a 1 2", "1:6: expected '=', ':' or '{' after the key, found the end")]
    [InlineData("a = ", "1:5: expected a value, found the end; an empty text is written \"\"")]
    [InlineData("a = , b = 1", "1:5: expected a value, found ','")]
    [InlineData("a = # nothing\n", "2:1: expected a value, found the end; an empty text is written \"\"")]
    [InlineData("a = }", "1:5: expected a value, found '}'")]
    [InlineData("= 1", "1:1: expected a key, found '='" + Quotes)]
    [InlineData("a = 1,, b = 2", "1:7: expected a field after ',', found ','")]
    [InlineData(", a = 1", "1:1: expected a key, found ','")]
    [InlineData("a = 1\n}", "2:1: expected a key, found '}'; this '}' closes nothing")]
    [InlineData("{ a = 1", "1:8: expected '}' that closes the '{' of line 1, column 1, found the end")]
    [InlineData("a {\n  b = 1\n", "3:1: expected '}' that closes the '{' of line 1, column 3, found the end")]
    [InlineData("{ a = 1 } b = 2", "1:11: expected the end of the file after the closing '}', found 'b'")]
    [InlineData("[1, 2]", "1:1: expected an object: key = value, or { ... }, found '['")]
    [InlineData("a = {} b = 1", "1:10: expected a new line or ',' before the next field, found '='" + Quotes)]
    [InlineData("a = [1, 2", "1:10: expected ']' that closes the '[' of line 1, column 5, found the end")]
    [InlineData("a = [1,,2]", "1:8: expected an element after ',', found ','")]
    [InlineData("a = [,]", "1:6: expected a value, found ','")]
    [InlineData("a = [1}", "1:7: expected a new line or ',' before the next element, found '}'")]
    [InlineData("a = wss://host/path", "1:8: expected a new line or ',' before the next field, found ':'" + Quotes)]
    [InlineData("a = me@host", "1:7: expected a new line or ',' before the next field, found '@'" + Quotes)]
    [InlineData("a = *", "1:5: expected a value, found '*'" + Quotes)]
    [InlineData("a..b = 1", "1:3: expected a name between two dots of a key, found nothing; an empty name is written \"\"")]
    [InlineData(".a = 1", "1:1: expected a name between two dots of a key, found nothing; an empty name is written \"\"")]
    [InlineData("a = \"x", "1:7: expected '\"' that closes the text of column 5, found the end; text over several lines stands in \"\"\"")]
    [InlineData("a = \"x\ny\"", "1:7: expected '\"' that closes the text of column 5, found the end of the line; text over several lines stands in \"\"\"")]
    [InlineData("a = \"\t\"", "1:6: expected a printable character, found the character U+0009; write it as an escape, such as \\t")]
    [InlineData("a = \"\\d\"", "1:7: expected one of \" \\ / b f n r t u after the backslash, found 'd'; a backslash itself is written \\\\")]
    [InlineData("a = \"\\u12x4\"", "1:10: expected four hexadecimal digits after \\u, found 'x'")]
    [InlineData("a = \"\"\"x\ny", "2:2: expected \"\"\" that closes the text of line 1, column 5, found the end")]
    [InlineData("a = ${b", "1:8: expected '}' that closes the '${' of column 5, found the end")]
    [InlineData("a = ${}", "1:7: expected the path of another setting, such as ${http.port}, found '}'")]
    [InlineData("a = $b", "1:5: expected a value, found '$'" + Quotes)]
    [InlineData("${a} = 1", "1:1: expected a key, found '$'" + Quotes)]
    [InlineData("include other.conf", "1:9: expected the name of a file in double quotes, found 'o'; include \"other.conf\", or include required(\"other.conf\") where it must exist")]
    [InlineData("include required(\"x\"", "1:21: expected ')' after the name of the file, found the end")]
    [InlineData("\n\n   include required(\"x\")", "3:21: expected a file x, found none")]
    public void Text_is_refused_at_its_place(string text, string expected) => Assert.Equal("t.conf:" + expected, Refusal(text));

    [Theory]
    [InlineData("a = 1\nb = ${c}", "t.conf:2:5: expected a value for ${c}, found no setting before it and no environment variable of that name; write ${?c} where it may be missing")]
    [InlineData("a = ${a}", "t.conf:1:5: expected a value for ${a}, found no setting before it and no environment variable of that name; write ${?a} where it may be missing")]
    [InlineData("a = ${b}\nb = ${a}", "t.conf:2:5: expected a value that does not depend on itself, found the cycle a -> b -> a")]
    [InlineData("a = ${b}\nb { c = ${d} }, d = ${b.c}", "t.conf:2:21: expected a value that does not depend on itself, found the cycle b.c -> b -> d -> b.c")]
    [InlineData("a = ${?b}\nb = ${?a}", "t.conf:2:5: expected a value that does not depend on itself, found the cycle a -> b -> a")]
    [InlineData("a = [1] x", "t.conf:1:9: expected a list, as before it on the line, found a text")]
    [InlineData("b = {}, a = x ${b}", "t.conf:1:15: expected a text, as before it on the line, found an object")]
    [InlineData("a = 5\na += 6", "t.conf:2:3: expected a list before +=, found a text")]
    public void Substitution_is_refused_at_its_place(string text, string expected) => Assert.Equal(expected, Refusal(text));

    [Fact]
    public void Nesting_is_limited()
    {
        Assert.Equal("t.conf:1:69: expected at most 64 levels, found one more", Refusal("a = " + new string('[', 100_000)));
        Assert.Contains("at most 64 levels", Refusal("a" + string.Concat(Enumerable.Repeat(".a", 100_000)) + " = 1"), StringComparison.Ordinal);
        Assert.Contains("at most 64 levels", Refusal(string.Concat(Enumerable.Repeat("a{", 100_000))), StringComparison.Ordinal);
        Assert.Contains("at most 64 levels", Refusal("a0 = 1\n" + string.Concat(Enumerable.Range(1, 1000).Select(i => $"a{i} {{ x = ${{a{i - 1}}} }}\n"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Chains_are_limited()
    {
        Assert.Contains("at most 256 values that depend on each other", Refusal("a = []\n" + string.Concat(Enumerable.Repeat("a = ${a} [1]\n", 1_000))), StringComparison.Ordinal);
        Assert.Contains("at most 256 values that depend on each other", Refusal(string.Concat(Enumerable.Repeat("a += 1\n", 100_000))), StringComparison.Ordinal);
        Assert.Contains("at most 256 values that depend on each other", Refusal(string.Concat(Enumerable.Range(1, 1000).Select(i => $"a{i} = ${{a{i + 1}}}\n"))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xxxxxxxxxx")]
    [InlineData("[1,2,3,4,5,6,7,8]")]
    public void Values_that_double_each_other_are_limited(string seed)
    {
        var many = string.Concat(Enumerable.Range(1, 40).Select(i => $"a{i} = {string.Join(' ', Enumerable.Repeat($"${{a{i - 1}}}", 50))}\n"));
        Assert.EndsWith("expected values of a bounded size, found substitutions that multiply each other", Refusal($"a0 = {seed}\n{many}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Long_lists_of_assignments_end_quickly()
    {
        var text = string.Concat(Enumerable.Repeat("a = ${?x}\n", 20_000)) + string.Concat(Enumerable.Range(1, 20_000).Select(i => $"b{i} = ${{?a.y}}\n"));
        Assert.Contains("expected values of a bounded size", Refusal(text), StringComparison.Ordinal);
    }

    private static string Refusal(string text) => Assert.Throws<ConfigurationException>(() => Conf.Read(text)).Message;
}
