using System.Collections.Immutable;
using System.Text;

namespace Oddswire.Host.Hocon;

/// <summary>The grammar: one text becomes one object of nodes. Included files come from the Sources, as if written in place.</summary>
internal sealed partial class Parser(Scanner scanner, Sources sources, ImmutableArray<string> scope, int depth)
{
    private const string Separator = "a new line or ',' before the next";
    private readonly ImmutableArray<string> _scope = scope; // the object that includes this file
    private ImmutableArray<string> _here = scope;
    private int _depth = depth;

    /// <summary>A whole file, with or without the outer braces.</summary>
    public ObjectNode File()
    {
        scanner.Lines();
        if (scanner.Current == '[') throw scanner.Unexpected("an object: key = value, or { ... }");
        var root = new ObjectNode(scanner.At);
        if (scanner.Current == '{')
        {
            Braces(root);
            scanner.Lines();
            if (!scanner.AtEnd) throw scanner.Unexpected("the end of the file after the closing '}'");
        }
        else
        {
            Fields(root);
            if (!scanner.AtEnd) throw scanner.Unexpected("a key", "this '}' closes nothing");
        }
        return root;
    }

    /// <summary>A value and nothing behind it.</summary>
    public Node SingleValue()
    {
        scanner.Lines();
        var value = Value();
        scanner.Lines();
        return scanner.AtEnd ? value : throw scanner.Unexpected("the end of the value");
    }

    /// <summary>A dotted key and nothing behind it.</summary>
    public ImmutableArray<Key> SinglePath()
    {
        var path = Path("a key such as http.port");
        return scanner.AtEnd ? path : throw scanner.Unexpected("the end of the key");
    }

    private void Braces(ObjectNode into)
    {
        var open = scanner.At;
        Deeper(1);
        scanner.Skip();
        Fields(into);
        if (!scanner.Take("}")) throw scanner.Unexpected($"'}}' that closes the '{{' of line {open.Line}, column {open.Column}");
        _depth--;
    }

    private void Fields(ObjectNode into)
    {
        for (scanner.Lines(); !scanner.AtEnd && scanner.Current != '}'; Next("field", '}'))
        {
            if (AtInclude()) Include(into);
            else Field(into);
        }
    }

    private void Field(ObjectNode into)
    {
        var path = Path("a key");
        var (outer, before) = (_here, _depth);
        _here = _here.AddRange(path.Select(key => key.Name));
        Deeper(path.Length - 1);
        into.Assign(path.AsSpan(), Assigned());
        (_here, _depth) = (outer, before);
    }

    private Node Assigned()
    {
        // Without the key: it may be the rest of a secret that broke off.
        const string expected = "'=', ':' or '{' after the key";
        var missing = scanner.AtLineEnd ? scanner.Unexpected(expected) : null;
        scanner.Lines();
        if (scanner.Current == '{') return Value();
        var at = scanner.At;
        var append = scanner.Take("+=");
        if (!append && !scanner.Take("=") && !scanner.Take(":"))
            throw missing ?? scanner.Unexpected(expected);
        scanner.Lines();
        var value = Value();
        return append ? new AppendNode(at, value) : value;
    }

    private Node Value()
    {
        var at = scanner.At;
        var parts = ImmutableArray.CreateBuilder<Node>();
        while (true)
        {
            var blankAt = scanner.At;
            var blank = scanner.Blanks();
            if (scanner.AtLineEnd || scanner.Current is ',' or '}' or ']') break;
            if (blank.Length > 0 && parts.Count > 0) parts.Add(new TextNode(blankAt, blank, Quoted: false));
            if (Part() is not { } part) break;
            parts.Add(part);
        }
        return parts.Count switch
        {
            0 => throw scanner.Unexpected("a value", scanner.AtLineEnd ? "an empty text is written \"\"" : null),
            1 => parts[0],
            _ => new ConcatenationNode(at, parts.DrainToImmutable()),
        };
    }

    private Node? Part()
    {
        var at = scanner.At;
        switch (scanner.Current)
        {
            case '{':
                var braces = new ObjectNode(at);
                Braces(braces);
                return braces;
            case '[':
                return Brackets();
            case '"':
                return new TextNode(at, scanner.Quoted(), Quoted: true);
            case '$' when scanner.Sees("${"):
                return Reference();
            default:
                var text = scanner.Unquoted();
                return text.Length > 0 ? new TextNode(at, text, Quoted: false) : null;
        }
    }

    private ListNode Brackets()
    {
        var open = scanner.At;
        var items = ImmutableArray.CreateBuilder<Node>();
        Deeper(1);
        scanner.Skip();
        for (scanner.Lines(); !scanner.AtEnd && scanner.Current != ']'; Next("element", ']')) items.Add(Value());
        if (!scanner.Take("]")) throw scanner.Unexpected($"']' that closes the '[' of line {open.Line}, column {open.Column}");
        _depth--;
        return new ListNode(open, items.DrainToImmutable());
    }

    private ReferenceNode Reference()
    {
        var at = scanner.At;
        scanner.Skip(2);
        var optional = scanner.Take("?");
        scanner.Blanks();
        var path = Path("the path of another setting, such as ${http.port}");
        if (!scanner.Take("}")) throw scanner.Unexpected("'}' that closes the '${' of column " + at.Column);
        return new ReferenceNode(at, _scope, [.. path.Select(key => key.Name)], optional);
    }

    /// <summary>From behind one field or element to the next one, over one comma at most.</summary>
    private void Next(string what, char close)
    {
        scanner.Blanks();
        if (!scanner.AtLineEnd && scanner.Current != ',' && scanner.Current != close) throw scanner.Unexpected($"{Separator} {what}");
        scanner.Lines();
        if (!scanner.Take(",")) return;
        scanner.Lines();
        if (scanner.Current == ',') throw scanner.Unexpected($"a{(what == "element" ? "n" : "")} {what} after ','");
    }

    /// <summary>Dots part it, save in quotes; white space inside counts, as in a value.</summary>
    private ImmutableArray<Key> Path(string expected)
    {
        var keys = ImmutableArray.CreateBuilder<Key>();
        var name = new StringBuilder();
        var (at, quoted, blank) = (scanner.At, false, "");
        while (true)
        {
            if (scanner.Current == '"')
            {
                name.Append(blank).Append(scanner.Quoted());
                quoted = true;
            }
            else if (scanner.Unquoted('.') is { Length: > 0 } word)
            {
                name.Append(blank).Append(word);
            }
            else if (scanner.Current == '.')
            {
                Close();
                scanner.Skip();
                at = scanner.At;
            }
            else
            {
                break;
            }
            blank = scanner.Blanks();
        }
        if (keys.Count == 0 && name.Length == 0 && !quoted) throw scanner.Unexpected(expected);
        Close();
        return keys.DrainToImmutable();

        void Close()
        {
            if (name.Length == 0 && !quoted) throw new ConfigurationException(at, "a name between two dots of a key", "nothing", "an empty name is written \"\"");
            keys.Add(new Key(name.ToString(), at));
            name.Clear();
            (quoted, blank) = (false, "");
        }
    }

    private void Deeper(int levels)
    {
        _depth += levels;
        if (_depth > Limits.Depth) throw new ConfigurationException(scanner.At, $"at most {Limits.Depth} levels", "one more");
    }
}
