using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Oddswire.Actors;
using Oddswire.Actors.Ports;
using Oddswire.Actors.Sessions;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;

namespace Oddswire.Host.Downstream;

/// <summary>A client that has passed its endpoint: from the upgrade to the end of its socket, whatever is spoken on it.</summary>
internal sealed class SocketDoor(Topology topology, int largestFrame, TimeProvider time)
{
    private const string AcceptGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    /// <param name="accept">The session that is asked for, by the socket and the address to answer to.</param>
    /// <param name="mayCommand">Whether a frame of so many bytes may come now.</param>
    /// <param name="takesBinary">Text in a binary frame is as good.</param>
    internal async Task Serve(HttpContext http, Func<IClientConnection, ActorRef<ActorRef<SessionMessage>>, Accept> accept, Func<int, bool> mayCommand, bool takesBinary = false)
    {
        if (await Upgrade(http) is not { } stream)
            return;
        await using var socket = new ClientSocket(stream, PlainSocket(http), http.Abort, time);
        var session = await topology.System.Ask(topology.Sessions!, (ActorRef<ActorRef<SessionMessage>> to) => accept(socket, to), Patience);
        var frames = new FrameAssembler(largestFrame, new Sink(session, socket, mayCommand)) { TakesBinary = takesBinary };
        try
        {
            while (!frames.Ended)
            {
                var count = await stream.ReadAsync(frames.Room, http.RequestAborted);
                if (count == 0)
                    return;
                frames.Received(count);
            }
            await End(stream, frames.Violated, socket, http.RequestAborted);
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

    private static async Task<Stream?> Upgrade(HttpContext http)
    {
        var nonce = http.Request.Headers.SecWebSocketKey.ToString();
        if (http.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade || nonce.Length == 0)
        {
            await Respond.Error(http, 400, "NO_UPGRADE", "this address speaks WebSocket over HTTP/1.1");
            return null;
        }
        if (http.Request.Headers.SecWebSocketVersion != "13")
        {
            http.Response.Headers.SecWebSocketVersion = "13";
            await Respond.Error(http, 426, "WEBSOCKET_VERSION", "Sec-WebSocket-Version must be 13");
            return null;
        }
#pragma warning disable CA5350 // RFC 6455 says SHA-1; it guards nothing
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(nonce + AcceptGuid)));
#pragma warning restore CA5350
        http.Response.Headers.Upgrade = "websocket";
        http.Response.Headers.Connection = "Upgrade";
        http.Response.Headers.SecWebSocketAccept = accept;
        return await upgrade.UpgradeAsync();
    }

    /// <summary>The socket itself, where no TLS lies over it. From here on it is ours to send on: Kestrel has sent its last, the answer to the upgrade.</summary>
    private static Socket? PlainSocket(HttpContext http)
    {
        if (http.Request.IsHttps || http.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
            return null;
        socket.Blocking = false;
        return socket;
    }

    /// <summary>
    /// The last frame has to be out before the request, and with it the socket, ends. A client that broke the protocol may be sending still:
    /// what it sends is read and thrown away until it has had the time to read why, for a socket that ends with unread bytes takes back
    /// what was on its way.
    /// </summary>
    private async Task End(Stream stream, bool violated, ClientSocket socket, CancellationToken gone)
    {
        await socket.Drained.WaitAsync(Patience, time, gone);
        if (!violated)
            return;
        using var patience = new CancellationTokenSource(Farewell, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(gone, patience.Token);
        var waste = new byte[4096];
        while (await stream.ReadAsync(waste, over.Token) > 0)
        {
            // Nothing of it counts.
        }
    }

    private sealed class Sink(ActorRef<SessionMessage> session, ClientSocket socket, Func<int, bool> mayCommand) : IFrameSink
    {
        public bool Text(ReadOnlyMemory<byte> message)
        {
            if (!mayCommand(message.Length))
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
