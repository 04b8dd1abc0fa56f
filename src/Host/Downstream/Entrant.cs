using Oddswire.Actors.Ports;
using Oddswire.Actors.Sessions;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Values;

namespace Oddswire.Host.Downstream;

/// <summary>A client that its endpoint lets in: who it is, from where, and what it asks for. Its socket makes a client of it.</summary>
internal sealed record Entrant(Key Key, string Address, bool Extended, SessionProtocol Protocol)
{
    /// <summary>The one account that the socket is for, where its protocol has one.</summary>
    internal string? Account { get; init; }

    /// <summary>The durable subscription that the socket is opened for.</summary>
    internal SubscriptionId? Attach { get; init; }

    internal static Entrant Of(HttpContext http, Key key, SessionProtocol protocol) =>
        new(key, http.Connection.RemoteIpAddress?.ToString() ?? "", http.Request.Query["ext"] == "1", protocol);

    internal SocketClient At(IClientConnection socket) => new(Key, Address, Extended, socket) { Protocol = Protocol, Account = Account, Attach = Attach };
}
