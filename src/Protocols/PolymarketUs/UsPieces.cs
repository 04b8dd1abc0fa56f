using System.Text.Json;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>Where the parts of a payload stand in it, so that they too are handed on as they came. Of payloads that have been read; nothing is checked twice.</summary>
public static class UsPieces
{
    /// <summary>The value below these names, one in the other. Null: it is not there, or null.</summary>
    public static Range? Find(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> name, ReadOnlySpan<byte> below = default)
    {
        var reader = new Utf8JsonReader(payload, JsonInput.Options);
        reader.Read();
        if (!Enter(ref reader, name) || (!below.IsEmpty && !Enter(ref reader, below)) || reader.TokenType == JsonTokenType.Null)
            return null;
        return Skip(ref reader);
    }

    /// <summary>The elements of the array of this name.</summary>
    public static List<Range> Elements(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> name)
    {
        var reader = new Utf8JsonReader(payload, JsonInput.Options);
        reader.Read();
        List<Range> found = [];
        if (!Enter(ref reader, name) || reader.TokenType != JsonTokenType.StartArray)
            return found;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            found.Add(Skip(ref reader));
        return found;
    }

    /// <summary>From an object to the value of its field; a key that is there twice: the last one holds, as it did for who read it.</summary>
    private static bool Enter(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;
        var found = false;
        var last = reader;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = JsonInput.Name(ref reader).SequenceEqual(name);
            reader.Read();
            if (isIt)
            {
                found = true;
                last = reader;
            }
            reader.Skip();
        }
        reader = last;
        return found;
    }

    private static Range Skip(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }
}
