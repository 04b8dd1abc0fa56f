using System.Net;
using Oddswire.Actors.Keys;
using Oddswire.Actors.Sessions;
using Oddswire.Host.Settings;
using Oddswire.Messages.Keys;

namespace Oddswire.Host.Downstream;

/// <summary>
/// A protocol that knows no keys, such as ws://host/ws/market: open to this machine, and to others only where the settings say so; anywhere with a key
/// in front, as ws://host/KEY/ws/market. A client without one is refused with a status, not a close: it would come back for ever.
/// </summary>
/// <param name="name">As it is called in the audit trail.</param>
internal sealed class KeylessEndpoint(
    SessionProtocol protocol, string name, ConnectionLimit places, SocketDoor door, Keyring keys, RefusalRecord refusals, ClobSettings settings, TimeProvider time)
{
    private const int Burst = 100;

    /// <summary>Who comes says in the protocol's own words who he is: the door is open to all.</summary>
    internal bool AsksItself { get; init; }

    /// <summary>Those who come without a key, together. No key may have such a name.</summary>
    private readonly Key _anybody = new("(open)", Tier.Enterprise, ["stream"], KeyLimits.Of(Tier.Enterprise) with { Connections = settings.Connections });

    internal async Task Serve(HttpContext http, string? secret)
    {
        if (await Admit(http, secret) is not { } key)
            return;
        if (await places.Refuses(http, name, key, open => Respond.Error(http, 429, "CONNECTION_LIMIT", $"{open} sockets are open, the limit (limits.connections, clob.connections)")))
            return;
        await door.Serve(http, Entrant.Of(http, key, protocol), MayCommand());
    }

    private Func<Key, int, bool> MayCommand()
    {
        var rate = new RateLimit(time);     // per socket: who has no key shares no bucket with strangers
        return (key, length) => rate.TryTake(key, settings.Commands, settings.Commands + Burst, RateLimit.CostOf(length));
    }

    /// <summary>Null: it has been answered why not.</summary>
    private async Task<Key?> Admit(HttpContext http, string? secret)
    {
        if (secret is null)
        {
            if (AsksItself || settings.Open || (http.Connection.LocalIpAddress is { } here && IPAddress.IsLoopback(here)))
                return _anybody;
            refusals.Dial(http, name, null, "KEY_REQUIRED");
            await Respond.Error(http, 401, "KEY_REQUIRED", $"on this address a key stands in front: /KEY{http.Request.Path} (oddswire keys add), or clob.open = true lets everybody in");
            return null;
        }
        if (keys.Find(secret) is not { } key)
        {
            refusals.Dial(http, name, null, "INVALID_API_KEY");
            await Respond.Error(http, 401, "INVALID_API_KEY", "this key is not known here: check it, or ask who runs the gateway for one (oddswire keys add)");
            return null;
        }
        if (key.May("stream"))
            return key;
        refusals.Dial(http, name, key, "FORBIDDEN", "the key has no scope 'stream'");
        await Respond.Error(http, 403, "FORBIDDEN", $"the key '{key.Name}' may not open streams");
        return null;
    }
}
