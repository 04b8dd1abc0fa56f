using System.Globalization;
using System.Text;
using System.Text.Json;
using Oddswire.Protocols.Clob;
using Oddswire.Protocols.Ethereum;

namespace Oddswire.Host.CommandLine;

/// <summary>The two calls of the venue by which a wallet gets its API credentials.</summary>
internal sealed class ClobKeyClient : IDisposable
{
    private const int LargestAnswer = 64 << 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly Uri _url;

    internal ClobKeyClient(Uri url, TimeProvider time)
    {
        (_url, _time) = (new Uri(url.ToString().TrimEnd('/') + "/"), time);
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Patience, MaxResponseContentBufferSize = LargestAnswer };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("oddswire/1");
    }

    /// <summary>Those that the wallet has for this nonce, else new ones. Throws <see cref="RefusedException"/>.</summary>
    internal async Task<ClobCredentials> Get(WalletKey key, ulong nonce, int chain, CancellationToken cancel)
    {
        var (status, body) = await Ask(HttpMethod.Get, "auth/derive-api-key", key, nonce, chain, cancel);
        if (status is 400 or 404)
            (status, body) = await Ask(HttpMethod.Post, "auth/api-key", key, nonce, chain, cancel);
        return status is >= 200 and < 300 && Read(body) is { } credentials ? credentials : throw Refusal(status, body);
    }

    public void Dispose() => _http.Dispose();

    private async Task<(int Status, string Body)> Ask(HttpMethod method, string path, WalletKey key, ulong nonce, int chain, CancellationToken cancel)
    {
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds();
        var address = new byte[ChecksumAddress.Length];
        ChecksumAddress.Write(key.Wallet, address);
        using var request = new HttpRequestMessage(method, new Uri(_url, path));
        request.Headers.Add("POLY_ADDRESS", Encoding.ASCII.GetString(address));
        request.Headers.Add("POLY_SIGNATURE", key.Sign(ClobAuth.Digest(key.Wallet, timestamp, nonce, chain)));
        request.Headers.Add("POLY_TIMESTAMP", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("POLY_NONCE", nonce.ToString(CultureInfo.InvariantCulture));
        try
        {
            using var answer = await _http.SendAsync(request, cancel);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(cancel));
        }
        catch (HttpRequestException e)
        {
            throw new RefusedException($"{_url.GetLeftPart(UriPartial.Authority)} cannot be reached: {e.Message}", isUsage: false);
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new RefusedException($"{_url.GetLeftPart(UriPartial.Authority)} did not answer within {Patience.TotalSeconds:0} s", isUsage: false);
        }
    }

    private static ClobCredentials? Read(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return Text(json.RootElement, "apiKey") is { } key && Text(json.RootElement, "secret") is { } secret && Text(json.RootElement, "passphrase") is { } passphrase
                ? new(key, secret, passphrase) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static RefusedException Refusal(int status, string body)
    {
        var error = "";
        try
        {
            using var json = JsonDocument.Parse(body);
            error = Text(json.RootElement, "error") ?? "";
        }
        catch (JsonException)
        {
            // Then there is the status alone.
        }
        var said = error.Length is > 0 and <= 200 ? Operations.FillText.Printable(error) : "no reason given";
        var advice = error switch
        {
            "INVALID_SIGNATURE" => "; the venue computed another signer: is --chain the venue's?",
            "NONCE_ALREADY_USED" => "; another --nonce makes new credentials",
            _ => "",
        };
        return new RefusedException($"the venue refused: HTTP {status}, {said}{advice}", isUsage: false);
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
