using System.Text.Json;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Dome;

// users AND (condition_ids OR market_slugs); within a list any entry, and * among its entries means all.
internal sealed class DomeFilter
{
    private const string All = "*";

    private readonly HashSet<string>? _users;
    private readonly HashSet<string>? _conditions;
    private readonly HashSet<string>? _slugs;

    private DomeFilter(HashSet<string>? users, HashSet<string>? conditions, HashSet<string>? slugs, string text) =>
        (_users, _conditions, _slugs, Text) = (users, conditions, slugs, text);

    // As the client wrote it.
    public string Text { get; }

    public static DomeFilter Parse(JsonElement json, DomeTier tier)
    {
        if (json.ValueKind != JsonValueKind.Object) throw Invalid("filters: expected an object with users, condition_ids or market_slugs");
        HashSet<string>? users = null, conditions = null, slugs = null;
        foreach (var field in json.EnumerateObject())
        {
            var list = Read(field, tier);
            if (field.NameEquals("users")) users = list;
            else if (field.NameEquals("condition_ids")) conditions = list;
            else slugs = list;
        }
        return users is null && conditions is null && slugs is null
            ? throw Invalid("filters: at least one of users, condition_ids, market_slugs is needed")
            : new DomeFilter(users, conditions, slugs, json.GetRawText());
    }

    public bool Matches(Execution execution)
    {
        var market = execution.Order.Token.Market;
        if (_users is not null && !Holds(_users, execution.Order.Wallet.Address.Text)) return false;
        if (_conditions is null && _slugs is null) return true;
        return (_conditions is not null && Holds(_conditions, market.ConditionId)) || (_slugs is not null && Holds(_slugs, market.Plan.Slug));
    }

    private static bool Holds(HashSet<string> list, string value) => list.Contains(All) || list.Contains(value);

    private static HashSet<string> Read(JsonProperty field, DomeTier tier)
    {
        if (field.Name is not ("users" or "condition_ids" or "market_slugs")) throw Invalid($"filters: unknown key {Short(field.Name)}");
        if (field.Value.ValueKind != JsonValueKind.Array || field.Value.GetArrayLength() == 0) throw Invalid($"filters.{field.Name}: expected a list that is not empty");
        if (field.Value.GetArrayLength() > tier.Items) throw new DomeRefusedException("ITEMS_PER_SUB_LIMIT", $"{tier.Name} tier allows {tier.Items} entries per list");
        var list = new HashSet<string>();
        foreach (var (index, entry) in field.Value.EnumerateArray().Index())
        {
            if (entry.ValueKind != JsonValueKind.String || Entry(field.Name, entry.GetString()!) is not { } text) throw Invalid($"filters.{field.Name}[{index}]: not valid");
            if (text == All && !tier.Wildcard) throw new DomeRefusedException("WILDCARD_NOT_ALLOWED", $"{tier.Name} tier does not allow *");
            list.Add(text);
        }
        return list;
    }

    private static string? Entry(string list, string text)
    {
        if (text == All) return text;
        return list switch
        {
            "users" => IsHex(text, 40) ? text.ToLowerInvariant() : null,
            "condition_ids" => IsHex(text, 64) ? text.ToLowerInvariant() : null,
            _ => text.Length is > 0 and <= 300 ? text : null,
        };
    }

    private static bool IsHex(string text, int digits) =>
        text.Length == digits + 2 && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && text.Skip(2).All(char.IsAsciiHexDigit);

    private static DomeRefusedException Invalid(string message) => new("INVALID_FILTERS", message);

    private static string Short(string text) => text.Length <= 40 ? text : text[..40];
}
