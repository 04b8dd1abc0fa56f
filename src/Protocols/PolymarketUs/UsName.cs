using System.Text;
using System.Text.Json;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>What the names of an enum begin with on the wire: MARKET_STATE_ in MARKET_STATE_OPEN.</summary>
[AttributeUsage(AttributeTargets.Enum)]
internal sealed class UsPrefixAttribute(string prefix) : Attribute
{
    public string Prefix => prefix;
}

/// <summary>An enum's values as the venue spells them. The first is what a name that is not known stands for: the venue adds some now and then.</summary>
internal static class UsName<T> where T : struct, Enum
{
    private static readonly T[] Values = Enum.GetValues<T>();
    private static readonly byte[][] Names = [.. Values.Select(static value => Encoding.ASCII.GetBytes(Prefix() + Spelled(value.ToString())))];

    public static ReadOnlySpan<byte> Of(T value) => Names[Math.Max(0, Array.IndexOf(Values, value))];

    public static T Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String) return Values[0];
        var name = JsonInput.Name(ref reader);
        for (var i = 0; i < Names.Length; i++)
            if (name.SequenceEqual(Names[i])) return Values[i];
        return Values[0];
    }

    private static string Prefix() => ((UsPrefixAttribute)typeof(T).GetCustomAttributes(typeof(UsPrefixAttribute), inherit: false)[0]).Prefix;

    private static string Spelled(string member) =>
        string.Concat(member.Select(static (letter, at) => char.IsAsciiLetterUpper(letter) && at > 0 ? $"_{letter}" : $"{char.ToUpperInvariant(letter)}"));
}
