using System.IO.Pipelines;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Oddswire.Actors;
using Oddswire.Actors.Ports;
using Oddswire.Actors.Sessions;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;

namespace Oddswire.Host.Downstream;

/// <summary>A client that has passed its endpoint: from the upgrade to the end of its socket, whatever is spoken on it.</summary>
internal sealed class SocketDoor(Topology topology, int largestFrame, TimeProvider time)
{
    private const string AcceptGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    /// <summary>The gateway stops: who comes now would be sent away with the others, and is told so before the upgrade.</summary>
    internal bool Leaving { get; set; }

    /// <param name="entrant">Who it is, and what was asked for.</param>
    /// <param name="mayCommand">Whether a frame of so many bytes may come now, from one with this key.</param>
    /// <param name="takesBinary">Text in a binary frame is as good.</param>
    internal async Task Serve(HttpContext http, Entrant entrant, Func<Key, int, bool> mayCommand, bool takesBinary = false)
    {
        if (await Upgrade(http))
            Handover.To(connection => Serve(connection, entrant, mayCommand, takesBinary), http);
    }

    // Apart: what an asynchronous method is given it keeps until it ends, and of the entrant nothing is needed any more once it is a client.
    private Task Serve(ConnectionContext connection, Entrant entrant, Func<Key, int, bool> mayCommand, bool takesBinary)
    {
        var socket = new ClientSocket(connection.Transport.Output.AsStream(), PlainSocket(connection), connection.Abort, time);
        return Serve(connection, socket, entrant.At(socket), mayCommand, takesBinary);
    }

    private async Task Serve(ConnectionContext connection, ClientSocket socket, SocketClient client, Func<Key, int, bool> mayCommand, bool takesBinary)
    {
        await using var end = socket;
        var session = await Open(client);
        using var frames = new FrameAssembler(largestFrame, new Sink(session, socket, client.Key, mayCommand)) { TakesBinary = takesBinary };
        try
        {
            var input = connection.Transport.Input;
            while (!frames.Ended)
            {
                var read = await input.ReadAsync(connection.ConnectionClosed);
                frames.Received(read.Buffer);
                input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted && !frames.Ended)
                    return;
            }
            await End(input, frames.Violated, socket, connection.ConnectionClosed);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException or TimeoutException)
        {
            // The client is gone; the session is told below.
        }
        finally
        {
            session.Tell(new SessionMessage.Gone());
        }
    }

    private async Task<ActorRef<SessionMessage>> Open(SocketClient client) =>
        await topology.System.Ask(topology.Sessions!, (ActorRef<ActorRef<SessionMessage>> to) => new Accept(client, to), Patience);

    /// <summary>False: it has been answered why there is none.</summary>
    private async Task<bool> Upgrade(HttpContext http)
    {
        if (Leaving)
        {
            await Respond.Error(http, 503, "STOPPING", "the gateway stops: come back when it has started again");
            return false;
        }
        var nonce = http.Request.Headers.SecWebSocketKey.ToString();
        if (http.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade || nonce.Length == 0)
        {
            await Respond.Error(http, 400, "NO_UPGRADE", "this address speaks WebSocket over HTTP/1.1");
            return false;
        }
        if (http.Request.Headers.SecWebSocketVersion != "13")
        {
            http.Response.Headers.SecWebSocketVersion = "13";
            await Respond.Error(http, 426, "WEBSOCKET_VERSION", "Sec-WebSocket-Version must be 13");
            return false;
        }
#pragma warning disable CA5350 // RFC 6455 says SHA-1; it guards nothing
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(nonce + AcceptGuid)));
#pragma warning restore CA5350
        http.Response.Headers.Upgrade = "websocket";
        http.Response.Headers.Connection = "Upgrade";
        http.Response.Headers.SecWebSocketAccept = accept;
        await upgrade.UpgradeAsync();
        return true;
    }

    /// <summary>The socket itself, where no TLS lies over it. From here on it is ours to send on: Kestrel has sent its last, the answer to the upgrade.</summary>
    private static Socket? PlainSocket(ConnectionContext connection)
    {
        if (connection.Features.Get<ITlsConnectionFeature>() is not null || connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
            return null;
        socket.Blocking = false;
        return socket;
    }

    /// <summary>
    /// The last frame has to be out before the request, and with it the socket, ends. A client that broke the protocol may be sending still:
    /// what it sends is read and thrown away until it has had the time to read why, for a socket that ends with unread bytes takes back
    /// what was on its way.
    /// </summary>
    private async Task End(PipeReader input, bool violated, ClientSocket socket, CancellationToken gone)
    {
        await socket.Drained.WaitAsync(Patience, time, gone);
        if (!violated)
            return;
        using var patience = new CancellationTokenSource(Farewell, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(gone, patience.Token);
        while (await input.ReadAsync(over.Token) is { IsCompleted: false } waste)
            input.AdvanceTo(waste.Buffer.End);
    }

    private sealed class Sink(ActorRef<SessionMessage> session, ClientSocket socket, Key key, Func<Key, int, bool> mayCommand) : IFrameSink
    {
        public bool Text(ReadOnlyMemory<byte> message)
        {
            if (!mayCommand(key, message.Length))
                return false;
            session.Tell(new SessionMessage.Heard(message));
            return true;
        }

        public void Ping(ReadOnlySpan<byte> payload)
        {
            socket.Pong(payload);
            session.Tell(new SessionMessage.Alive());
        }

        public void Pong() => session.Tell(new SessionMessage.Alive());
        public void Close(int? code) => socket.CloseBack(code);

        // The session closes with its protocol's code; the reader waits for that frame to be out.
        public void Violated(CloseReason reason) => session.Tell(new SessionMessage.Violated(reason));
    }
}
