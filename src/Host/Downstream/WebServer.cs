using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using Oddswire.Host.Settings;

namespace Oddswire.Host.Downstream;

/// <summary>Kestrel on the public and the operations port, without a host around it: no configuration files, no hold on the process's signals.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly KestrelServer _server;

    private WebServer(KestrelServer server) => _server = server;

    internal static async Task<WebServer> Start(HttpSettings http, OperationsSettings operations, Func<HttpContext, Task> serve, ILoggerFactory logs)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxRequestBodySize = 1 << 20;
        // Sockets are read slowly by whom they belong to; the session's outbox is the limit there.
        options.Limits.MinResponseDataRate = null;
        options.Listen(http.Host, http.Port, static listen => listen.Protocols = HttpProtocols.Http1);
        options.Listen(operations.Host, operations.Port, static listen => listen.Protocols = HttpProtocols.Http1);
        var server = new KestrelServer(Options.Create(options), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), logs), logs);
        try
        {
            await server.StartAsync(new Application(serve), CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            server.Dispose();
            throw Taken(http, operations, e);
        }
        return new WebServer(server);
    }

    internal ICollection<string> Addresses => _server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;

    private static PortTakenException Taken(HttpSettings http, OperationsSettings operations, Exception cause)
    {
        var (name, host, port) = IsTaken(http.Host, http.Port) ? ("http.port", http.Host, http.Port) : ("operations.port", operations.Host, operations.Port);
        var owner = PortOwner.Find(port) is { } pid ? $" by process {pid}" : "";
        return new PortTakenException($"port {port} on {host} is taken{owner}; another one: --set {name}={port + 1}", cause);
    }

    private static bool IsTaken(IPAddress host, int port)
    {
        try
        {
            using var probe = new Socket(host.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(host, port));
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _server.StopAsync(patience.Token);
        _server.Dispose();
    }

    private sealed class Application(Func<HttpContext, Task> serve) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);
        public Task ProcessRequestAsync(HttpContext context) => serve(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
            // The features belong to Kestrel.
        }
    }
}

/// <summary>Somebody else listens there.</summary>
internal sealed class PortTakenException(string message, Exception cause) : Exception(message, cause);
