using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Oddswire.Actors;
using Oddswire.Actors.Sessions;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;

namespace Oddswire.Host.Downstream;

/// <summary>
/// Behind the door, whatever is spoken there: the upgrade, a session for the socket, and its bytes as messages until either side ends it.
/// Who may come in was decided before.
/// </summary>
internal sealed class SocketHall(Topology topology, int largestFrame, TimeProvider time)
{
    private const string AcceptGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private const int MostInABurst = 2_000;
    private const int BytesOfACommand = 64 << 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly RateLimit _rate = new(time);

    internal async Task Serve(HttpContext http, Key key, Func<ClientSocket, ActorRef<ActorRef<SessionMessage>>, Accept> accept)
    {
        if (await Upgrade(http) is not { } stream)
            return;
        await using var socket = new ClientSocket(stream, PlainSocket(http), http.Abort, time);
        await Converse(http, key, accept, stream, socket);
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

    private async Task Converse(HttpContext http, Key key, Func<ClientSocket, ActorRef<ActorRef<SessionMessage>>, Accept> accept, Stream stream, ClientSocket socket)
    {
        var session = await topology.System.Ask(topology.Sessions!, (ActorRef<ActorRef<SessionMessage>> to) => accept(socket, to), Patience);
        // Who came without a key shares no limit with the others who did.
        var rate = key.Hash is null ? new RateLimit(time) : _rate;
        var frames = new FrameAssembler(largestFrame, new Sink(session, socket, length => MayCommand(rate, key, length)));
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

    /// <summary>
    /// Who comes back asks for all its subscriptions at once, as the SDKs do: that much may come in a burst. A large frame counts as many, or
    /// a burst of the largest would fill the memory.
    /// </summary>
    private static bool MayCommand(RateLimit rate, Key key, int length) => rate.TryTake(
        key, key.Limits.CommandsPerSecond, key.Limits.CommandsPerSecond + Math.Min(key.Limits.Subscriptions, MostInABurst), 1 + (length / BytesOfACommand));

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
