using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Oddswire.Messages.Books;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Clob;

/// <summary>POST /books: the books of many tokens, with what their hashes are made of. A token that has none is left out of the answer.</summary>
public static class ClobRestCodec
{
    /// <summary>Of one request; the venue refuses more.</summary>
    public const int MostTokens = 500;

    public static void EncodeBooks(ReadOnlySpan<TokenId> tokens, IBufferWriter<byte> body)
    {
        var output = new JsonOutput(body);
        for (var i = 0; i < tokens.Length; i++)
        {
            output.Raw(i == 0 ? "[{\"token_id\":"u8 : ",{\"token_id\":"u8);
            output.Quoted(tokens[i]);
            output.Raw("}"u8);
        }
        output.Raw(tokens.IsEmpty ? "[]"u8 : "]"u8);
        output.Done();
    }

    /// <summary>False: the answer is no list of books. One that lacks what a book must have is left out.</summary>
    public static bool TryDecodeBooks(ReadOnlySpan<byte> body, out ImmutableArray<BookSeed> books, [NotNullWhen(false)] out string? problem)
    {
        var found = ImmutableArray.CreateBuilder<BookSeed>();
        var reader = new ClobMarketReader(body);
        var one = new ClobMarketEvent();
        problem = reader.Kind == ClobFrameKind.Events ? null : "the answer is no list of books";
        while (reader.Read(one))
        {
            if (one.Kind == ClobEventKind.Malformed) problem ??= one.Problem ?? "a book is wrong";
            else if (SeedOf(one) is { } seed) found.Add(seed);
        }
        books = found.DrainToImmutable();
        return problem is null;
    }

    private static BookSeed? SeedOf(ClobMarketEvent read) =>
        read is { Market: { } market, Token: { } token, TickSize: { } tick, MinOrderSize: { } least, NegativeRisk: { } negative }
            ? new(market, token, read.Timestamp, read.Hash, [.. read.Bids], [.. read.Asks],
                new() { MinOrderSize = least, TickSize = tick, NegativeRisk = negative, LastTradePrice = read.LastTradePrice, IsV2 = read.IsV2 })
            : null;
}
