using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>Reads the payloads of the private socket: today's keys, and those of older versions, whose shapes differ.</summary>
internal static class UsAccountReader
{
    internal delegate UsAccountEvent Read(ref Utf8JsonReader reader, UsSpelling spelling);

    private static readonly (UsKey Key, Read Read)[] Payloads =
    [
        (new("orderSubscriptionUpdate"), OrderUpdate),
        (new("orderSubscriptionSnapshot"), OrderSnapshot),
        (new("positionSubscription"), PositionUpdate),
        (new("accountBalancesUpdate"), BalanceUpdate),
        (new("accountBalancesSnapshot"), BalanceSnapshot),
        (new("orderUpdate"), OrderUpdate),
        (new("ordersSnapshot"), OrderSnapshot),
        (new("positionSubscriptionUpdate"), PositionUpdate),
        (new("positionUpdate"), PositionUpdate),
        (new("positionSubscriptionSnapshot"), PositionSnapshot),
        (new("positionsSnapshot"), PositionSnapshot),
        (new("accountBalanceSubscriptionSnapshot"), BalanceSnapshot),
        (new("accountBalanceSubscriptionUpdate"), BalanceUpdate),
        (new("accountBalanceUpdate"), BalanceUpdate),
    ];

    private static readonly UsKey BalanceChange = new("balanceChange");
    private static readonly UsKey BuyingPower = new("buyingPower");
    private static readonly UsKey MarketSlug = new("marketSlug");

    public static Read? Find(ReadOnlySpan<byte> name)
    {
        foreach (var (key, read) in Payloads)
            if (key.Is(name)) return read;
        return null;
    }

    private static UsAccountEvent.OrderUpdate OrderUpdate(ref Utf8JsonReader reader, UsSpelling spelling)
    {
        UsExecution? execution = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = Is(ref reader, "execution"u8);
            reader.Read();
            if (found) execution = UsAccountJson.Read<UsExecution>(ref reader, spelling);
            else reader.Skip();
        }
        return new(execution ?? throw Missing("execution"));
    }

    private static UsAccountEvent.OrderSnapshot OrderSnapshot(ref Utf8JsonReader reader, UsSpelling spelling)
    {
        List<UsOrder> orders = [];
        var eof = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (list, last) = (Is(ref reader, "orders"u8), Is(ref reader, "eof"u8));
            reader.Read();
            if (last) eof = reader.TokenType == JsonTokenType.True;
            if (list) List(ref reader, spelling, orders);
            else reader.Skip();
        }
        return new(orders, eof);
    }

    /// <summary>Older: {marketSlug, position} and no ledger entry.</summary>
    private static UsAccountEvent.PositionUpdate PositionUpdate(ref Utf8JsonReader reader, UsSpelling spelling)
    {
        var legacy = reader;
        while (legacy.Read() && legacy.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref legacy, "position"u8)) return LegacyPosition(ref reader, spelling);
            legacy.Read();
            legacy.Skip();
        }
        return new(UsAccountJson.Read<UsPositionChange>(ref reader, spelling));
    }

    private static UsAccountEvent.PositionUpdate LegacyPosition(ref Utf8JsonReader reader, UsSpelling spelling)
    {
        string? slug = null;
        UsPosition? position = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (named, held) = (MarketSlug.Is(JsonInput.Name(ref reader)), Is(ref reader, "position"u8));
            reader.Read();
            if (named) slug = UsValues.Name(ref reader);
            else if (held) position = UsAccountJson.Read<UsPosition>(ref reader, spelling);
            else reader.Skip();
        }
        if (position is null) throw Missing("position");
        return new(new UsPositionChange { AfterPosition = position with { MarketMetadata = position.MarketMetadata ?? new() { Slug = slug ?? "" } } });
    }

    private static UsAccountEvent.PositionSnapshot PositionSnapshot(ref Utf8JsonReader reader, UsSpelling spelling)
    {
        var positions = ImmutableSortedDictionary.CreateBuilder<string, UsPosition>(StringComparer.Ordinal);
        var eof = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (map, last) = (Is(ref reader, "positions"u8), Is(ref reader, "eof"u8));
            reader.Read();
            if (last) eof = reader.TokenType == JsonTokenType.True;
            if (!map || reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var slug = Encoding.UTF8.GetString(JsonInput.Name(ref reader));
                reader.Read();
                positions[slug] = UsAccountJson.Read<UsPosition>(ref reader, spelling);
            }
        }
        return new(positions.ToImmutable(), eof);
    }

    /// <summary>Older: {balance, buyingPower} instead of a list.</summary>
    private static UsAccountEvent.BalanceSnapshot BalanceSnapshot(ref Utf8JsonReader reader, UsSpelling spelling)
    {
        List<UsBalance> balances = [];
        UsBalance? legacy = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var list = Is(ref reader, "balances"u8);
            if (list) List(ref UsValues.Next(ref reader), spelling, balances);
            else legacy = Legacy(ref reader, legacy);
        }
        if (legacy is not null) balances.Add(legacy);
        return new(balances);
    }

    private static UsAccountEvent.BalanceUpdate BalanceUpdate(ref Utf8JsonReader reader, UsSpelling spelling)
    {
        UsBalanceChange? change = null;
        UsBalance? legacy = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (BalanceChange.Is(JsonInput.Name(ref reader))) change = UsAccountJson.Read<UsBalanceChange>(ref UsValues.Next(ref reader), spelling);
            else legacy = Legacy(ref reader, legacy);
        }
        return new(change ?? (legacy is null ? throw Missing("balanceChange") : new UsBalanceChange { AfterBalance = legacy }));
    }

    private static UsBalance? Legacy(ref Utf8JsonReader reader, UsBalance? read)
    {
        var (balance, power) = (Is(ref reader, "balance"u8), BuyingPower.Is(JsonInput.Name(ref reader)));
        reader.Read();
        if ((balance || power) && reader.TokenType is JsonTokenType.Number or JsonTokenType.String)
        {
            var value = UsDecimalNumber.Parse(reader.ValueSpan);
            read ??= new() { Currency = "USD" };
            read = balance ? read with { CurrentBalance = value } : read with { BuyingPower = value };
        }
        reader.Skip();
        return read;
    }

    private static void List<T>(ref Utf8JsonReader reader, UsSpelling spelling, List<T> into)
    {
        if (reader.TokenType == JsonTokenType.Null) return;
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("a list is no array");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) into.Add(UsAccountJson.Read<T>(ref reader, spelling));
    }

    // Not the reader's own comparison: that one throws for half a surrogate pair.
    private static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) => JsonInput.Name(ref reader).SequenceEqual(name);

    private static JsonException Missing(string field) => new($"{field} is missing", field, lineNumber: null, bytePositionInLine: null);
}
