using System.Buffers;
using System.Collections.Immutable;
using System.Net.Http.Headers;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Books;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Clob;

namespace Oddswire.Host.Upstream;

/// <summary>The REST of Polymarket's CLOB: books of many tokens in one request.</summary>
public sealed class ClobRestBooks : IBookSource, IDisposable
{
    private const long LargestAnswer = 64 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http;
    private readonly Uri _books;

    public ClobRestBooks(Uri address)
    {
        _books = new Uri(address.ToString().TrimEnd('/') + "/books");
        _http = new HttpClient { Timeout = Patience, MaxResponseContentBufferSize = LargestAnswer };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("oddswire", "1"));
    }

    public async ValueTask<ImmutableArray<BookSeed>> Find(ImmutableArray<TokenId> tokens, CancellationToken cancel)
    {
        var body = new ArrayBufferWriter<byte>();
        ClobRestCodec.EncodeBooks(tokens.AsSpan(), body);
        using var content = new ReadOnlyMemoryContent(body.WrittenMemory);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await _http.PostAsync(_books, content, cancel);
        answer.EnsureSuccessStatusCode();
        return ClobRestCodec.TryDecodeBooks(await answer.Content.ReadAsByteArrayAsync(cancel), out var books, out var problem)
            ? books
            : throw new InvalidDataException(problem);
    }

    public void Dispose() => _http.Dispose();
}
