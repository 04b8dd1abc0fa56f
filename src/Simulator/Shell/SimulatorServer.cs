using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Oddswire.Simulator.Faults;

namespace Oddswire.Simulator.Shell;

// The simulator on a port: the entry point for the program, for tests over real sockets and for benchmarks.
public sealed class SimulatorServer : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly KestrelServer _server;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly VenueRoutes _venues;
    private readonly ControlSurface _control;
    private readonly LiveStandIn _live;
    private Task _running = Task.CompletedTask;

    private SimulatorServer(IPAddress address, SimulatorSettings settings, StandIn standIn, TimeProvider time, ILoggerFactory logs)
    {
        _time = time;
        _log = logs.CreateLogger<SimulatorServer>();
        _live = new LiveStandIn(standIn, time, _log);
        _venues = new VenueRoutes(standIn.Venues, _live, time, _log);
        _control = new ControlSurface(_live, time, _log);
        _server = new KestrelServer(Options.Create(Limits(address, settings.Port)), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), logs), logs);
    }

    // http://127.0.0.1:8090; venues are below it, the control surface under /sim.
    public Uri Url => new(_server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());

    public static async Task<SimulatorServer> Start(SimulatorSettings settings, TimeProvider time, ILoggerFactory logs, CancellationToken cancellation)
    {
        if (!IPAddress.TryParse(settings.Host, out var address) || !IPAddress.IsLoopback(address))
            throw new SimulatorUnavailableException("simulator.host has to be a loopback address: whoever reaches the simulator may break it");
        var standIn = new StandIn(settings, time.GetUtcNow());
        if (settings.Scenario is { } path) standIn.Play(await ReadScenario(path, cancellation));
        var server = new SimulatorServer(address, settings, standIn, time, logs);
        try
        {
            await server._server.StartAsync(new KestrelApplication(server.Handle), cancellation);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await server.DisposeAsync();
            throw Unavailable(settings, e);
        }
        server._running = server._live.Run(server._stopping.Token);
        server._log.Started(server.Url.ToString(), settings.World.Seed, settings.World.Rate);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        using var timeout = new CancellationTokenSource(StopTimeout, _time);
        await _server.StopAsync(timeout.Token);
        await _running;
        _server.Dispose();
        _stopping.Dispose();
    }

    private static KestrelServerOptions Limits(IPAddress address, int port)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Listen(address, port, listen => listen.Protocols = HttpProtocols.Http1);
        options.Limits.MaxConcurrentConnections = 4_096;
        options.Limits.MaxConcurrentUpgradedConnections = 4_096;
        // A catalog query may name hundreds of tokens of 77 digits each.
        options.Limits.MaxRequestLineSize = 64 * 1024;
        // Slow and frozen clients are part of the play; the backlog of each is limited instead.
        options.Limits.MinResponseDataRate = null;
        return options;
    }

    private static async Task<Scenario> ReadScenario(string path, CancellationToken cancellation)
    {
        try
        {
            return Scenario.Parse(await File.ReadAllTextAsync(path, cancellation));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FaultRejectedException)
        {
            throw new SimulatorUnavailableException($"simulator.scenario {path}: {e.Message}", e);
        }
    }

    private static SimulatorUnavailableException Unavailable(SimulatorSettings settings, Exception e)
    {
        var taken = e.InnerException is AddressInUseException || e is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse };
        return taken
            ? new SimulatorUnavailableException($"simulator.port {settings.Port} on {settings.Host} is taken by another program", e) { TakenPort = settings.Port }
            : new SimulatorUnavailableException($"cannot listen on {settings.Host}:{settings.Port}: {e.Message}", e);
    }

    private async Task Handle(HttpContext context)
    {
        try
        {
            var path = context.Request.Path.Value ?? "";
            if (path == "/sim" || path.StartsWith("/sim/", StringComparison.Ordinal)) await _control.Handle(context, path["/sim".Length..]);
            else if (_venues.Find(path) is { } found) await _venues.Handle(context, found.Venue, found.Below, _stopping.Token);
            else await JsonAnswers.Write(context, 404, new { error = "NOT_FOUND", message = $"served here: {_venues.Served}, /sim" });
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            context.Abort();
        }
#pragma warning disable CA1031 // The edge: whatever went wrong with one request ends that request, and is in the log.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _log.RequestFailed(e);
            context.Abort();
        }
    }
}
