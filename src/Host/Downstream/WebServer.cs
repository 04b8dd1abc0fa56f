using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Oddswire.Host.Downstream.Connections;
using Oddswire.Host.Settings;

namespace Oddswire.Host.Downstream;

/// <summary>Where requests go: the public port's, and those of the operations port.</summary>
internal sealed record Doors(Func<HttpContext, Task> Public, Func<HttpContext, Task> Operations);

/// <summary>Kestrel on the public and the operations port, without a host around it: no configuration files, no hold on the process's signals.</summary>
internal sealed partial class WebServer : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly IServer _server;
    private readonly OpenLines _lines;
    private readonly bool _tls;

    private WebServer(ServiceProvider services, IServer server, OpenLines lines, bool tls) => (_services, _server, _lines, _tls) = (services, server, lines, tls);

    internal static async Task<WebServer> Start(HttpSettings http, OperationsSettings operations, Doors doors, ILoggerFactory logs)
    {
        var log = logs.CreateLogger("Oddswire.Downstream");
        var certificate = http.Tls is { } files ? new TlsCertificate(files, log) : null;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var lines = new OpenLines(TimeProvider.System);
        builder.Services.AddSingleton<IConnectionListenerFactory>(new SocketTransport(lines, TimeProvider.System, log));
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(new KestrelLog(logs));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => Configure(options, http, operations, certificate));
        var services = builder.Services.BuildServiceProvider();
        var server = services.GetRequiredService<IServer>();
        try
        {
            await server.StartAsync(new Application(doors, log), CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await services.DisposeAsync();
            throw Unavailable(http, operations, e);
        }
        return new WebServer(services, server, lines, certificate is not null);
    }

    /// <summary>Where clients connect, with the ports that are really open.</summary>
    internal Uri Public => Address(0, _tls ? "https" : "http");

    internal Uri Sockets => Address(0, _tls ? "wss" : "ws");

    internal Uri Operations => Address(1, "http");

    private Uri Address(int listener, string scheme) =>
        new UriBuilder(_server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.ElementAt(listener)) { Scheme = scheme }.Uri;

    private static void Configure(KestrelServerOptions options, HttpSettings http, OperationsSettings operations, TlsCertificate? certificate)
    {
        options.AddServerHeader = false;
        options.Limits.MaxRequestBodySize = 1 << 20;
        // Sockets are read slowly by whom they belong to; the session's outbox is the limit there.
        options.Limits.MinResponseDataRate = null;
        options.Listen(http.Host, http.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            if (certificate is not null)
                listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(certificate.Current()) });
            listen.Use(Handover.Under);
        });
        options.Listen(operations.Host, operations.Port, static listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(static next => connection =>
            {
                connection.Features.Set(new OperationsDoor());
                return next(connection);
            });
        });
    }

    private static CannotListenException Unavailable(HttpSettings http, OperationsSettings operations, Exception cause)
    {
        foreach (var (name, host, port) in new[] { ("http", http.Host, http.Port), ("operations", operations.Host, operations.Port) })
        {
            switch (Try(host, port))
            {
                case SocketError.AddressAlreadyInUse:
                    var owner = PortOwner.Find(port) is { } pid ? $" by process {pid}" : "";
                    return new CannotListenException($"port {port} on {host} is taken{owner}; another one: --set {name}.port={port + 1}", cause);
                case SocketError.AccessDenied:
                    return new CannotListenException($"port {port} is for privileged processes; another one: --set {name}.port=8080", cause);
                case SocketError.AddressNotAvailable:
                    return new CannotListenException($"{host} is no address of this machine; --set {name}.host=127.0.0.1 serves this machine, 0.0.0.0 every network", cause);
            }
        }
        return new CannotListenException($"cannot listen: {cause.Message}", cause);
    }

    private static SocketError Try(IPAddress host, int port)
    {
        try
        {
            using var probe = new Socket(host.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(host, port));
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _server.StopAsync(patience.Token);
        await _lines.End(patience.Token);
        await _services.DisposeAsync();
    }

    /// <summary>On the connections of the operations port.</summary>
    private sealed class OperationsDoor;

    private sealed partial class Application(Doors doors, ILogger log) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public async Task ProcessRequestAsync(HttpContext context)
        {
            try
            {
                await (context.Features.Get<OperationsDoor>() is null ? doors.Public(context) : doors.Operations(context));
            }
            catch (Exception e) when (context.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
            {
                // The client is gone.
            }
            catch (Microsoft.AspNetCore.Http.BadHttpRequestException e) when (!context.Response.HasStarted)
            {
                await Respond.Error(context, e.StatusCode, "BAD_REQUEST", e.Message);
            }
#pragma warning disable CA1031 // The edge: whatever went wrong with one request ends that request, and is in the log.
            catch (Exception e) when (!context.Response.HasStarted)
#pragma warning restore CA1031
            {
                Failed(log, e);
                await Respond.Error(context, e is TimeoutException ? 503 : 500, "INTERNAL", "the gateway could not answer; its log says why");
            }
        }

        public void DisposeContext(HttpContext context, Exception? exception)
        {
            // The features belong to Kestrel.
        }

        [LoggerMessage(Level = LogLevel.Error, Message = "a request failed")]
        private static partial void Failed(ILogger log, Exception e);
    }
}

/// <summary>Somebody else listens there, or nobody may; the message says what to do.</summary>
internal sealed class CannotListenException(string message, Exception cause) : Exception(message, cause);
