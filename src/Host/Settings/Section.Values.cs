using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Oddswire.Host.Hocon;

namespace Oddswire.Host.Settings;

/// <summary>The kinds of values that a setting can have. Bounds are written as an operator would write them, for he reads them when he is wrong.</summary>
internal sealed partial class Section
{
    public string Text(string name) => Required(name, "a text", text => (text.Trim().Length > 0, text.Trim())) ?? "";

    public string? OptionalText(string name) => Optional(name, "a text", text => (text.Trim().Length > 0, text.Trim()));

    public bool Flag(string name) =>
        Required(name, "true or false", text => (text is "true" or "yes" or "on" or "false" or "no" or "off", text is "true" or "yes" or "on"));

    /// <summary>Not set: false.</summary>
    public bool OptionalFlag(string name) =>
        Optional(name, "true or false", text => (text is "true" or "yes" or "on" or "false" or "no" or "off", (bool?)(text is "true" or "yes" or "on"))).GetValueOrDefault();

    public int Whole(string name, int least, int most) => Required(name, Between(least, most), text => Number(text, least, most));

    public int? OptionalWhole(string name, int least, int most) =>
        Optional(name, Between(least, most), text => Number(text, least, most) is (true, var number) ? (true, number) : (false, (int?)null));

    public int Port(string name) => Whole(name, 0, ushort.MaxValue);

    public IPAddress Address(string name) =>
        Required(name, "an IP address such as 127.0.0.1, or localhost", text =>
            (IPAddress.TryParse(text == "localhost" ? "127.0.0.1" : text, out var address), address)) ?? IPAddress.Loopback;

    public TimeSpan Duration(string name, string least, string most) =>
        Required(name, $"a duration such as 5s, from {least} to {most}", text =>
        {
            var duration = Quantity.Duration(text);
            return (duration >= Quantity.Duration(least) && duration <= Quantity.Duration(most), duration.GetValueOrDefault());
        });

    public long Size(string name, string least, string most) =>
        Required(name, $"a size such as 64MiB, from {least} to {most}", text =>
        {
            var size = Quantity.Size(text);
            return (size >= Quantity.Size(least) && size <= Quantity.Size(most), size.GetValueOrDefault());
        });

    public T Choice<T>(string name, params (string Word, T Value)[] choices) where T : struct, Enum =>
        Required(name, "one of " + string.Join(", ", choices.Select(choice => choice.Word)), text =>
        {
            var chosen = Array.Find(choices, choice => choice.Word == text);
            return (chosen.Word is not null, chosen.Value);
        });

    /// <summary>Not set: the type's default.</summary>
    public T OptionalChoice<T>(string name, params (string Word, T Value)[] choices) where T : struct, Enum =>
        Optional(name, "one of " + string.Join(", ", choices.Select(choice => choice.Word)), text =>
        {
            var chosen = Array.Find(choices, choice => choice.Word == text);
            return (chosen.Word is not null, (T?)chosen.Value);
        }).GetValueOrDefault();

    public Endpoint? Endpoint(string name, params string[] schemes) =>
        Optional(name, $"an address such as {schemes[0]}://host:port", text =>
        {
            var fits = Uri.TryCreate(text, UriKind.Absolute, out var uri) && schemes.Contains(uri.Scheme) && uri.Host.Length > 0;
            return (fits, fits ? new Endpoint(uri!) : null);
        }, endpoint => endpoint.ToString());

    public Secret? Secret(string name) => Optional(name, "a text", text => (true, new Secret(text)), secret => secret.ToString());

    public ImmutableArray<string> Texts(string name, string expected, Func<string, bool> fits)
    {
        var items = Items(name, "a list: [..., ...]", list => $"[{string.Join(", ", list.OfType<HoconText>().Select(item => item.Text))}]");
        foreach (var item in items.Where(item => item is not HoconText text || !fits(text.Text))) Wrong(name, item, expected);
        return [.. items.OfType<HoconText>().Select(item => item.Text)];
    }

    public ImmutableArray<T> Objects<T>(string name, Func<Section, T> read)
    {
        var items = Items(name, "a list of objects: [{ ... }, { ... }]", list => list.IsEmpty ? "[]" : string.Create(CultureInfo.InvariantCulture, $"[{list.Length}]"));
        var objects = ImmutableArray.CreateBuilder<T>();
        foreach (var (index, item) in items.Index())
        {
            var element = string.Create(CultureInfo.InvariantCulture, $"{name}[{index}]");
            if (item is HoconObject fields) objects.Add(read(new Section(_reading, Key(element), fields, complete: false)));
            else Wrong(element, item, "an object: { ... }", legible: false);
        }
        return objects.DrainToImmutable();
    }

    /// <summary>An object whose fields are named by who writes it: one for each name.</summary>
    public ImmutableArray<T> Named<T>(string name, Func<string, Section, T> read)
    {
        var all = In(name);
        return [.. all.Names.Order(StringComparer.Ordinal).Select(one => read(one, new Section(_reading, $"{Key(name)}.{one}", all.Object(one), complete: false)))];
    }

    private IEnumerable<string> Names => _values is null ? [] : _values.Fields.Keys;

    private HoconObject? Object(string name)
    {
        var value = Find(name);
        if (value is HoconObject fields) return fields;
        Wrong(name, value!, "an object: { ... }", legible: false);
        return null;
    }

    private static string Between(int least, int most) => string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}");

    private static (bool Fits, int Value) Number(string text, int least, int most) =>
        (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most, number);

    private ImmutableArray<HoconValue> Items(string name, string expected, Func<ImmutableArray<HoconValue>, string> show)
    {
        var value = Find(name);
        if (value is HoconList { Items: var items })
        {
            Show(name, show(items), value);
            return items;
        }
        if (value is not null) Wrong(name, value, expected, legible: false);
        else if (_complete) Missing(name, expected);
        return [];
    }
}
