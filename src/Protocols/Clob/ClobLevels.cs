using System.Text.Json;
using Oddswire.Messages.Books;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Clob;

/// <summary>Reads one side of a book. A level that cannot be read is left out: the book's hash will tell.</summary>
internal static class ClobLevels
{
    internal static void Read(ref Utf8JsonReader reader, List<BookLevel> into)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return;
        into.Clear();       // a key that is there twice: the last one holds
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject) Level(ref reader, into);
            reader.Skip();
        }
    }

    private static void Level(ref Utf8JsonReader reader, List<BookLevel> into)
    {
        WrittenDecimal? price = null, size = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonInput.Name(ref reader);
            reader.Read();
            if (name.SequenceEqual("price"u8)) price = ClobEventDraft.Decimal(ref reader);
            else if (name.SequenceEqual("size"u8)) size = ClobEventDraft.Decimal(ref reader);
            reader.Skip();
        }
        if (price is { } at && size is { } much) into.Add(new(at, much));
    }
}
