using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Oddswire.Host.Downstream.Connections;

/// <summary>What Kestrel listens with: sockets that may be taken from it again.</summary>
internal sealed class SocketTransport(OpenLines lines, TimeProvider time, ILogger log) : IConnectionListenerFactory
{
    // As Kestrel's: so many may wait to be taken.
    private const int Backlog = 512;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        socket.Listen(Backlog);
        return new(new SocketListener(socket, lines, time, log));
    }
}
