using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Oddswire.Host.CommandLine;
using Oddswire.Host.Tests.CommandLine;
using Xunit;

namespace Oddswire.Host.Tests.Live;

[Collection(nameof(LiveGateway))]
public sealed class TlsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Certificate => Path.Combine(_folder.Path, "cert.pem");
    private string Key => Path.Combine(_folder.Path, "key.pem");

    private string[] Sets => [$"http.tls.certificate={Certificate}", $"http.tls.key={Key}"];

    /// <summary>A pair of its own, and the moment of its writing: a file that is written twice in one tick of the clock looks unchanged.</summary>
    private void Write(string name, int minute)
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var certificate = request.CreateSelfSigned(start, start.AddYears(30));
        File.WriteAllText(Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(Key, rsa.ExportPkcs8PrivateKeyPem());
        foreach (var file in new[] { Certificate, Key })
            File.SetLastWriteTimeUtc(file, start.AddMinutes(minute).UtcDateTime);
    }

    [Fact]
    public async Task The_public_port_speaks_tls_with_the_certificate_that_is_in_the_files_now()
    {
        Write("first", 1);
        await using var gateway = new LiveGateway();
        await gateway.InitializeAsync();
        await gateway.Stop();
        await gateway.Start(Sets);
        Assert.Equal(("https", "wss", "http"), (gateway.Http.Scheme, gateway.Sockets.Scheme, gateway.Operations.Scheme));
        Assert.Equal("CN=first", await Presented(gateway));

        Write("second", 2);
        Assert.Equal("CN=second", await Presented(gateway));

        await File.WriteAllTextAsync(Key, "half a fi", TestContext.Current.CancellationToken);
        Assert.Equal("CN=second", await Presented(gateway));
        Assert.Contains("the one before stays", gateway.Terminal.Error, StringComparison.Ordinal);

        using var plain = new HttpClient { BaseAddress = gateway.Operations };
        Assert.Equal(System.Net.HttpStatusCode.OK, (await plain.GetAsync("/healthz/live", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task A_socket_over_tls_outlives_its_request_is_told_of_a_stop_and_ends()
    {
        Write("first", 1);
        await using var gateway = new LiveGateway();
        await gateway.InitializeAsync();
        await gateway.Stop();
        await gateway.Start(Sets);
        var cancel = TestContext.Current.CancellationToken;
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate?.Subject == "CN=first" } };
        using var http = new HttpMessageInvoker(handler);
        using var page = await http.SendAsync(new HttpRequestMessage(HttpMethod.Get, gateway.Http), cancel);
        Assert.Contains($"wss://{gateway.Http.Authority}/KEY", await page.Content.ReadAsStringAsync(cancel), StringComparison.Ordinal);

        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri(gateway.Sockets, "/demo-dev"), http, cancel);
        var buffer = new byte[1 << 16];
        for (var i = 0; i < 3; i++)
        {
            // Longer than a record of TLS, and than what is held for an idle client.
            await socket.SendAsync(Encoding.UTF8.GetBytes($$"""{"action":"nonsense","padding":"{{new string('.', 20_000)}}"}"""), WebSocketMessageType.Text, true, cancel);
            var heard = await socket.ReceiveAsync(buffer, cancel).WaitAsync(LiveGateway.Patience, cancel);
            Assert.Contains("nonsense", Encoding.UTF8.GetString(buffer, 0, heard.Count), StringComparison.Ordinal);
        }
        var stopping = gateway.Stop();
        Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(buffer, cancel).WaitAsync(LiveGateway.Patience, cancel)).MessageType);
        Assert.Equal((WebSocketCloseStatus)1012, socket.CloseStatus);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancel);
        Assert.Equal(ExitCode.Done, await stopping);
    }

    [Fact]
    public async Task Files_that_do_not_fit_are_wrong_configuration_and_named()
    {
        Assert.Equal($"oddswire: http.tls.certificate {Certificate}: expected a PEM file that this process may read, found none; leave both empty to serve without TLS\n", await Refusal());
        Write("first", 1);
        await File.WriteAllTextAsync(Certificate, "nothing", TestContext.Current.CancellationToken);
        Assert.StartsWith($"oddswire: http.tls.certificate {Certificate}: expected certificates in PEM form", await Refusal(), StringComparison.Ordinal);
        Write("first", 1);
        using var other = RSA.Create(2048);
        await File.WriteAllTextAsync(Key, other.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
        Assert.StartsWith($"oddswire: http.tls.key {Key}: expected the private key of that certificate", await Refusal(), StringComparison.Ordinal);
        File.Delete(Key);
        Assert.StartsWith($"oddswire: http.tls.key {Key}: expected a PEM file", await Refusal(), StringComparison.Ordinal);
    }

    private async Task<string> Refusal()
    {
        using var terminal = new FakeTerminal();
        string[] sets = ["http.port=0", "operations.port=0", "simulator.enabled=false", "log.level=none", .. Sets];
        Assert.Equal(ExitCode.WrongUsage, await terminal.Run(["run", .. sets.SelectMany(static set => new[] { "--set", set })]));
        Assert.Empty(terminal.Out);
        return terminal.Error;
    }

    private static async Task<string> Presented(LiveGateway gateway)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(gateway.Http.Host, gateway.Http.Port, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(tcp.GetStream());
        var shown = "";
        // What it signs itself nobody vouches for; which one it shows is the question here.
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = (_, certificate, _, _) => (shown = certificate!.Subject).Length > 0,
        };
        await tls.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken);
        return shown;
    }
}
