using Oddswire.Host.Hocon;

namespace Oddswire.Host.Settings;

/// <summary>
/// One object of the configuration, on its way to a record. To ask for a key is to declare it: there is no other list.
/// A wrong value is put on record with its place and stands as the type's default until the Reading ends and refuses all.
/// </summary>
internal sealed partial class Section
{
    private readonly Reading _reading;
    private readonly string _path;
    private readonly HoconObject? _values; // null: missing or no object, which is on record already
    private readonly bool _complete; // hocon/oddswire.conf has every key of it; an element of a list may leave out what is optional
    private readonly HashSet<string> _declared = [];

    public Section(Reading reading, string path, HoconObject? values, bool complete)
    {
        (_reading, _path, _values, _complete) = (reading, path, values, complete);
        reading.Add(this);
    }

    public IEnumerable<string> Declared => _declared.Select(Key);

    public IEnumerable<HoconField> Unknown() =>
        _values?.Fields.Values.Where(field => !_declared.Contains(field.Name)).Select(field => field with { Name = Key(field.Name) }) ?? [];

    public void Notice(string text) => _reading.Notices.Add(text);

    /// <summary>For what is wrong only in the light of another setting; not where the value itself is refused already.</summary>
    public void Refuse(string name, string expected, string found)
    {
        var at = Find(name)?.At ?? _values?.At ?? default;
        if (!_reading.Refuses(at)) _reading.Add(new Fault(at, $"{expected} in `{Key(name)}`", found));
    }

    public Section In(string name)
    {
        var expected = $"an object such as {name} {{ ... }}";
        var value = Find(name);
        if (value is null && _complete) Missing(name, expected);
        if (value is not (null or HoconObject)) Wrong(name, value, expected);
        return new Section(_reading, Key(name), value as HoconObject, _complete);
    }

    private string Key(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    private HoconValue? Find(string name)
    {
        _declared.Add(name);
        return _values?.Fields.GetValueOrDefault(name)?.Value;
    }

    private T? Required<T>(string name, string expected, Func<string, (bool Fits, T? Value)> parse)
    {
        if (Find(name) is { } value) return Parsed(name, value, expected, parse, show: null);
        Missing(name, expected);
        return default;
    }

    // Null or an empty text: not set.
    private T? Optional<T>(string name, string expected, Func<string, (bool Fits, T? Value)> parse, Func<T, string>? show = null)
    {
        var value = Find(name);
        if (value is not (null or HoconText { IsNull: true } or HoconText { Text: "" })) return Parsed(name, value, expected, parse, show);
        if (value is not null) Show(name, "", value);
        else if (_complete) Missing(name, expected);
        return default;
    }

    // With `show`, the value may be a secret, or hide one: then its text appears nowhere.
    private T? Parsed<T>(string name, HoconValue value, string expected, Func<string, (bool Fits, T? Value)> parse, Func<T, string>? show)
    {
        if (value is HoconText { IsNull: false } text && parse(text.Text) is (true, { } parsed))
        {
            Show(name, show is null ? text.Text : show(parsed), value);
            return parsed;
        }
        Wrong(name, value, expected, legible: show is null);
        return default;
    }

    private void Wrong(string name, HoconValue value, string expected, bool legible = true)
    {
        var found = legible && value is HoconText { IsNull: false, Text.Length: > 0 and <= 60 } text ? $"`{text.Text}`" : value.Kind;
        _reading.Add(new Fault(value.At, $"{expected} in `{Key(name)}`", found));
    }

    private void Missing(string name, string expected)
    {
        if (_values is not null) _reading.Add(new Fault(_values.At, $"{expected} in `{Key(name)}`", "none"));
    }

    private void Show(string name, string value, HoconValue from) => _reading.Settings.Add(new EffectiveSetting(Key(name), value, from.At));
}
