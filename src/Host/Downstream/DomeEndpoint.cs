using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Oddswire.Actors;
using Oddswire.Actors.Keys;
using Oddswire.Actors.Sessions;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;
using Oddswire.Runtime;

namespace Oddswire.Host.Downstream;

/// <summary>ws://host/KEY. Who may not come in gets an HTTP answer that says why: an accepted and then closed socket would make SDKs come back for ever.</summary>
internal sealed class DomeEndpoint(Topology topology, Keyring keys, RefusalRecord refusals, int largestFrame, TimeProvider time)
{
    private const string AcceptGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private const string Protocol = "dome";
    private const int MostInABurst = 2_000;
    private const int BytesOfACommand = 64 << 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly RateLimit _rate = new(time);

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
        var open = await topology.System.Ask(topology.Keys, (ActorRef<int> to) => new KeyMessage.CountSessions(key.Name, to), Patience);
        if (open >= key.Limits.Connections)
        {
            refusals.Dial(http, Protocol, key, "CONNECTION_LIMIT", $"{open} sockets are open");
            http.Response.Headers.RetryAfter = "30";
            await Respond.DomeError(http, 429, DomeError.ConnectionLimit, $"the key '{key.Name}' has {open} sockets open, its limit");
            return;
        }
        if (!TryReadAttach(http, out var attach))
        {
            refusals.Dial(http, Protocol, key, "INVALID_SUBSCRIPTION");
            await Respond.Error(http, 400, "INVALID_SUBSCRIPTION", "subscription is the id of a durable one, such as sub_0123456789");
            return;
        }
        if (await Upgrade(http) is not { } stream)
            return;
        await using var socket = new ClientSocket(stream, PlainSocket(http), http.Abort, time);
        await Converse(http, key, attach, stream, socket);
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

    private async Task Converse(HttpContext http, Key key, SubscriptionId? attach, Stream stream, ClientSocket socket)
    {
        var extended = attach is not null || http.Request.Query["ext"] == "1";
        var address = http.Connection.RemoteIpAddress?.ToString() ?? "";
        var session = await topology.System.Ask(
            topology.Sessions!, (ActorRef<ActorRef<SessionMessage>> to) => new Accept(key, address, extended, socket, to) { Attach = attach }, Patience);
        var frames = new FrameAssembler(largestFrame, new Sink(session, socket, length => MayCommand(key, length)));
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
    private bool MayCommand(Key key, int length) => _rate.TryTake(
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
