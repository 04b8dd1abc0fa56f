using Oddswire.Actors;
using Oddswire.Messages.Keys;
using Oddswire.Runtime;

namespace Oddswire.Host.Downstream;

/// <summary>How many sockets a key may have open at once. Looked at before the upgrade: an accepted and then closed socket would make clients come back for ever.</summary>
internal sealed class ConnectionLimit(Topology topology, RefusalRecord refusals)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>True: it has been answered so, in words by <paramref name="answer"/>, which is told how many there are.</summary>
    internal async Task<bool> Refuses(HttpContext http, string protocol, Key key, Func<int, Task> answer)
    {
        var open = await topology.System.Ask(topology.Keys, (ActorRef<int> to) => new KeyMessage.CountSessions(key.Name, to), Patience);
        if (open < key.Limits.Connections)
            return false;
        refusals.Dial(http, protocol, key, "CONNECTION_LIMIT", $"{open} sockets are open");
        http.Response.Headers.RetryAfter = "30";
        await answer(open);
        return true;
    }
}
