using System.Text.Json;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>Reads and names what a book tells besides its levels.</summary>
internal static class UsStatsReader
{
    internal static readonly UsKey[] Amounts = Keys<UsStatAmount>();
    internal static readonly UsKey[] Quantities = Keys<UsStatQuantity>();
    internal static readonly UsKey[] Times = Keys<UsStatTime>();
    internal static readonly UsKey Preliminary = new("settlementPreliminaryFlag");
    internal static readonly UsKey Method = new("settlementPriceCalculationMethod");
    internal static readonly UsKey Text = new("settlementPriceCalculationText");

    public static bool Read(ref Utf8JsonReader reader, UsStats into)
    {
        into.Clear();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return false;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonInput.Name(ref reader);
            var (amount, quantity, time) = (Find(Amounts, name), Find(Quantities, name), Find(Times, name));
            var (preliminary, method, text) = (Preliminary.Is(name), Method.Is(name), Text.Is(name));
            reader.Read();
            if (amount >= 0) into[(UsStatAmount)amount] = UsValues.Amount(ref reader);
            else if (quantity >= 0) into[(UsStatQuantity)quantity] = UsValues.Quantity(ref reader);
            else if (time >= 0) into[(UsStatTime)time] = UsValues.Time(ref reader);
            else if (preliminary) into.SettlementPreliminary = reader.TokenType == JsonTokenType.True ? true : reader.TokenType == JsonTokenType.False ? false : null;
            else if (method) into.SettlementMethod = UsValues.Name(ref reader);
            else if (text) into.SettlementText = UsValues.Text(ref reader);
            reader.Skip();
        }
        return true;
    }

    private static int Find(UsKey[] keys, ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < keys.Length; i++)
            if (keys[i].Is(name)) return i;
        return -1;
    }

    private static UsKey[] Keys<T>() where T : struct, Enum =>
        [.. Enum.GetNames<T>().Select(static name => new UsKey(char.ToLowerInvariant(name[0]) + name[1..]))];
}
