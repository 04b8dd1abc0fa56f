using System.Text;
using System.Text.Json;

namespace Oddswire.Simulator.Faults;

// Reads one fault from JSON and is strict about it: a misspelled field must not turn into a fault that is not the one
// that was meant.
public static class FaultReader
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    public static Fault Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) throw new FaultRejectedException("", "expected an object with venue and kind");
        var fault = new Fault(Needed(json, "venue"), Kind(Needed(json, "kind")));
        var seen = new HashSet<string>();
        foreach (var field in json.EnumerateObject())
        {
            if (!seen.Add(field.Name)) throw new FaultRejectedException(field.Name, "given twice");
            fault = With(fault, field.Name, field.Value);
        }
        return fault;
    }

    private static Fault With(Fault fault, string name, JsonElement value) => name switch
    {
        "venue" or "kind" => fault,
        "topic" => value.ValueKind == JsonValueKind.Null ? fault : fault with { Topic = Text(value, name) },
        "connection" => fault with { Connection = Connection(value) },
        "share" => fault with { Share = Fraction(value, name) },
        "for" => value.ValueKind == JsonValueKind.Null ? fault : fault with { For = Duration(value, name) },
        "code" => fault with { Code = Integer(value, name, 1000, 4999) },
        "reason" => fault with { Reason = Reason(value) },
        "status" => fault with { Status = Integer(value, name, 400, 599) },
        "retry_after" => value.ValueKind == JsonValueKind.Null ? fault : fault with { RetryAfter = Integer(value, name, 0, 86_400) },
        "by" => fault with { By = Duration(value, name) is var by && by <= LongestDelay ? by : throw new FaultRejectedException(name, "at most 60s") },
        "blocks" => fault with { Blocks = Integer(value, name, 1, 64) },
        "gone" => fault with { Gone = Fraction(value, name) },
        _ => throw new FaultRejectedException(name, "unknown field; known are venue, kind, topic, connection, share, for, code, reason, status, retry_after, by, blocks, gone"),
    };

    private static FaultKind Kind(string name)
    {
        if (FaultNames.TryParse(name, out var kind)) return kind;
        throw new FaultRejectedException("kind", $"expected one of {string.Join(", ", FaultNames.All)}");
    }

    private static string Connection(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.Number ? value.GetRawText() : Text(value, "connection");
        if (text is "all" or "oldest" or "newest" || (int.TryParse(text, out var id) && id > 0)) return text;
        throw new FaultRejectedException("connection", "expected all, oldest, newest or the number of a connection");
    }

    // A close frame has room for 123 bytes beside the code.
    private static string Reason(JsonElement value)
    {
        var text = Text(value, "reason");
        return Encoding.UTF8.GetByteCount(text) <= 123 ? text : throw new FaultRejectedException("reason", "at most 123 bytes");
    }

    private static TimeSpan Duration(JsonElement value, string name) =>
        Durations.TryParse(Text(value, name), out var duration) ? duration : throw new FaultRejectedException(name, "expected a duration such as 30s");

    private static int Integer(JsonElement value, string name, int least, int most) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most
            ? number
            : throw new FaultRejectedException(name, $"expected a whole number from {least} to {most}");

    private static double Fraction(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number is >= 0 and <= 1
            ? number
            : throw new FaultRejectedException(name, "expected a number from 0 to 1");

    private static string Text(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new FaultRejectedException(name, "expected a string");

    private static string Needed(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? Text(value, name) : throw new FaultRejectedException(name, "is missing");
}
