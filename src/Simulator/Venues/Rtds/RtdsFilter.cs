using System.Text.Json;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Rtds;

// The filters of a subscription: JSON inside a string, which matches only in its compact form. What the venue cannot
// read as such a filter matches nothing, and it does not say so.
internal sealed class RtdsFilter
{
    private readonly bool _nothing;
    private readonly string? _eventSlug;
    private readonly string? _marketSlug;

    private RtdsFilter(bool nothing, string? eventSlug, string? marketSlug) =>
        (_nothing, _eventSlug, _marketSlug) = (nothing, eventSlug, marketSlug);

    public static RtdsFilter Parse(string text)
    {
        if (text.Length == 0) return new RtdsFilter(nothing: false, null, null);
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind == JsonValueKind.Object && IsCompact(text)) return Read(json.RootElement);
        }
        catch (JsonException)
        {
            // Falls through: it matches nothing.
        }
        return new RtdsFilter(nothing: true, null, null);
    }

    public bool Matches(Market market) =>
        !_nothing
        && (_eventSlug is null || _eventSlug == market.Plan.EventSlug)
        && (_marketSlug is null || _marketSlug == market.Plan.Slug);

    private static RtdsFilter Read(JsonElement json)
    {
        string? eventSlug = null, marketSlug = null;
        var nothing = false;
        foreach (var field in json.EnumerateObject())
        {
            if (field.Value.ValueKind != JsonValueKind.String) nothing = true;
            else if (field.NameEquals("event_slug")) eventSlug = field.Value.GetString();
            else if (field.NameEquals("market_slug")) marketSlug = field.Value.GetString();
            else nothing = true;
        }
        return new RtdsFilter(nothing, eventSlug, marketSlug);
    }

    // No white space between the parts; inside a string it is content.
    private static bool IsCompact(string text)
    {
        var inString = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == '"') inString = !inString;
            else if (!inString && char.IsWhiteSpace(text[i])) return false;
        }
        return true;
    }
}
