using Oddswire.Actors;
using Oddswire.Actors.Keys;
using Oddswire.Actors.Sessions;
using Oddswire.Messages.Keys;
using Oddswire.Runtime;

namespace Oddswire.Host.Downstream;

/// <summary>
/// A protocol that knows no keys: open on loopback, or where clob.open says so; anywhere with a key in front, as /KEY/rtds. A client without
/// one is refused with a status, not a close: it would come back for ever.
/// </summary>
/// <param name="name">As it is called in the audit trail.</param>
/// <param name="stranger">As whom one comes in without a key; null: nobody does.</param>
internal sealed class KeylessEndpoint(ClientProtocol protocol, string name, Topology topology, Keyring keys, RefusalRecord refusals, SocketHall sockets, Key? stranger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Whoever comes without a key. Nobody's key can be called so.</summary>
    internal static Key Stranger(int connections, int commandsPerSecond) =>
        new("(open)", Tier.Enterprise, ["stream"], KeyLimits.Of(Tier.Enterprise) with { Connections = connections, CommandsPerSecond = commandsPerSecond });

    internal async Task Serve(HttpContext http, string? secret)
    {
        if ((secret is null ? stranger : keys.Find(secret)) is not { } key)
        {
            refusals.Dial(http, name, null, "INVALID_API_KEY");
            await Respond.Error(http, 401, "INVALID_API_KEY", secret is null
                ? $"on this address a key stands in front: /KEY{http.Request.Path} (oddswire keys add), or clob.open = true lets everybody in"
                : "this key is not known here: check it, or ask who runs the gateway for one (oddswire keys add)");
            return;
        }
        if (!key.May("stream"))
        {
            refusals.Dial(http, name, key, "FORBIDDEN", "the key has no scope 'stream'");
            await Respond.Error(http, 403, "FORBIDDEN", $"the key '{key.Name}' may not open streams");
            return;
        }
        var open = await topology.System.Ask(topology.Keys, (ActorRef<int> to) => new KeyMessage.CountSessions(key.Name, to), Patience);
        if (open >= key.Limits.Connections)
        {
            refusals.Dial(http, name, key, "CONNECTION_LIMIT", $"{open} sockets are open");
            http.Response.Headers.RetryAfter = "30";
            await Respond.Error(http, 429, "CONNECTION_LIMIT", $"{open} sockets are open, the limit");
            return;
        }
        var address = http.Connection.RemoteIpAddress?.ToString() ?? "";
        await sockets.Serve(http, key, (socket, to) => new Accept(key, address, http.Request.Query["ext"] == "1", socket, to) { Protocol = protocol });
    }
}
