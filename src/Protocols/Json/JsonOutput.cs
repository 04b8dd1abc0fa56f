using System.Buffers;
using System.Buffers.Text;
using System.Text.Unicode;
using Oddswire.Messages.Values;

namespace Oddswire.Protocols.Json;

/// <summary>
/// Writes compact JSON straight into a buffer writer: fixed parts as given, texts escaped exactly as JavaScript's
/// JSON.stringify does, which is what the venues' own clients were tested against. End with <see cref="Done"/>.
/// </summary>
internal ref struct JsonOutput(IBufferWriter<byte> writer)
{
    private const int LongestNumber = 20;
    private static readonly SearchValues<char> Escaped = SearchValues.Create(EscapedCharacters());
    private Span<byte> _space;
    private int _used;

    public void Raw(scoped ReadOnlySpan<byte> utf8)
    {
        Need(utf8.Length);
        utf8.CopyTo(_space[_used..]);
        _used += utf8.Length;
    }

    public void Number(long value)
    {
        Need(LongestNumber);
        Utf8Formatter.TryFormat(value, _space[_used..], out var written);
        _used += written;
    }

    public void NumberOrNull(long? value)
    {
        if (value is { } number) Number(number);
        else Raw("null"u8);
    }

    /// <summary>A value whose text is a JSON number.</summary>
    public void Bare<T>(in T value) where T : struct, IWireText<T>
    {
        Need(T.MaxLength);
        value.TryFormat(_space[_used..], out var written);
        _used += written;
    }

    public void Quoted<T>(in T value) where T : struct, IWireText<T>
    {
        Raw("\""u8);
        Bare(value);
        Raw("\""u8);
    }

    public void QuotedOrNull<T>(T? value) where T : struct, IWireText<T>
    {
        if (value is { } known) Quoted(known);
        else Raw("null"u8);
    }

    public void QuotedOrEmpty<T>(T? value) where T : struct, IWireText<T>
    {
        if (value is { } known) Quoted(known);
        else Raw("\"\""u8);
    }

    public void QuotedList<T>(ReadOnlySpan<T> values) where T : struct, IWireText<T>
    {
        Raw("["u8);
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0) Raw(","u8);
            Quoted(values[i]);
        }
        Raw("]"u8);
    }

    public void Text(ReadOnlySpan<char> text)
    {
        Raw("\""u8);
        for (var next = text.IndexOfAny(Escaped); next >= 0; next = text.IndexOfAny(Escaped))
        {
            Plain(text[..next]);
            Escape(text[next]);
            text = text[(next + 1)..];
        }
        Plain(text);
        Raw("\""u8);
    }

    public void TextOrNull(string? text)
    {
        if (text is null) Raw("null"u8);
        else Text(text);
    }

    public void Done()
    {
        if (_used > 0) writer.Advance(_used);
        _space = default;
        _used = 0;
    }

    private void Plain(ReadOnlySpan<char> text)
    {
        Need(text.Length * 3);
        // Half a surrogate pair becomes the replacement character: what leaves here is always valid UTF-8.
        Utf8.FromUtf16(text, _space[_used..], out _, out var written);
        _used += written;
    }

    private void Escape(char character)
    {
        Need(6);
        var escape = character switch
        {
            '"' => "\\\""u8,
            '\\' => "\\\\"u8,
            '\b' => "\\b"u8,
            '\t' => "\\t"u8,
            '\n' => "\\n"u8,
            '\f' => "\\f"u8,
            '\r' => "\\r"u8,
            _ => "\\u00"u8,
        };
        Raw(escape);
        if (escape.Length == 2) return;
        Utf8Formatter.TryFormat((byte)character, _space[_used..], out var written, new('x', 2));
        _used += written;
    }

    private void Need(int bytes)
    {
        if (_space.Length - _used >= bytes) return;
        Done();
        _space = writer.GetSpan(bytes);
    }

    private static char[] EscapedCharacters()
    {
        var characters = new char[34];
        for (var control = 0; control < 32; control++) characters[control] = (char)control;
        (characters[32], characters[33]) = ('"', '\\');
        return characters;
    }
}
