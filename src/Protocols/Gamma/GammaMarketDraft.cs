using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Gamma;

/// <summary>
/// One market while it is read. `version` chooses which ids are its tokens: many v1 markets already carry positionIds
/// that nobody trades.
/// </summary>
internal struct GammaMarketDraft
{
    private const int LongestText = 1024;
    private const int LongestList = 16 * 1024;
    private const int MostOutcomes = 64;
    private ConditionId? _condition;
    private string? _slug;
    private string? _question;
    private string? _version;
    private string? _event;
    private List<string>? _outcomes;
    private List<string>? _clobTokens;
    private List<string>? _positions;

    public static bool TryRead(ref Utf8JsonReader reader, ImmutableArray<GammaToken>.Builder tokens)
    {
        var draft = default(GammaMarketDraft);
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) draft.Field(ref reader);
        }
        reader.Skip();
        return draft.TryFinish(tokens);
    }

    private void Field(ref Utf8JsonReader reader)
    {
        var name = JsonInput.Name(ref reader);
        reader.Read();
        if (name.SequenceEqual("conditionId"u8)) _condition = JsonInput.TryGet(ref reader, out ConditionId condition) ? condition : null;
        else if (name.SequenceEqual("slug"u8)) _slug = Text(ref reader);
        else if (name.SequenceEqual("question"u8)) _question = Text(ref reader);
        else if (name.SequenceEqual("version"u8)) _version = Text(ref reader);
        else if (name.SequenceEqual("events"u8)) _event = FirstSlug(ref reader);
        else if (name.SequenceEqual("outcomes"u8)) _outcomes = List(ref reader);
        else if (name.SequenceEqual("clobTokenIds"u8)) _clobTokens = List(ref reader);
        else if (name.SequenceEqual("positionIds"u8)) _positions = List(ref reader);
        reader.Skip();
    }

    private readonly bool TryFinish(ImmutableArray<GammaToken>.Builder tokens)
    {
        var ids = _version is null or "v1" ? _clobTokens : _positions;
        if (ids is null || _condition is null) return false;
        var complete = ids.Count > 0;
        for (var i = 0; i < ids.Count; i++)
        {
            var label = _outcomes is not null && i < _outcomes.Count ? _outcomes[i] : "";
            if (TokenId.TryParse(ids[i], out var token)) tokens.Add(new(token, new(_condition, _slug ?? "", _question ?? "", label) { EventSlug = _event ?? "", Outcome = i }));
            else complete = false;
        }
        return complete;
    }

    private static string? Text(ref Utf8JsonReader reader) => JsonInput.TryGetText(ref reader, LongestText, out var text) ? text : null;

    /// <summary>Of the first event: no market is known to have two. What is left of the array is read, too.</summary>
    private static string? FirstSlug(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return null;
        string? slug = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isSlug = JsonInput.Name(ref reader).SequenceEqual("slug"u8);
                reader.Read();
                if (isSlug) slug ??= Text(ref reader);
                reader.Skip();
            }
        }
        while (reader.TokenType != JsonTokenType.EndArray)
        {
            reader.Skip();
            reader.Read();
        }
        return slug;
    }

    /// <summary>An array of strings, or a string that holds one: Gamma writes most of its lists twice encoded.</summary>
    private static List<string>? List(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartArray) return Items(ref reader);
        if (!JsonInput.TryGetText(ref reader, LongestList, out var json)) return null;
        var inner = new Utf8JsonReader(Encoding.UTF8.GetBytes(json), JsonInput.Options);
        try
        {
            return inner.Read() && inner.TokenType == JsonTokenType.StartArray ? Items(ref inner) : null;
        }
        catch (JsonException)
        {
            return null; // this market is unreadable, the page is not
        }
    }

    private static List<string>? Items(ref Utf8JsonReader reader)
    {
        List<string>? items = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (items?.Count < MostOutcomes && JsonInput.TryGetText(ref reader, LongestText, out var item)) items.Add(item);
            else items = null;
            reader.Skip();
        }
        return items;
    }
}
