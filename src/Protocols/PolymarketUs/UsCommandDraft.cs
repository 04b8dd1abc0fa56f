using System.Collections.Immutable;
using System.Text.Json;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>
/// A client's frame while it is read, as strictly as the venue does: a field that is not known, or there twice (in one spelling or in both),
/// makes the frame invalid. The first thing that is wrong is what is told.
/// </summary>
internal struct UsCommandDraft(UsSocket socket, int mostSlugs)
{
    private const int LongestId = 256;
    private const int LongestSlug = 300;

    private static readonly UsKey RequestId = new("requestId");
    private static readonly UsKey SubscriptionType = new("subscriptionType");
    private static readonly UsKey MarketSlugs = new("marketSlugs");
    private static readonly UsKey ResponsesDebounced = new("responsesDebounced");

    private string? _problem;
    private UsCommand? _command;
    private string? _id;
    private UsSubscriptionType? _type;
    private ImmutableArray<string> _slugs;
    private bool? _debounced;

    public UsCommand? Read(ref Utf8JsonReader reader, out string? problem)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonInput.Name(ref reader);
            var (subscribes, unsubscribes, beats) = (name.SequenceEqual("subscribe"u8), name.SequenceEqual("unsubscribe"u8), name.SequenceEqual("heartbeat"u8));
            reader.Read();
            if (_command is not null) _problem ??= "more than one request in one frame";
            else if (!subscribes && !unsubscribes && !beats) _problem ??= "a field that is none of subscribe, unsubscribe, heartbeat";
            else if (reader.TokenType != JsonTokenType.StartObject) _problem ??= "a request is no object";
            else _command = Body(ref reader, subscribes, unsubscribes);
            reader.Skip();
        }
        problem = _problem ??= _command is null ? "there is no request" : null;
        return problem is null ? _command : null;
    }

    private UsCommand? Body(ref Utf8JsonReader reader, bool subscribes, bool unsubscribes)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonInput.Name(ref reader);
            var named = subscribes || unsubscribes;
            if (named && RequestId.Is(name)) Id(ref reader);
            else if (subscribes && SubscriptionType.Is(name)) Type(ref reader);
            else if (subscribes && MarketSlugs.Is(name)) Slugs(ref reader);
            else if (subscribes && ResponsesDebounced.Is(name)) Debounced(ref reader);
            else Wrong(ref reader, "a field that is not known");
            reader.Skip();
        }
        if ((subscribes || unsubscribes) && string.IsNullOrEmpty(_id)) _problem ??= "requestId is missing";
        if (subscribes) return new UsCommand.Subscribe(_id ?? "", _type.GetValueOrDefault(), _slugs.IsDefault ? [] : _slugs, _debounced.GetValueOrDefault());
        return unsubscribes ? new UsCommand.Unsubscribe(_id ?? "") : new UsCommand.Heartbeat();
    }

    private void Id(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (_id is not null || !JsonInput.TryGetText(ref reader, LongestId, out var id)) _problem ??= "requestId is twice there, no text, or too long";
        else _id = id;
    }

    private void Type(ref Utf8JsonReader reader)
    {
        reader.Read();
        UsSubscriptionType? type = reader.TokenType switch
        {
            JsonTokenType.String => UsSubscriptionTypes.Named(JsonInput.Name(ref reader), socket),
            JsonTokenType.Number when reader.TryGetInt32(out var number) => UsSubscriptionTypes.Numbered(number, socket),
            _ => null,
        };
        if (_type is not null || type is null) _problem ??= "subscriptionType is twice there, or none of this socket";
        else _type = type;
    }

    private void Slugs(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (!_slugs.IsDefault || reader.TokenType != JsonTokenType.StartArray)
        {
            _problem ??= "marketSlugs is twice there, or no array";
            return;
        }
        var slugs = ImmutableArray.CreateBuilder<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (slugs.Count >= mostSlugs) _problem ??= $"marketSlugs has more than {mostSlugs} entries";
            else if (JsonInput.TryGetText(ref reader, LongestSlug, out var slug)) slugs.Add(slug);
            else _problem ??= $"marketSlugs[{slugs.Count}] is no text, or too long";
            reader.Skip();
        }
        _slugs = slugs.DrainToImmutable();
    }

    private void Debounced(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (_debounced is not null || reader.TokenType is not (JsonTokenType.True or JsonTokenType.False)) _problem ??= "responsesDebounced is twice there, or neither true nor false";
        else _debounced = reader.TokenType == JsonTokenType.True;
    }

    private void Wrong(ref Utf8JsonReader reader, string problem)
    {
        _problem ??= problem;
        reader.Read();
    }
}
