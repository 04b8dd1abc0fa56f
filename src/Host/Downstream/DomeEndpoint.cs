using Oddswire.Actors.Keys;
using Oddswire.Actors.Sessions;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Host.Downstream;

/// <summary>ws://host/KEY. Who may not come in gets an HTTP answer that says why: an accepted and then closed socket would make SDKs come back for ever.</summary>
internal sealed class DomeEndpoint(ConnectionLimit places, SocketDoor door, Keyring keys, RefusalRecord refusals, TimeProvider time)
{
    private const string Protocol = "dome";
    private const int MostInABurst = 2_000;

    private readonly Func<Key, int, bool> _mayCommand = MayCommand(new RateLimit(time));

    internal async Task Serve(HttpContext http, string secret)
    {
        if (keys.Find(secret) is not { } key)
        {
            refusals.Dial(http, Protocol, null, "INVALID_API_KEY");
            await Respond.DomeError(http, 401, DomeError.InvalidApiKey, "this key is not known here: check it, or ask who runs the gateway for one (oddswire keys add)");
            return;
        }
        if (!key.May("stream"))
        {
            refusals.Dial(http, Protocol, key, "FORBIDDEN", "the key has no scope 'stream'");
            await Respond.DomeError(http, 403, DomeError.InvalidApiKey, $"the key '{key.Name}' may not open streams");
            return;
        }
        if (await places.Refuses(http, Protocol, key, open => Respond.DomeError(http, 429, DomeError.ConnectionLimit, $"the key '{key.Name}' has {open} sockets open, its limit")))
            return;
        if (!TryReadAttach(http, out var attach))
        {
            refusals.Dial(http, Protocol, key, "INVALID_SUBSCRIPTION");
            await Respond.Error(http, 400, "INVALID_SUBSCRIPTION", "subscription is the id of a durable one, such as sub_0123456789");
            return;
        }
        var entrant = Entrant.Of(http, key, SessionProtocol.Dome);
        await door.Serve(http, entrant with { Attach = attach, Extended = entrant.Extended || attach is not null }, _mayCommand);
    }

    /// <summary>False: what stands there is no id.</summary>
    private static bool TryReadAttach(HttpContext http, out SubscriptionId? attach)
    {
        attach = null;
        var text = http.Request.Query["subscription"].ToString();
        if (text.Length == 0)
            return true;
        if (!SubscriptionId.TryParse(text, out var id))
            return false;
        attach = id;
        return true;
    }

    /// <summary>Who comes back asks for all its subscriptions at once, as the SDKs do: that much may come in a burst.</summary>
    private static Func<Key, int, bool> MayCommand(RateLimit rate) => (key, length) =>
        rate.TryTake(key, key.Limits.CommandsPerSecond, key.Limits.CommandsPerSecond + Math.Min(key.Limits.Subscriptions, MostInABurst), RateLimit.CostOf(length));
}
