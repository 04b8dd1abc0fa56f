using System.Net;
using System.Net.Sockets;

namespace Oddswire.Host.Tests.Storage.Postgres;

/// <summary>Stands between a store and its server, and can stop passing anything on: a server that hangs, or a network that swallows.</summary>
internal sealed class FreezableRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly IPEndPoint _server;
    private readonly Task _accepting;
    private volatile TaskCompletionSource _open = Opened();

    public FreezableRelay(int serverPort)
    {
        _server = new(IPAddress.Loopback, serverPort);
        _listener.Start();
        _accepting = Accept();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Freeze() => _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Thaw() => _open.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Thaw();
        await _ending.CancelAsync();
        _listener.Stop();
        await _accepting;
        _ending.Dispose();
    }

    private static TaskCompletionSource Opened()
    {
        var opened = new TaskCompletionSource();
        opened.SetResult();
        return opened;
    }

    private async Task Accept()
    {
        var pairs = new List<Task>();
        try
        {
            while (true) pairs.Add(Pass(await _listener.AcceptTcpClientAsync(_ending.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(pairs);
        }
    }

    private async Task Pass(TcpClient client)
    {
        using var here = client;
        using var there = new TcpClient();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        try
        {
            await _open.Task.WaitAsync(either.Token);
            await there.ConnectAsync(_server, either.Token);
            await Task.WhenAny(Copy(here.GetStream(), there.GetStream(), either.Token), Copy(there.GetStream(), here.GetStream(), either.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The server is away, or the test is over: the client sees its connection end.
        }
        await either.CancelAsync();
    }

    private async Task Copy(NetworkStream from, NetworkStream to, CancellationToken ending)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, ending) is > 0 and var read)
            {
                await _open.Task.WaitAsync(ending);
                await to.WriteAsync(buffer.AsMemory(0, read), ending);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // One side has hung up: the pair ends.
        }
    }
}
