using System.Collections.Immutable;
using System.Net.Http.Headers;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Gamma;

namespace Oddswire.Host.Upstream;

/// <summary>Polymarket's metadata API. It refuses requests without a User-Agent.</summary>
public sealed class GammaCatalog : ICatalogSource, IDisposable
{
    private const long LargestAnswer = 16 << 20;
    private const int MostPages = 10;

    private readonly HttpClient _http;
    private readonly string _base;

    public GammaCatalog(Uri address, TimeSpan timeout)
    {
        _base = address.ToString().TrimEnd('/');
        _http = new HttpClient { Timeout = timeout, MaxResponseContentBufferSize = LargestAnswer };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("oddswire", "1"));
    }

    public async ValueTask<ImmutableArray<KeyValuePair<TokenId, MarketText>>> Find(ImmutableArray<TokenId> tokens, CancellationToken cancel)
    {
        var wanted = tokens.ToHashSet();
        var found = ImmutableArray.CreateBuilder<KeyValuePair<TokenId, MarketText>>();
        string? after = null;
        for (var pages = 0; pages < MostPages; pages++)
        {
            var body = await _http.GetByteArrayAsync(new Uri(_base + GammaRequest.MarketsOf(tokens.AsSpan(), after)), cancel);
            if (!GammaPageCodec.TryDecode(body, out var page, out var problem))
                throw new InvalidDataException(problem);
            foreach (var token in page.Tokens)
            {
                if (wanted.Contains(token.Token))
                    found.Add(new(token.Token, token.Market));
            }
            after = page.Next;
            if (after is null)
                break;
        }
        return found.DrainToImmutable();
    }

    public void Dispose() => _http.Dispose();
}
