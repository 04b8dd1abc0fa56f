using System.Globalization;
using System.Text.Json;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Clob;

// POST /auth/api-key and GET /auth/derive-api-key: credentials for whoever shows by a signature that the wallet is his.
internal sealed class ClobKeys(ClobAccounts accounts)
{
    public HttpAnswer Answer(HttpQuestion question) => (question.Method, question.Path) switch
    {
        ("POST", "/auth/api-key") => Signed(question, Create),
        ("GET", "/auth/derive-api-key") => Signed(question, Derive),
        (_, "/auth/api-key" or "/auth/derive-api-key") => Refuse(405, "method not allowed"),
        _ => Refuse(404, "not found"),
    };

    private HttpAnswer Create(Address wallet, ulong nonce) =>
        accounts.Made(wallet, nonce) is not null ? Refuse(400, "NONCE_ALREADY_USED")
        : accounts.Make(wallet, nonce) is { } made ? Credentials(made)
        : Refuse(503, "too many accounts");

    private HttpAnswer Derive(Address wallet, ulong nonce) => accounts.Made(wallet, nonce) is { } made ? Credentials(made) : Refuse(400, "Could not derive api key!");

    private static HttpAnswer Signed(HttpQuestion question, Func<Address, ulong, HttpAnswer> serve)
    {
        var (address, timestamp) = (question.Header("POLY_ADDRESS") ?? "", question.Header("POLY_TIMESTAMP") ?? "");
        if (!IsAddress(address) || timestamp.Length is 0 or > 20 || !timestamp.All(char.IsAsciiDigit)
            || !ulong.TryParse(question.Header("POLY_NONCE") ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var nonce)
            || question.Header("POLY_SIGNATURE") is not { Length: > 0 } signature)
        {
            return Refuse(401, "Invalid L1 Request headers");
        }
        var wallet = Address.Parse(address);
        return ClobSignature.Signer(ClobSignature.Digest(wallet, timestamp, nonce, ClobSignature.Polygon), signature)?.Text == wallet.Text
            ? serve(wallet, nonce)
            : Refuse(401, "INVALID_SIGNATURE");
    }

    private static bool IsAddress(string text) => text is ['0', 'x', .. { Length: 40 } digits] && digits.All(char.IsAsciiHexDigit);

    private static HttpAnswer Credentials(ClobAccount account) =>
        new(200, JsonSerializer.SerializeToUtf8Bytes(new { apiKey = account.ApiKey, secret = account.Secret, passphrase = account.Passphrase }));

    private static HttpAnswer Refuse(int status, string error) => new(status, JsonSerializer.SerializeToUtf8Bytes(new { error }));
}
