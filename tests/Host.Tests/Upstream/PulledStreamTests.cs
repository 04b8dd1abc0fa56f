using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Oddswire.Host.Upstream;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Host.Tests.Upstream;

public sealed class PulledStreamTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public PulledStreamTests()
    {
        _limit.CancelAfter(TimeSpan.FromSeconds(30));
        _listener.Start();
    }

    [Fact]
    public async Task What_comes_is_read_whether_it_was_waited_for_or_there_already()
    {
        var (venue, stream) = await Open();
        var buffer = new byte[10];
        var waiting = stream.ReadAsync(buffer, _limit.Token);
        Assert.False(waiting.IsCompleted);
        await venue.WriteAsync("abc"u8.ToArray(), _limit.Token);
        Assert.Equal(3, await waiting);
        await venue.WriteAsync("defgh"u8.ToArray(), _limit.Token);
        Assert.Equal(2, await stream.ReadAsync(buffer.AsMemory(0, 2), _limit.Token));
        Assert.Equal(3, await stream.ReadAsync(buffer, _limit.Token));
        Assert.Equal("fgh"u8.ToArray(), buffer[..3]);
    }

    [Fact]
    public async Task While_it_rests_nobody_waits_for_what_comes()
    {
        var (venue, stream) = await Open();
        stream.Rest();
        var left = stream.ReadAsync(new byte[10], _limit.Token);
        await venue.WriteAsync("abc"u8.ToArray(), _limit.Token);
        await Eventually.Holds(() => stream.Arrived == 3);
        Assert.False(left.IsCompleted);
        stream.Listen();
        Assert.True(left.IsCompleted);
        Assert.Equal(3, await left);
        stream.Rest();
        var next = stream.ReadAsync(new byte[10], _limit.Token);
        stream.Listen();
        Assert.False(next.IsCompleted);
        await venue.WriteAsync("de"u8.ToArray(), _limit.Token);
        Assert.Equal(2, await next);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_end_is_told_to_who_waits(bool rests)
    {
        var (venue, stream) = await Open();
        if (rests)
            stream.Rest();
        var waiting = stream.ReadAsync(new byte[10], _limit.Token);
        venue.Socket.Shutdown(SocketShutdown.Send);
        stream.Listen();
        Assert.Equal(0, await waiting);
        venue.Socket.Close(0);      // resets what is still open
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            while (true)
                await stream.WriteAsync(new byte[1_000], _limit.Token);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_closes_it_ends_what_waits(bool rests)
    {
        var (_, stream) = await Open();
        if (rests)
            stream.Rest();
        var waiting = stream.ReadAsync(new byte[10], _limit.Token);
        await stream.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(async () => await waiting);
        await Assert.ThrowsAnyAsync<Exception>(async () => Assert.Equal(0, await stream.ReadAsync(new byte[10], _limit.Token)));
        Assert.True(stream.Waiter.Join(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task More_than_the_network_holds_is_written_as_it_is_taken()
    {
        var (venue, stream) = await Open();
        var sent = new byte[20 << 20];
        new Random(1).NextBytes(sent);
        var writing = stream.WriteAsync(sent, _limit.Token).AsTask();
        var heard = new byte[sent.Length];
        await venue.ReadExactlyAsync(heard, _limit.Token);
        await writing;
        Assert.Equal(sent, heard);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task However_it_comes_and_is_asked_for_all_of_it_is_read_in_order(int seed)
    {
        var (venue, stream) = await Open();
        var random = new Random(seed);
        var sent = new byte[1 << 20];
        random.NextBytes(sent);
        var writing = Task.Run(() => WriteInPieces(venue, sent, new Random(seed + 100)), _limit.Token);
        var heard = 0;
        var buffer = new byte[20_000];
        while (heard < sent.Length)
        {
            if (random.Next(2) == 0)
                stream.Rest();
            var reading = stream.ReadAsync(buffer.AsMemory(0, 1 + random.Next(buffer.Length)), _limit.Token);
            stream.Listen();
            var count = await reading;
            Assert.Equal(sent.AsSpan(heard, count), buffer.AsSpan(0, count));
            heard += count;
        }
        await writing;
    }

    [Fact]
    public async Task TLS_lies_over_it()
    {
        var (venue, stream) = await Open();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        await using var theirs = new SslStream(venue);
        var answering = theirs.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, _limit.Token);
        await using var ours = new SslStream(stream);
        await ours.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, presented, _, _) => presented!.GetCertHashString() == certificate.GetCertHashString() }, _limit.Token);
        await answering;
        var sent = new byte[1 << 20];
        new Random(1).NextBytes(sent);
        var writing = theirs.WriteAsync(sent, _limit.Token).AsTask();
        var heard = new byte[sent.Length];
        await ours.ReadExactlyAsync(heard, _limit.Token);
        await writing;
        Assert.Equal(sent, heard);
    }

    [Fact]
    public async Task Who_is_not_there_and_who_is_not_waited_for_any_more_are_told_apart()
    {
        var nobody = (IPEndPoint)_listener.LocalEndpoint;
        _listener.Stop();
        await Assert.ThrowsAsync<SocketException>(() => PulledStream.Connect(nobody, _limit.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PulledStream.Connect(nobody, new CancellationToken(canceled: true)));
    }

    private static async Task WriteInPieces(NetworkStream venue, byte[] bytes, Random random)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var size = Math.Min(1 + random.Next(random.Next(4) == 0 ? 60_000 : 600), bytes.Length - at);
            await venue.WriteAsync(bytes.AsMemory(at, size));
            at += size;
            if (random.Next(3) == 0)
                await Task.Yield();
        }
    }

    private async Task<(NetworkStream Venue, PulledStream Stream)> Open()
    {
        var accepting = _listener.AcceptTcpClientAsync(_limit.Token);
        var stream = await PulledStream.Connect(_listener.LocalEndpoint, _limit.Token);
        return ((await accepting).GetStream(), stream);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _limit.Dispose();
    }
}
