using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Gamma;

/// <summary>Reads GET /markets/keyset: `markets` and `next_cursor`, or a bare array of markets as the older list gave.</summary>
public static class GammaPageCodec
{
    private const int LongestCursor = 4096;

    public static bool TryDecode(ReadOnlySpan<byte> body, [NotNullWhen(true)] out GammaPage? page, [NotNullWhen(false)] out string? problem)
    {
        page = null;
        try
        {
            page = Read(body);
            problem = page is null ? "the answer has no markets" : null;
        }
        catch (JsonException fault)
        {
            problem = "the answer is " + JsonInput.Describe(fault);
        }
        return page is not null;
    }

    private static GammaPage? Read(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, JsonInput.Options);
        var tokens = ImmutableArray.CreateBuilder<GammaToken>();
        var unreadable = 0;
        var found = false;
        string? next = null;
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            found = true;
            unreadable = Markets(ref reader, tokens);
        }
        else if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = JsonInput.Name(ref reader);
                reader.Read();
                if (name.SequenceEqual("markets"u8) && reader.TokenType == JsonTokenType.StartArray)
                {
                    found = true;
                    unreadable += Markets(ref reader, tokens);
                }
                else if (name.SequenceEqual("next_cursor"u8))
                {
                    next = JsonInput.TryGetText(ref reader, LongestCursor, out var cursor) && cursor.Length > 0 ? cursor : null;
                }
                reader.Skip();
            }
        }
        reader.Read(); // throws if something follows
        return found ? new(tokens.DrainToImmutable(), next, unreadable) : null;
    }

    /// <summary>Returns how many of them could not be read.</summary>
    private static int Markets(ref Utf8JsonReader reader, ImmutableArray<GammaToken>.Builder tokens)
    {
        var unreadable = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!GammaMarketDraft.TryRead(ref reader, tokens)) unreadable++;
        }
        return unreadable;
    }
}
