using System.Text.Json;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Dome;

/// <summary>
/// A control frame while it is read. Keys come in any order and what is required depends on the action, so each key leaves
/// its value or its problem here, and <see cref="Finish"/> looks at them in the order a reader would.
/// </summary>
internal struct DomeCommandDraft(int mostValues)
{
    private const int LongestEcho = 64;
    private Key _seen;
    private OrderFilter? _filter;
    private Position? _resume;
    private Position? _position;
    private DomeProblem? _wrongConstant;
    private DomeProblem? _wrongFilter;
    private DomeProblem? _wrongPosition;

    [Flags]
    private enum Key
    {
        None = 0,
        Action = 1,
        Platform = 2,
        Version = 4,
        Type = 8,
        SubscriptionId = 16,
        Filters = 32,
        Resume = 64,
        Position = 128,
    }

    /// <summary>As the client wrote them, if they were short texts.</summary>
    public string? Action { get; private set; }

    public string? SubscriptionId { get; private set; }

    public DomeProblem? Read(ReadOnlySpan<byte> frame)
    {
        var reader = new Utf8JsonReader(frame, JsonInput.Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return Invalid("the frame", "must be one JSON object");
        DomeProblem? problem = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = KeyOf(JsonInput.Name(ref reader));
            reader.Read();
            if (Has(key)) problem ??= Invalid(NameOf(key), "is there twice");
            _seen |= key;
            ReadValue(ref reader, key);
        }
        reader.Read(); // throws if something follows the object
        return problem;
    }

    public readonly DomeProblem? Finish(out DomeCommand? command)
    {
        command = null;
        switch (Action)
        {
            case "subscribe":
                var problem = MissingConstant() ?? _wrongConstant ?? MissingFilter() ?? _wrongPosition;
                if (problem is null) command = new DomeCommand.Subscribe(_filter!, _resume);
                return problem;
            case "update":
                problem = MissingConstant() ?? _wrongConstant ?? WrongSubscription() ?? MissingFilter();
                if (problem is null) command = new DomeCommand.Update(Subscription, _filter!);
                return problem;
            case "unsubscribe": // without version in several clients' code, so none of the constants is required here
                problem = _wrongConstant ?? WrongSubscription();
                if (problem is null) command = new DomeCommand.Unsubscribe(Subscription);
                return problem;
            case "ack":
                problem = _wrongConstant ?? WrongSubscription() ?? _wrongPosition ?? (_position is null ? Unknown("position") : null);
                if (problem is null) command = new DomeCommand.Acknowledge(Subscription, _position.GetValueOrDefault());
                return problem;
            default:
                return Invalid("action", (Has(Key.Action) ? "is unknown" : "is missing") + ": use \"subscribe\", \"update\" or \"unsubscribe\"");
        }
    }

    private void ReadValue(ref Utf8JsonReader reader, Key key)
    {
        switch (key)
        {
            case Key.Action:
                Action = Echo(ref reader);
                break;
            case Key.Platform:
                Expect(IsText(ref reader, "polymarket"u8), "platform", "must be \"polymarket\"");
                break;
            case Key.Version:
                Expect(JsonInput.TryGetLong(ref reader, out var version) && version == 1, "version", "must be the number 1");
                break;
            case Key.Type:
                Expect(IsText(ref reader, "orders"u8), "type", "must be \"orders\"");
                break;
            case Key.SubscriptionId:
                SubscriptionId = Echo(ref reader);
                break;
            case Key.Filters:
                DomeFilterCodec.TryDecode(ref reader, mostValues, out _filter, out _wrongFilter);
                return; // it has read to its end
            case Key.Resume:
                ReadPosition(ref reader, "resume", ref _resume);
                break;
            case Key.Position:
                ReadPosition(ref reader, "position", ref _position);
                break;
        }
        reader.Skip();
    }

    private static string? Echo(ref Utf8JsonReader reader) => JsonInput.TryGetText(ref reader, LongestEcho, out var text) ? text : null;

    private static bool IsText(ref Utf8JsonReader reader, ReadOnlySpan<byte> expected) =>
        reader.TokenType == JsonTokenType.String && JsonInput.Name(ref reader).SequenceEqual(expected);

    private void Expect(bool right, string field, string expected)
    {
        if (!right) _wrongConstant ??= Invalid(field, expected);
    }

    private void ReadPosition(ref Utf8JsonReader reader, string field, ref Position? position)
    {
        if (reader.TokenType == JsonTokenType.Null) return;
        if (JsonInput.TryGet(ref reader, out Position read)) position = read;
        else _wrongPosition ??= Unknown(field);
    }

    private readonly bool Has(Key key) => (_seen & key) != Key.None;

    private readonly DomeProblem? MissingConstant() =>
        !Has(Key.Platform) ? Invalid("platform", "is missing: it must be \"polymarket\"")
        : !Has(Key.Version) ? Invalid("version", "is missing: it must be the number 1")
        : !Has(Key.Type) ? Invalid("type", "is missing: it must be \"orders\"")
        : null;

    private readonly DomeProblem? MissingFilter() =>
        Has(Key.Filters) ? _wrongFilter : Invalid("filters", "is missing: give users, condition_ids or market_slugs");

    private readonly SubscriptionId Subscription => WireText.Parse<SubscriptionId>(SubscriptionId);

    private readonly DomeProblem? WrongSubscription() =>
        Messages.Values.SubscriptionId.TryParse(SubscriptionId, out _)
            ? null
            : new(DomeError.SubscriptionNotFound, "subscription_id", Has(Key.SubscriptionId) ? "names no subscription of this connection" : "is missing: give the id from the ack");

    private static DomeProblem Unknown(string field) => new(DomeError.PositionUnknown, field, "must be a position as it came with an event, such as \"3-41\"");

    private static DomeProblem Invalid(string field, string expected) => new(DomeError.InvalidFilters, field, expected);

    private static Key KeyOf(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("action"u8) ? Key.Action
        : name.SequenceEqual("platform"u8) ? Key.Platform
        : name.SequenceEqual("version"u8) ? Key.Version
        : name.SequenceEqual("type"u8) ? Key.Type
        : name.SequenceEqual("subscription_id"u8) ? Key.SubscriptionId
        : name.SequenceEqual("filters"u8) ? Key.Filters
        : name.SequenceEqual("resume"u8) ? Key.Resume
        : name.SequenceEqual("position"u8) ? Key.Position
        : Key.None;

    private static string NameOf(Key key) => key == Key.SubscriptionId ? "subscription_id" : key.ToString().ToLowerInvariant();
}
