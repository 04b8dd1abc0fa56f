using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Dome;

/// <summary>The `filters` object of a subscription, on sockets and in the HTTP API alike.</summary>
public static class DomeFilterCodec
{
    private const int LongestSlug = 256;
    private static readonly SearchValues<byte> KeyCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"u8);

    private delegate bool Read<T>(ref Utf8JsonReader reader, out T value);

    /// <summary>
    /// Reads the object (or whatever stands in its place) at the reader, to its end. At most <paramref name="mostValues"/>
    /// values per array are kept, so that memory follows the key's limit and not the sender's appetite.
    /// </summary>
    public static bool TryDecode(ref Utf8JsonReader reader, int mostValues, [NotNullWhen(true)] out OrderFilter? filter, [NotNullWhen(false)] out DomeProblem? problem)
    {
        filter = null;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            problem = Problem("filters", "must be an object with users, condition_ids or market_slugs");
            return false;
        }
        Array<WalletId> users = new("filters.users", "must be a wallet address, 0x and 40 hex digits, or \"*\"", JsonInput.TryGet);
        Array<ConditionId> conditions = new("filters.condition_ids", "must be a condition id, 0x and 64 hex digits, or \"*\"", JsonInput.TryGet);
        Array<string> slugs = new("filters.market_slugs", $"must be a market slug of 1 to {LongestSlug} bytes, or \"*\"", TryGetSlug);
        problem = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonInput.Name(ref reader);
            DomeProblem? found;
            if (name.SequenceEqual("users"u8)) found = users.Decode(ref reader, mostValues);
            else if (name.SequenceEqual("condition_ids"u8)) found = conditions.Decode(ref reader, mostValues);
            else if (name.SequenceEqual("market_slugs"u8)) found = slugs.Decode(ref reader, mostValues);
            else
            {
                found = Problem("filters", $"has an unknown key{Quoted(name)}: use users, condition_ids or market_slugs");
                reader.Skip();
            }
            problem ??= found;
        }
        if (problem is not null) return false;
        filter = new() { Users = users.Wanted, Conditions = conditions.Wanted, Slugs = slugs.Wanted };
        if (filter.IsEmpty) problem = Problem("filters", "is empty: give users, condition_ids or market_slugs");
        return problem is null;
    }

    public static void Encode(OrderFilter filter, IBufferWriter<byte> json)
    {
        var output = new JsonOutput(json);
        Encode(ref output, filter);
        output.Done();
    }

    internal static void Encode(ref JsonOutput output, OrderFilter filter)
    {
        var separator = "{"u8;
        Encode(ref output, "\"users\":["u8, filter.Users, static (ref output, wallet) => output.Quoted(wallet), ref separator);
        Encode(ref output, "\"condition_ids\":["u8, filter.Conditions, static (ref output, condition) => output.Quoted(condition), ref separator);
        Encode(ref output, "\"market_slugs\":["u8, filter.Slugs, static (ref output, slug) => output.Text(slug), ref separator);
        output.Raw(filter.IsEmpty ? "{}"u8 : "}"u8);
    }

    private delegate void Write<T>(ref JsonOutput output, T value);

    private static void Encode<T>(ref JsonOutput output, ReadOnlySpan<byte> name, Wanted<T> wanted, Write<T> write, ref ReadOnlySpan<byte> separator) where T : IEquatable<T>
    {
        if (!wanted.IsAsked) return;
        output.Raw(separator);
        output.Raw(name);
        separator = ","u8;
        if (wanted.IsEverything) output.Raw("\"*\""u8);
        for (var i = 0; i < wanted.Values.Length; i++)
        {
            if (i > 0) output.Raw(","u8);
            write(ref output, wanted.Values[i]);
        }
        output.Raw("]"u8);
    }

    private static bool TryGetSlug(ref Utf8JsonReader reader, out string slug) =>
        JsonInput.TryGetText(ref reader, LongestSlug, out slug) && slug.Length > 0;

    /// <summary>Only what looks like a misspelt key is said back to the peer.</summary>
    private static string Quoted(ReadOnlySpan<byte> name) =>
        name.Length is > 0 and <= 32 && !name.ContainsAnyExcept(KeyCharacters) ? $" \"{Encoding.ASCII.GetString(name)}\"" : "";

    private static DomeProblem Problem(string field, string expected) => new(DomeError.InvalidFilters, field, expected);

    /// <summary>One of the three arrays while it is read. `*` wins over other entries, which are checked all the same.</summary>
    private struct Array<T>(string field, string expected, Read<T> read) where T : IEquatable<T>
    {
        private bool _seen;

        public Wanted<T> Wanted { get; private set; } = Wanted<T>.Unasked;

        public DomeProblem? Decode(ref Utf8JsonReader reader, int mostValues)
        {
            reader.Read();
            var repeated = _seen;
            _seen = true;
            if (repeated || reader.TokenType != JsonTokenType.StartArray)
            {
                var absent = reader.TokenType == JsonTokenType.Null && !repeated;
                reader.Skip();
                if (absent) return null; // what a client writes for a filter that it leaves out
                return Problem(field, repeated ? "is there twice" : "must be an array of strings");
            }

            var values = new ArrayBufferWriter<T>();
            var everything = false;
            var count = 0;
            DomeProblem? problem = null;
            for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++)
            {
                if (problem is not null) reader.Skip();
                else if (count >= mostValues) problem = TooMany(ref reader, mostValues);
                else if (IsWildcard(ref reader)) everything = true;
                else if (read(ref reader, out var value)) values.Write(new ReadOnlySpan<T>(in value));
                else problem = NotOne(ref reader, count);
            }
            if (problem is not null) return problem;
            if (count == 0) return Problem(field, "is empty: give values, or leave it out");
            Wanted = everything ? Wanted<T>.Everything : Messages.Orders.Wanted.Of(values.WrittenSpan);
            return null;
        }

        private readonly DomeProblem TooMany(ref Utf8JsonReader reader, int mostValues)
        {
            reader.Skip();
            return new(DomeError.ItemsPerSubLimit, field, $"has more than {mostValues} values, the most that this key may have");
        }

        private readonly DomeProblem NotOne(ref Utf8JsonReader reader, int index)
        {
            reader.Skip();
            return Problem($"{field}[{index}]", expected);
        }

        private static bool IsWildcard(ref Utf8JsonReader reader) =>
            reader.TokenType == JsonTokenType.String && JsonInput.Name(ref reader).SequenceEqual("*"u8);
    }
}
