using System.Text;
using System.Text.Json;
using Oddswire.Messages.Orders;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Rtds;

/// <summary>
/// The filters of one subscription as the venue takes them: compact JSON in a string. What is not compact, or asks for something that the
/// venue cannot filter by (a wallet, say), matches nothing there, without a word; so it does here.
/// </summary>
public sealed record RtdsFilter
{
    private const int LongestSlug = 1024;

    private readonly bool _nothing;
    private readonly string? _event;
    private readonly string? _market;

    private RtdsFilter(bool nothing, string? byEvent, string? byMarket) => (_nothing, _event, _market) = (nothing, byEvent, byMarket);

    public static RtdsFilter Everything { get; } = new(nothing: false, null, null);

    private static RtdsFilter Nothing { get; } = new(nothing: true, null, null);

    public static RtdsFilter Parse(string? filters)
    {
        if (filters is null) return Everything;
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(filters), JsonInput.Options);
            return IsCompact(filters) && reader.Read() && reader.TokenType == JsonTokenType.StartObject ? Read(ref reader) : Nothing;
        }
        catch (JsonException)
        {
            return Nothing;
        }
    }

    public bool Matches(MarketText market) => !_nothing && (_event is null || _event == market.EventSlug) && (_market is null || _market == market.Slug);

    private static RtdsFilter Read(ref Utf8JsonReader reader)
    {
        string? byEvent = null, byMarket = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonInput.Name(ref reader);
            reader.Read();
            if (!JsonInput.TryGetText(ref reader, LongestSlug, out var slug)) return Nothing;
            if (name.SequenceEqual("event_slug"u8)) byEvent = slug;
            else if (name.SequenceEqual("market_slug"u8)) byMarket = slug;
            else return Nothing;
        }
        reader.Read(); // throws if something follows the object
        return new(nothing: false, byEvent, byMarket);
    }

    /// <summary>No white space between the parts; inside a text it belongs to it.</summary>
    private static bool IsCompact(string json)
    {
        var inText = false;
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] == '\\') i++;
            else if (json[i] == '"') inText = !inText;
            else if (!inText && char.IsWhiteSpace(json[i])) return false;
        }
        return true;
    }
}
