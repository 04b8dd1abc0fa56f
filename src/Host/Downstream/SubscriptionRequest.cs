using System.Text.Json;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Host.Downstream;

/// <summary>The body of a command about a durable subscription. What is wrong is told with its field; what nobody knows is refused.</summary>
internal sealed class SubscriptionRequest
{
    private const int LongestName = 200;
    private const int LongestCommandId = 128;

    internal string CommandId { get; private set; } = "";
    internal string? Name { get; private set; }
    internal OrderFilter? Filter { get; private set; }
    internal Position? From { get; private set; }
    internal bool Skip { get; private set; }

    /// <summary>Three arrays of values of at most 260 characters, and some room; 64 MiB whatever the key may.</summary>
    internal static int LargestBody(int mostValues) => (int)Math.Min(64L << 20, (64 << 10) + (mostValues * 70L * 3));

    internal static bool IsCommandId(string text) => text.Length is > 0 and <= LongestCommandId && text.All(static c => c is > ' ' and <= '~');

    internal static Answer Invalid(string field, string message) => Answer.Error(400, "INVALID_FIELD", message, field);

    internal static (SubscriptionRequest? Request, Answer Refusal) Read(ReadOnlySpan<byte> body, int mostValues)
    {
        var request = new SubscriptionRequest();
        var reader = new Utf8JsonReader(body);
        try
        {
            if (request.Read(ref reader, mostValues) is { } refusal)
                return (null, refusal);
            if (reader.Read())
                return (null, NoJson("something follows the object"));
        }
        catch (JsonException e)
        {
            return (null, NoJson(e.Message));
        }
        return IsCommandId(request.CommandId)
            ? (request, default)
            : (null, Invalid("command_id", $"give the command a name of your own, 1 to {LongestCommandId} characters: given again, it happens once"));
    }

    private Answer? Read(ref Utf8JsonReader reader, int mostValues)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return NoJson("""the body is an object such as {"command_id":"c1","filters":{"users":["0x.."]}}""");
        Answer? first = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            first ??= Field(name, ref reader, mostValues);
            if (first is not null)
                return first;
        }
        return first;
    }

    private Answer? Field(string name, ref Utf8JsonReader reader, int mostValues)
    {
        switch (name)
        {
            case "command_id":
                return Text(ref reader, name, text => CommandId = text);
            case "name":
                return Text(ref reader, name, text => Name = text) ?? (Name?.Length > LongestName ? Invalid(name, $"a name has at most {LongestName} characters") : null);
            case "filters":
                if (!DomeFilterCodec.TryDecode(ref reader, mostValues, out var filter, out var problem))
                    return Answer.Error(400, problem.Error == DomeError.InvalidFilters ? "INVALID_FILTERS" : "ITEMS_PER_SUB_LIMIT", problem.Message, problem.Field);
                Filter = filter;
                return null;
            case "from":
                return ReadFrom(ref reader);
            case "skip":
                if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
                    return Invalid(name, "skip is true or false");
                Skip = reader.GetBoolean();
                return null;
            default:
                return Answer.Error(400, "UNKNOWN_FIELD", "known here: command_id, name, filters, from, skip", name);
        }
    }

    private Answer? ReadFrom(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
        if (text == "now")
            return null;
        if (!Position.TryParse(text, out var from))
            return Invalid("from", "from is \"now\", or a position that an event carried");
        From = from;
        return null;
    }

    private static Answer? Text(ref Utf8JsonReader reader, string name, Action<string> take)
    {
        if (reader.TokenType != JsonTokenType.String)
            return Invalid(name, $"{name} is a text");
        take(reader.GetString()!);
        return null;
    }

    private static Answer NoJson(string message) => Answer.Error(400, "INVALID_JSON", $"the body is no JSON: {message}");
}
