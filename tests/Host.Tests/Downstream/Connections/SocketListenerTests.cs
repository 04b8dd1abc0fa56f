using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Oddswire.Host.Downstream.Connections;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Host.Tests.Downstream.Connections;

public sealed class SocketListenerTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly RecordedLog _log = new();
    private readonly Socket _listening = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private SocketListener _listener = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        // By its number: a port that the system has chosen it takes back from who stops listening.
        var chosen = new TcpListener(IPAddress.Loopback, 0);
        chosen.Start();
        var port = ((IPEndPoint)chosen.LocalEndpoint).Port;
        chosen.Stop();
        _listening.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listening.Listen();
        _listener = new SocketListener(_listening, new OpenLines(TimeProvider.System), TimeProvider.System, _log);
        return default;
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    [Fact]
    public async Task A_client_that_is_gone_before_it_is_taken_is_no_end()
    {
        Client().Close(0);
        using var here = Client();
        await using var taken = await Taken(here);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task An_accept_that_fails_is_on_record_once_and_tried_again()
    {
        var taking = _listener.AcceptAsync(Cancel).AsTask();
        _listening.Shutdown(SocketShutdown.Receive);        // so much of a socket that does not accept there is
        await Eventually.Holds(() => _log.Lines.Count > 0);
        Assert.False(taking.IsCompleted);
        _listening.Listen();
        using var client = Client();
        await using var taken = await taking.WaitAsync(Patience, Cancel);
        Assert.Equal(client.LocalEndPoint, taken!.RemoteEndPoint);
        Assert.Single(_log.About("cannot take connections on 127.0.0.1"));
    }

    [Fact]
    public async Task Unbound_it_takes_nobody_any_more_and_its_port_is_free()
    {
        var taking = _listener.AcceptAsync(Cancel).AsTask();
        await _listener.UnbindAsync(Cancel);
        Assert.Null(await taking.WaitAsync(Patience, Cancel));
        Assert.Null(await _listener.AcceptAsync(Cancel));
        Assert.Throws<SocketException>(Client);
    }

    private Socket Client()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(_listener.EndPoint);
        return client;
    }

    private async Task<ConnectionContext> Taken(Socket client)
    {
        while (true)
        {
            var taken = await _listener.AcceptAsync(Cancel).AsTask().WaitAsync(Patience, Cancel);
            if (client.LocalEndPoint!.Equals(taken!.RemoteEndPoint))
                return taken;
            await taken.DisposeAsync();
        }
    }
}
