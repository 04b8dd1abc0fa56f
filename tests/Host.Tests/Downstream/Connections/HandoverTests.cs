using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Oddswire.Host.Downstream;
using Oddswire.Host.Downstream.Connections;
using Oddswire.Host.Settings;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Host.Tests.Downstream.Connections;

/// <summary>A server whose sockets say back what they are told, seen from a socket that knows only bytes.</summary>
public sealed class HandoverTests : IAsyncLifetime
{
    private const string Upgrade = "GET /socket HTTP/1.1\r\nHost: x\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n";
    private const int Pieces = 400;     // 12 MB
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Socket _client = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly RecordedLog _log = new();
    private readonly TaskCompletionSource _asked = new(), _gone = new(), _ended = new();
    private WebServer? _server;
    private WeakReference? _request, _connection;

    public async ValueTask InitializeAsync()
    {
        _server = await WebServer.Start(new HttpSettings(IPAddress.Loopback, 0, null), new OperationsSettings(IPAddress.Loopback, 0), new Doors(Serve, Serve), _log);
        await _client.ConnectAsync(IPAddress.Loopback, _server.Public.Port);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server!.DisposeAsync();
        Assert.DoesNotContain(_log.Lines, static line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task What_comes_with_the_upgrade_and_after_it_is_the_sockets()
    {
        await Send(Upgrade + "early ");
        await Send("late");
        Assert.EndsWith("\r\n\r\nearly late", await Until("early late"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_request_and_all_that_Kestrel_has_for_its_connection_are_garbage_while_the_socket_lives()
    {
        await Send(Upgrade + "1");
        await Until("\r\n\r\n1");
        for (var i = 0; i < 10 && (_request!.IsAlive || _connection!.IsAlive); i++)
        {
            // Who has just answered may still have it on a stack: one more echo, and it has not.
            await Send("2");
            await Until("2");
            GC.Collect();
        }
        Assert.False(_request!.IsAlive);
        Assert.False(_connection!.IsAlive);
    }

    [Fact]
    public async Task Who_asks_for_no_socket_goes_on_with_HTTP_and_may_ask_for_one_later()
    {
        for (var i = 0; i < 2; i++)
        {
            await Send("GET /page HTTP/1.1\r\nHost: x\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 200 OK", await Until("a page"), StringComparison.Ordinal);
        }
        await Send(Upgrade + "now");
        Assert.StartsWith("HTTP/1.1 101 ", await Until("now"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_aborts_what_does_not_end_and_returns_when_it_has()
    {
        await Send(Upgrade + "here");
        await Until("here");
        await _server!.DisposeAsync();
        Assert.True(_ended.Task.IsCompleted);
        var gone = await Assert.ThrowsAsync<SocketException>(() => Until("anything"));
        Assert.Equal(SocketError.ConnectionReset, gone.SocketErrorCode);
    }

    [Fact]
    public async Task What_was_sent_arrives_before_the_end_also_at_a_client_that_sends_on()
    {
        await Send(Upgrade + "the last words.and more that nobody reads" + new string('.', 100_000));
        Assert.EndsWith("the last words.", await Until("the last words."), StringComparison.Ordinal);
        Assert.Equal(0, await Receive(new byte[1]));
    }

    [Fact]
    public async Task A_client_that_resets_ends_its_own_socket()
    {
        await Send(Upgrade + "here");
        await Until("here");
        _client.Close(0);
        await _ended.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_client_that_hangs_up_on_a_request_is_seen_where_somebody_looks()
    {
        await Send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
        await _asked.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        _client.Close();
        await _gone.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Who_was_looked_at_asks_on()
    {
        for (var i = 0; i < 2; i++)
        {
            await Send("GET /watched HTTP/1.1\r\nHost: x\r\n\r\n");
            await Until("a page");
        }
        Assert.False(_gone.Task.IsCompleted);
    }

    [Fact]
    public async Task A_page_that_the_kernel_does_not_take_at_once_arrives_whole_and_the_connection_goes_on()
    {
        var pieces = string.Concat(Enumerable.Range(0, Pieces).Select(Piece));
        for (var i = 0; i < 2; i++)
        {
            await Send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
            Assert.EndsWith("\r\n\r\n" + pieces, await Until(Piece(Pieces - 1)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_client_that_resets_in_the_middle_of_an_answer_is_no_error()
    {
        await Send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
        await Until("200 OK");
        _client.Close(0);
        await _gone.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    private async Task Serve(HttpContext http)
    {
        switch (http.Request.Path)
        {
            case "/page":
                await Page(http);
                break;
            case "/watched":
                using (var answered = new CancellationTokenSource())
                {
                    SocketConnection.Watch(http, answered.Token);
                    await Page(http);
                    await answered.CancelAsync();
                }
                break;
            case "/slow":
                SocketConnection.Watch(http, CancellationToken.None);
                _asked.SetResult();
                http.RequestAborted.Register(_gone.SetResult);
                await _gone.Task;
                break;
            case "/large":
                http.Response.ContentLength = Enumerable.Range(0, Pieces).Sum(static i => Piece(i).Length);
                for (var i = 0; i < Pieces; i++)
                    await http.Response.WriteAsync(Piece(i));
                break;
            case "/endless":
                http.RequestAborted.Register(_gone.SetResult);
                while (!http.RequestAborted.IsCancellationRequested)
                    await http.Response.Body.WriteAsync(new byte[1 << 16]);
                break;
            default:
                _request = new WeakReference(http);
                _connection = new WeakReference(http.Features.Get<SocketConnection>());
                await http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
                Handover.To(Echo, http);
                break;
        }
    }

    private static string Piece(int number) => $"<{number}>" + new string('.', 1 + (number * 7919 % 60_000)) + $"</{number}>";

    private static async Task Page(HttpContext http)
    {
        http.Response.ContentLength = 6;
        await http.Response.WriteAsync("a page");
    }

    /// <summary>A few bytes at a time, up to a full stop.</summary>
    private async Task Echo(Line line)
    {
        using var end = line;
        var bytes = new byte[3];
        try
        {
            while (!bytes.Contains((byte)'.') && await line.Read(bytes) is > 0 and var count)
                await line.Write(bytes.AsMemory(0, count));
        }
        catch (SocketException)
        {
            // The client, or the stop.
        }
        _ended.SetResult();
    }

    private async Task Send(string text) => await _client.SendAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);

    private async Task<string> Until(string end)
    {
        var (heard, buffer) = (new StringBuilder(), new byte[1 << 16]);
        while (!heard.ToString(Math.Max(0, heard.Length - (1 << 17)), Math.Min(heard.Length, 1 << 17)).Contains(end, StringComparison.Ordinal))
            heard.Append(Encoding.ASCII.GetString(buffer, 0, await Receive(buffer) is > 0 and var count ? count : throw new EndOfStreamException(heard.ToString())));
        return heard.ToString();
    }

    private async Task<int> Receive(byte[] buffer)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        return await _client.ReceiveAsync(buffer, patience.Token);
    }
}
