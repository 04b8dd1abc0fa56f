using System.Text.Json;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Ledger;
using Oddswire.Runtime;

namespace Oddswire.Host.Downstream;

/// <summary>
/// What the doors refuse, told to the ledger: who (the name of the key, where it is known), from where, and why. What was given in place of a
/// key is nowhere in it, and neither is anything else that a client could have written a key into.
/// </summary>
internal sealed class RefusalRecord(ActorRef<LedgerMessage> ledger)
{
    internal void Dial(HttpContext http, string protocol, Key? key, string reason, string? detail = null) =>
        Tell(ActSubject.Connection, http, protocol, key, "dial", reason, detail);

    /// <summary>An answer that is no refusal is none of its business.</summary>
    internal void Request(HttpContext http, Key? key, Route? route, Answer answer)
    {
        // What a subscription is refused is on record where it is decided; what the gateway could not do is no refusal.
        if (answer.Status is < 400 or >= 500 || (answer.Status == 404 && route is null))
            return;
        var subject = route?.Path.Split('/')[0] == "keys" && key is not null ? ActSubject.Key : ActSubject.Connection;
        if (subject == ActSubject.Connection && answer.Status is not (401 or 403 or 429))
            return;
        Tell(subject, http, "http", key, route is null ? "" : $"{route.Method} {route.Path}", Code(answer), detail: null);
    }

    private void Tell(ActSubject subject, HttpContext http, string protocol, Key? key, string action, string reason, string? detail) =>
        ledger.Tell(new LedgerMessage.ClientFact(
            new ClientAct(Deed.Refused, key?.Name ?? "", http.Connection.RemoteIpAddress?.ToString() ?? "", protocol, action, [], Reason: reason, Detail: detail) { Subject = subject }));

    private static string Code(Answer answer)
    {
        using var body = JsonDocument.Parse(answer.Body);
        return body.RootElement.GetProperty("error").GetString() ?? "";
    }
}
