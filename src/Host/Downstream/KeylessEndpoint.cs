using System.Net;
using Oddswire.Actors;
using Oddswire.Actors.Keys;
using Oddswire.Actors.Sessions;
using Oddswire.Host.Settings;
using Oddswire.Messages.Keys;
using Oddswire.Runtime;

namespace Oddswire.Host.Downstream;

/// <summary>
/// ws://host/ws/market and ws://host/rtds, and both behind a key: ws://host/KEY/ws/market. Their protocols know no keys: without one they are open to this
/// machine, and to others only where the settings say so.
/// </summary>
/// <param name="name">What the audit trail calls it.</param>
internal sealed class KeylessEndpoint(
    SessionProtocol protocol, string name, string path, Topology topology, SocketDoor door, Keyring keys, RefusalRecord refusals, ClobSettings settings, TimeProvider time)
{
    private const int BytesOfACommand = 64 << 10;
    private const int Burst = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Who comes says in the protocol's own words who he is: the door is open to all.</summary>
    internal bool AsksItself { get; init; }

    /// <summary>Those who come without a key, together. No key may have such a name.</summary>
    private readonly Key _anybody = new("(open)", Tier.Enterprise, ["stream"], KeyLimits.Of(Tier.Enterprise) with { Connections = settings.Connections });

    internal async Task Serve(HttpContext http, string? secret)
    {
        if (await Admit(http, secret) is not { } key)
            return;
        var open = await topology.System.Ask(topology.Keys, (ActorRef<int> to) => new KeyMessage.CountSessions(key.Name, to), Patience);
        if (open >= key.Limits.Connections)
        {
            refusals.Dial(http, name, key, "CONNECTION_LIMIT", $"{open} sockets are open");
            http.Response.Headers.RetryAfter = "30";
            await Respond.Error(http, 429, "CONNECTION_LIMIT", $"{open} sockets are open, the limit (limits.connections, clob.connections)");
            return;
        }
        var rate = new RateLimit(time);     // per socket: who has no key shares no bucket with strangers
        var extended = http.Request.Query["ext"] == "1";
        await door.Serve(
            http, (socket, to) => new Accept(key, http.Connection.RemoteIpAddress?.ToString() ?? "", extended, socket, to) { Protocol = protocol },
            length => rate.TryTake(key, settings.Commands, settings.Commands + Burst, 1 + (length / BytesOfACommand)));
    }

    /// <summary>Null: it has been answered why not.</summary>
    private async Task<Key?> Admit(HttpContext http, string? secret)
    {
        if (secret is null)
        {
            if (AsksItself || settings.Open || http.Connection.LocalIpAddress is { } here && IPAddress.IsLoopback(here))
                return _anybody;
            refusals.Dial(http, name, null, "KEY_REQUIRED");
            await Respond.Error(http, 401, "KEY_REQUIRED", $"from other machines: ws://host/KEY{path}, or clob.open = true");
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
