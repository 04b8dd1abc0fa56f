using System.Collections.Immutable;
using System.Globalization;
using Oddswire.Actors.Keys;
using Oddswire.Actors.Sessions;
using Oddswire.Client.PolymarketUs;
using Oddswire.Host.Settings;
using Oddswire.Messages.Keys;
using Oddswire.Protocols.PolymarketUs;

namespace Oddswire.Host.Downstream;

/// <summary>What both addresses of Polymarket US look at: keys, the accounts that may be read, the settings, and where it is said who was refused.</summary>
/// <param name="Accounts">Those at Polymarket US whose private sockets are followed.</param>
/// <param name="HasMarkets">Its markets are followed.</param>
internal sealed record UsDoor(
    SocketDoor Door, ConnectionLimit Places, Keyring Keys, RefusalRecord Refusals, ImmutableArray<string> Accounts, bool HasMarkets, UsSettings Settings, TimeProvider Time, ILogger Log);

/// <summary>
/// /v1/ws/markets or /v1/ws/private. Each dial is signed; there is no login frame, so who may not come in gets an HTTP status before the upgrade, and
/// the log says why, without what was given.
/// </summary>
internal sealed partial class UsEndpoint(UsSocket socket, UsDoor door)
{
    private const int LinesPerSecond = 10;

    private static readonly BouncyEd25519 Curve = new();

    // Whoever is refused: how many lines that may cost a second.
    private static readonly Key Refused = new("(refused)", Tier.Free, [], KeyLimits.Of(Tier.Free));

    private readonly string _name = socket == UsSocket.Markets ? "us-markets" : "us-private";
    private readonly Func<Key, int, bool> _mayCommand = MayCommand(new RateLimit(door.Time), door.Settings.Requests);
    private readonly RateLimit _lines = new(door.Time);

    internal async Task Serve(HttpContext http)
    {
        if (socket == UsSocket.Markets ? !door.HasMarkets : door.Accounts.IsEmpty)
        {
            await Respond.Error(http, 404, "NOT_SERVED", "this gateway does not follow that: it wants accounts.NAME { venue = us }, and for markets feeds.us-markets.enabled = true");
            return;
        }
        if (await Identify(http) is not { } key || await Refuses(http, key, out var account))
            return;
        if (await door.Places.Refuses(http, _name, key, open => Respond.Error(http, 429, "CONNECTION_LIMIT", $"the key '{key.Name}' has {open} sockets open, the limit (limits.connections)")))
            return;
        var protocol = socket == UsSocket.Markets ? SessionProtocol.UsMarkets : SessionProtocol.UsPrivate;
        await door.Door.Serve(http, Entrant.Of(http, key, protocol) with { Account = account }, _mayCommand, takesBinary: true);
    }

    /// <summary>Null: it has been answered that nobody knows who this is.</summary>
    private async Task<Key?> Identify(HttpContext http)
    {
        var (id, timestamp) = (Header(http, UsHeaders.AccessKeyName), Header(http, UsHeaders.TimestampName));
        var key = id is null ? null : door.Keys.FindSigner(id);
        var now = door.Time.GetUtcNow();
        var verdict = UsSigning.Check(id, timestamp, Header(http, UsHeaders.SignatureName), "GET", UsSigning.PathOf(socket), now, _ => PublicKeyOf(key), Curve);
        if (verdict == UsVerdict.Accepted)
            return key;
        var (code, message) = WordsOf(verdict);
        // Who it says to be is not known: the key's name would blame its owner for what anybody can send.
        Record(http, key: null, code, verdict == UsVerdict.StaleTimestamp ? $"{Difference(timestamp, now)} from the gateway's clock" : key is null ? null : $"as '{key.Name}'");
        await Respond.Error(http, 401, code, message);
        return null;
    }

    /// <summary>True: it has been answered that this key may not.</summary>
    private Task<bool> Refuses(HttpContext http, Key key, out string? account)
    {
        account = socket == UsSocket.Markets ? null : door.Accounts.FirstOrDefault(name => key.May("account:" + name));
        if (socket == UsSocket.Markets ? key.May("stream") : account is not null)
            return Task.FromResult(false);
        var missing = socket == UsSocket.Markets ? "stream" : $"account:NAME of {string.Join(", ", door.Accounts)}";
        return Forbid(http, key, missing);
    }

    private async Task<bool> Forbid(HttpContext http, Key key, string missing)
    {
        Record(http, key, "FORBIDDEN", $"the key has no scope {missing}");
        await Respond.Error(http, 403, "FORBIDDEN", $"the key '{key.Name}' has no scope {missing}");
        return true;
    }

    private void Record(HttpContext http, Key? key, string reason, string? detail)
    {
        door.Refusals.Dial(http, _name, key, reason, detail);
        if (_lines.TryTake(Refused, LinesPerSecond, LinesPerSecond))
            DialRefused(door.Log, _name, http.Connection.RemoteIpAddress?.ToString() ?? "", reason, detail ?? "no more is known");
    }

    /// <summary>Who comes back asks for all its subscriptions at once: that much may come in a burst.</summary>
    private static Func<Key, int, bool> MayCommand(RateLimit rate, int burst) => (key, length) =>
        rate.TryTake(key, key.Limits.CommandsPerSecond, key.Limits.CommandsPerSecond + burst, RateLimit.CostOf(length));

    private static ReadOnlyMemory<byte>? PublicKeyOf(Key? key) =>
        key?.Signing is { } signing ? new ReadOnlyMemory<byte>(Convert.FromBase64String(signing.PublicKey)) : null;

    private static string? Header(HttpContext http, string name) => http.Request.Headers[name] is [{ Length: > 0 } value] ? value : null;

    private static string Difference(string? timestamp, DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"{(long.Parse(timestamp!, NumberStyles.None, CultureInfo.InvariantCulture) - now.ToUnixTimeMilliseconds()) / 1000.0:+0.0;-0.0} s");

    private static (string Code, string Message) WordsOf(UsVerdict verdict) => verdict switch
    {
        UsVerdict.MissingHeader => ("KEY_REQUIRED", $"each dial has {UsHeaders.AccessKeyName}, {UsHeaders.TimestampName} and {UsHeaders.SignatureName}, each once"),
        UsVerdict.BadTimestamp => ("INVALID_TIMESTAMP", $"{UsHeaders.TimestampName} is the time in milliseconds since 1970"),
        UsVerdict.StaleTimestamp => ("STALE_TIMESTAMP", "the timestamp is more than 30 s from the gateway's clock: sign each dial anew, and look at the clock"),
        UsVerdict.UnknownKey => ("INVALID_API_KEY", "this key id is not known here: check it, or ask who runs the gateway for one (oddswire keys add --ed25519)"),
        _ => ("INVALID_SIGNATURE", "the signature is not this key's over timestamp, GET and the path without a query"),
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "refused a dial to {Protocol} from {Address}: {Reason}, {Detail}")]
    private static partial void DialRefused(ILogger log, string protocol, string address, string reason, string detail);
}
