using System.Collections.Immutable;
using System.Text.Json;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Subscriptions;

/// <summary>Filters, and changes of filters, as they stand in the journal.</summary>
internal static class FilterJson
{
    internal static void Write(Utf8JsonWriter json, OrderFilter filter)
    {
        json.WriteStartObject();
        Write(json, "users", filter.Users, static wallet => wallet.ToString());
        Write(json, "condition_ids", filter.Conditions, static condition => condition.ToString());
        Write(json, "market_slugs", filter.Slugs, static slug => slug);
        json.WriteEndObject();
    }

    internal static OrderFilter Read(JsonElement filter) => new()
    {
        Users = Read(filter, "users", static text => WireText.Parse<WalletId>(text)),
        Conditions = Read(filter, "condition_ids", static text => WireText.Parse<ConditionId>(text)),
        Slugs = Read(filter, "market_slugs", static text => text),
    };

    internal static void Write(Utf8JsonWriter json, FilterChange change)
    {
        Write(json, "users", change.Users, static wallet => wallet.ToString());
        Write(json, "condition_ids", change.Conditions, static condition => condition.ToString());
        Write(json, "market_slugs", change.Slugs, static slug => slug);
    }

    internal static FilterChange ReadChange(JsonElement change) => new(
        ReadChange(change, "users", static text => WireText.Parse<WalletId>(text)),
        ReadChange(change, "condition_ids", static text => WireText.Parse<ConditionId>(text)),
        ReadChange(change, "market_slugs", static text => text));

    private static void Write<T>(Utf8JsonWriter json, string name, Wanted<T> wanted, Func<T, string> text) where T : IEquatable<T>
    {
        if (wanted.IsEverything)
            json.WriteString(name, "*");
        else if (wanted.IsAsked)
            Write(json, name, wanted.Values, text);
    }

    private static Wanted<T> Read<T>(JsonElement filter, string name, Func<string, T> parse) where T : IEquatable<T>
    {
        if (!filter.TryGetProperty(name, out var wanted))
            return Wanted<T>.Unasked;
        return wanted.ValueKind == JsonValueKind.String ? Wanted<T>.Everything : Wanted.Of<T>([.. Values(wanted, parse)]);
    }

    private static void Write<T>(Utf8JsonWriter json, string name, WantedChange<T>? change, Func<T, string> text) where T : IEquatable<T>
    {
        if (change is null)
            return;
        json.WriteStartObject(name);
        if (change.Everything)
            json.WriteBoolean("everything", true);
        Write(json, "added", change.Added, text);
        Write(json, "removed", change.Removed, text);
        json.WriteEndObject();
    }

    private static WantedChange<T>? ReadChange<T>(JsonElement root, string name, Func<string, T> parse) where T : IEquatable<T> =>
        root.TryGetProperty(name, out var change)
            ? new(change.TryGetProperty("everything", out _), Values(change.GetProperty("added"), parse), Values(change.GetProperty("removed"), parse))
            : null;

    private static void Write<T>(Utf8JsonWriter json, string name, ImmutableArray<T> values, Func<T, string> text)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(text(value));
        json.WriteEndArray();
    }

    private static ImmutableArray<T> Values<T>(JsonElement array, Func<string, T> parse) =>
        [.. array.EnumerateArray().Select(value => parse(value.GetString()!))];
}
