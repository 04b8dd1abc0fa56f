using System.Globalization;
using System.Text;

namespace Oddswire.Host.Hocon;

/// <summary>Reads one text from left to right and knows line and column. The words of HOCON; its grammar is the Parser's.</summary>
internal sealed class Scanner(string source, string text)
{
    private const string Reserved = "$\"{}[]:=,+#`^?!@*&\\";
    private const string Fence = "\"\"\"";
    private int _index;
    private int _line = 1;
    private int _column = 1;

    public Position At => new(source, _line, _column);

    public bool AtEnd => _index == text.Length;

    public char Current => AtEnd ? '\0' : text[_index];

    public bool AtComment => Current == '#' || Sees("//");

    /// <summary>Nothing of the current line is left to read.</summary>
    public bool AtLineEnd => AtEnd || Current == '\n' || AtComment;

    public bool Sees(string word) => string.CompareOrdinal(text, _index, word, 0, word.Length) == 0;

    public void Skip(int characters = 1)
    {
        for (; characters > 0; characters--)
        {
            if (text[_index++] == '\n')
            {
                _line++;
                _column = 1;
            }
            else
            {
                _column++;
            }
        }
    }

    /// <summary>Takes the word, if it is next.</summary>
    public bool Take(string word)
    {
        if (!Sees(word)) return false;
        Skip(word.Length);
        return true;
    }

    /// <summary>White space up to the end of the line: inside a value it counts.</summary>
    public string Blanks()
    {
        var start = _index;
        while (!AtEnd && Current != '\n' && IsBlank(Current)) Skip();
        return text[start.._index];
    }

    /// <summary>White space, line ends and comments.</summary>
    public void Lines()
    {
        while (!AtEnd && (IsBlank(Current) || AtComment))
        {
            if (AtComment) Comment();
            else Skip();
        }
    }

    public void Comment()
    {
        while (!AtEnd && Current != '\n') Skip();
    }

    /// <summary>Text without quotes: up to white space, a comment or a character with a meaning of its own. May be empty.</summary>
    public string Unquoted(char? until = null)
    {
        var start = _index;
        while (!AtEnd && Current != until && !IsBlank(Current) && !AtComment && (!Reserved.Contains(Current) || IsExponentSign(start))) Skip();
        return text[start.._index];
    }

    /// <summary>Text in one or three double quotes.</summary>
    public string Quoted() => Sees(Fence) ? Fenced() : Escaped();

    public ConfigurationException Unexpected(string expected, string? hint = null) =>
        new(At, expected, Sight(), hint ?? (!AtEnd && "$:=+`^?!@*&\\".Contains(Current) ? "put text with such a character in double quotes" : null));

    private static bool IsBlank(char c) => char.IsWhiteSpace(c) || c is '\uFEFF' or (>= '\u001C' and <= '\u001F');

    // JSON allows 1e+5, elsewhere + has a meaning of its own.
    private bool IsExponentSign(int start) =>
        Current == '+' && _index > start && text[_index - 1] is 'e' or 'E' && text[start] is '-' or (>= '0' and <= '9');

    private string Sight() => Current switch
    {
        _ when AtEnd => "the end",
        '\n' => "the end of the line",
        var c when char.IsControl(c) || char.IsSurrogate(c) || IsBlank(c) => string.Create(CultureInfo.InvariantCulture, $"the character U+{(int)c:X4}"),
        var c => $"'{c}'",
    };

    private string Fenced()
    {
        var open = At;
        Skip(Fence.Length);
        var start = _index;
        while (!Sees(Fence))
        {
            if (AtEnd) throw Unexpected($"{Fence} that closes the text of line {open.Line}, column {open.Column}");
            Skip();
        }
        // Of four and more quotes in a row the last three close: the text may end in a quote.
        while (Sees(Fence + '"')) Skip();
        var content = text[start.._index];
        Skip(Fence.Length);
        return content;
    }

    private string Escaped()
    {
        var open = At;
        var content = new StringBuilder();
        Skip();
        while (Current != '"')
        {
            if (AtEnd || Current == '\n')
                throw Unexpected($"'\"' that closes the text of column {open.Column}", $"text over several lines stands in {Fence}");
            if (char.IsControl(Current)) throw Unexpected("a printable character", "write it as an escape, such as \\t");
            if (Current == '\\') content.Append(Escape());
            else
            {
                content.Append(Current);
                Skip();
            }
        }
        Skip();
        return content.ToString();
    }

    private char Escape()
    {
        Skip();
        if (Take("u")) return CodeUnit();
        var escaped = Current switch
        {
            _ when AtEnd => '\0',
            '"' or '\\' or '/' => Current,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ => '\0',
        };
        if (escaped == '\0') throw Unexpected("one of \" \\ / b f n r t u after the backslash", "a backslash itself is written \\\\");
        Skip();
        return escaped;
    }

    private char CodeUnit()
    {
        var value = 0;
        for (var digit = 0; digit < 4; digit++)
        {
            if (!char.IsAsciiHexDigit(Current)) throw Unexpected("four hexadecimal digits after \\u");
            value = value * 16 + Convert.ToInt32(Current.ToString(), 16);
            Skip();
        }
        return (char)value;
    }
}
