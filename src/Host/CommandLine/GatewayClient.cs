using System.Net.Http.Headers;
using Oddswire.Host.Downstream;

namespace Oddswire.Host.CommandLine;

/// <summary>The HTTP API of a running gateway, as the verbs use it.</summary>
internal sealed class GatewayClient : IDisposable
{
    private readonly Uri _url;
    private readonly HttpClient _http;

    internal GatewayClient(Uri url, string key)
    {
        _url = RemoteOptions.As(url, sockets: false);
        // What runs on this machine is reached without the proxy that leads out of it.
        var handler = new SocketsHttpHandler { UseProxy = !_url.IsLoopback, ConnectTimeout = TimeSpan.FromSeconds(5) };
        _http = new HttpClient(handler) { BaseAddress = new Uri(_url, "/api/v1/"), Timeout = TimeSpan.FromSeconds(15) };
        if (!_http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {key}"))
            throw new UsageException("a key has letters, digits, - and _ only");
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("oddswire", "1"));
    }

    internal async Task<Answer> Send(HttpMethod method, string path, ReadOnlyMemory<byte>? body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is { } bytes)
            request.Content = new ReadOnlyMemoryContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        try
        {
            using var response = await _http.SendAsync(request, cancel);
            return new Answer((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancel));
        }
        catch (HttpRequestException e)
        {
            throw new GatewayUnreachableException($"no gateway answers at {_url.GetLeftPart(UriPartial.Authority)}: {e.Message}. Is it running? Another one: --url", e);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new GatewayUnreachableException($"the gateway at {_url.GetLeftPart(UriPartial.Authority)} did not answer in time", e);
        }
    }

    public void Dispose() => _http.Dispose();
}

internal sealed class GatewayUnreachableException(string message, Exception cause) : Exception(message, cause);
