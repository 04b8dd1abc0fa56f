using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Oddswire.Actors;
using Oddswire.Actors.Ports;
using Oddswire.Actors.Sessions;
using Oddswire.Host.Downstream.Connections;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;

namespace Oddswire.Host.Downstream;

/// <summary>A client that has passed its endpoint: from the upgrade to the end of its socket, whatever is spoken on it.</summary>
internal sealed partial class SocketDoor(Topology topology, int largestFrame, TimeProvider time, ILogger log)
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
            Handover.To(line => Serve(line, entrant, mayCommand, takesBinary), http);
    }

    // Apart: what an asynchronous method is given it keeps until it ends, and of the entrant nothing is needed any more once it is a client.
    private Task Serve(Line line, Entrant entrant, Func<Key, int, bool> mayCommand, bool takesBinary)
    {
        var socket = new ClientSocket(line, time);
        return Serve(line, socket, entrant.At(socket), mayCommand, takesBinary);
    }

    private async Task Serve(Line line, ClientSocket socket, SocketClient client, Func<Key, int, bool> mayCommand, bool takesBinary)
    {
        using var end = line;
        await using var quiet = socket;
        try
        {
            var session = await Open(client);
            using var frames = new FrameAssembler(largestFrame, new Sink(session, socket, client.Key, mayCommand)) { TakesBinary = takesBinary };
            try
            {
                while (!frames.Ended)
                {
                    // Until there is something, an idle client holds no buffer.
                    await line.Read(Memory<byte>.Empty);
                    if (await line.Read(frames.Room) is not (> 0 and var count))
                        return;
                    frames.Received(count);
                }
                await End(line, frames.Violated, socket);
            }
            finally
            {
                session.Tell(new SessionMessage.Gone());
            }
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone.
        }
#pragma warning disable CA1031 // The edge: nobody waits for the end of a client, so whatever went wrong with one ends that one, and is in the log.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Failed(log, e);
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

    /// <summary>
    /// The last frame has to be out before the socket ends. A client that broke the protocol may be sending still: what it sends is read and thrown away
    /// until it has had the time to read why, for a socket that ends with unread bytes takes back what was on its way.
    /// </summary>
    private async Task End(Line line, bool violated, ClientSocket socket)
    {
        await socket.Drained.WaitAsync(Patience, time);
        if (!violated)
            return;
        using var patience = new CancellationTokenSource(Farewell, time);
        var waste = new byte[4096];
        while (await line.Read(waste, patience.Token) > 0)
        {
            // Thrown away.
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "a client's socket failed")]
    private static partial void Failed(ILogger log, Exception e);

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
