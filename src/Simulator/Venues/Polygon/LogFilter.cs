using System.Text.Json;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Polygon;

// Which logs somebody asks for: any of these addresses, and at each topic place any of these words; null or an empty
// list means any.
internal sealed class LogFilter
{
    private const int MostTopics = 4;

    private readonly HashSet<Word>? _addresses;
    private readonly HashSet<Word>?[] _topics;

    private LogFilter(HashSet<Word>? addresses, HashSet<Word>?[] topics) => (_addresses, _topics) = (addresses, topics);

    public static LogFilter Parse(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) throw RpcException.InvalidParams("invalid argument: expected a filter object");
        var addresses = json.TryGetProperty("address", out var address) ? Words(address, "address", Address) : null;
        if (!json.TryGetProperty("topics", out var topics) || topics.ValueKind == JsonValueKind.Null) return new LogFilter(addresses, []);
        if (topics.ValueKind != JsonValueKind.Array) throw RpcException.InvalidParams("invalid topics");
        if (topics.GetArrayLength() > MostTopics) throw RpcException.InvalidParams("exceed max topics");
        return new LogFilter(addresses, [.. topics.EnumerateArray().Select(topic => Words(topic, "topics", Topic))]);
    }

    public bool Matches(LogEntry log)
    {
        if (_addresses is not null && !_addresses.Contains(log.Address.Topic)) return false;
        if (_topics.Length > log.Topics.Length) return false;
        for (var i = 0; i < _topics.Length; i++)
            if (_topics[i] is { } words && !words.Contains(log.Topics[i])) return false;
        return true;
    }

    private static HashSet<Word>? Words(JsonElement json, string what, Func<string?, Word?> parse)
    {
        if (json.ValueKind == JsonValueKind.Null) return null;
        var entries = json.ValueKind == JsonValueKind.Array ? json.EnumerateArray().ToArray() : [json];
        var words = new HashSet<Word>(entries.Length);
        foreach (var entry in entries)
        {
            // A null among the alternatives makes the place free, as nodes have it.
            if (entry.ValueKind == JsonValueKind.Null) return null;
            var word = entry.ValueKind == JsonValueKind.String ? parse(entry.GetString()) : null;
            words.Add(word ?? throw RpcException.InvalidParams($"invalid argument 0: invalid {what}: {Short(entry)}"));
        }
        return words.Count == 0 ? null : words;
    }

    private static Word? Topic(string? text) => Word.TryParse(text, out var word) ? word : null;

    private static Word? Address(string? text) =>
        text?.Length == 42 && Word.TryParse($"0x{new string('0', 24)}{text[2..]}", out var word) && text.StartsWith("0x", StringComparison.Ordinal) ? word : null;

    private static string Short(JsonElement entry)
    {
        var text = entry.GetRawText();
        return text.Length <= 80 ? text : text[..80];
    }
}
