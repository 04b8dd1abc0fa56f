using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Oddswire.Client;
using Oddswire.Host.CommandLine;
using Oddswire.Host.Tests.CommandLine;
using Oddswire.Simulator;
using Oddswire.Simulator.Shell;
using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Host.Tests.Live;

/// <summary>
/// The real program, from its command line on, in this process: on free ports, against a simulator that outlives its restarts, with a store
/// that does too. Whatever is waited for has to come within five seconds.
/// </summary>
public sealed class LiveGateway : IAsyncLifetime
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TempFolder _folder = new();
    private readonly List<string> _sets = [];
    private SimulatorServer _simulator = null!;
    private FakeTerminal _terminal = new();
    private Task<ExitCode> _running = Task.FromResult(ExitCode.Done);

    public Uri Sockets { get; private set; } = null!;
    public Uri Http { get; private set; } = null!;
    public Uri Operations { get; private set; } = null!;
    internal Uri Simulator => _simulator.Url;
    internal string Store => Path.Combine(_folder.Path, "store");
    internal FakeTerminal Terminal => _terminal;

    public async ValueTask InitializeAsync()
    {
        _simulator = await SimulatorServer.Start(
            new SimulatorSettings { Port = 0, World = new WorldSettings { Rate = 300, DemoAccount = true } }, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        await Start();
    }

    internal Task Start(params string[] sets)
    {
        _sets.Clear();
        _sets.AddRange(sets);
        return Run();
    }

    /// <summary>Once more on the same ports, as an operator would.</summary>
    internal async Task Restart()
    {
        Assert.Equal(ExitCode.Done, await Stop());
        _sets.AddRange([$"http.port={Http.Port}", $"operations.port={Operations.Port}"]);
        await Run();
    }

    private async Task Run()
    {
        var simulator = _simulator.Url.Port.ToString(CultureInfo.InvariantCulture);
        string[] all = ["http.port=0", "operations.port=0", "simulator.enabled=false", $"simulator.port={simulator}", $"storage.path={Store}", .. _sets];
        _running = _terminal.Run(["run", .. all.SelectMany(static set => new[] { "--set", set })]);
        var told = _terminal.Output.Line("probes ", CancellationToken.None);
        if (await Task.WhenAny(told, _running) == _running)
            throw new InvalidOperationException($"the gateway ended with {await _running}: {_terminal.Error}");
        var words = (await told).Split('\n').SelectMany(static line => line.Split("  ")).ToList();
        Sockets = new Uri(new Uri(words.First(static word => word.StartsWith("ws", StringComparison.Ordinal))), "/");
        Http = new Uri(words.First(static word => word.StartsWith("http", StringComparison.Ordinal)));
        Operations = new Uri(new Uri(words.First(static word => word.StartsWith("probes ", StringComparison.Ordinal))["probes ".Length..]), "/");
    }

    internal async Task<ExitCode> Stop()
    {
        await _terminal.Stop();
        var ended = await _running.WaitAsync(Patience, TimeProvider.System);
        _terminal.Dispose();
        _terminal = new FakeTerminal();
        return ended;
    }

    internal DomeClient Client(string key = "demo-dev", bool extras = true) => new(new DomeClientOptions
    {
        Url = Sockets,
        Key = key,
        Extras = extras,
        FirstDelay = TimeSpan.FromMilliseconds(20),
        LongestDelay = TimeSpan.FromMilliseconds(200),
        Random = new Random(1),
    });

    /// <summary>A verb of the command line, asked of this gateway.</summary>
    internal async Task<(ExitCode Code, string Out, string Error)> Verb(params string[] line)
    {
        using var terminal = new FakeTerminal();
        terminal.Environment["ODDSWIRE_URL"] = Http.ToString();
        var code = await terminal.Run(line);
        return (code, terminal.Out, terminal.Error);
    }

    internal async Task<(int Status, JsonElement Body)> Send(HttpMethod method, string path, string? key = "demo-admin", string? body = null)
    {
        using var http = new HttpClient { BaseAddress = Http };
        if (key is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, text.StartsWith('{') ? JsonElement.Parse(text) : default);
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        await _simulator.DisposeAsync();
        _terminal.Dispose();
        _folder.Dispose();
    }
}

/// <summary>One after the other, and most of them with the same gateway: whole programs side by side would wait for each other's processor.</summary>
[CollectionDefinition(nameof(LiveGateway))]
public sealed class LiveGatewayTests : ICollectionFixture<LiveGateway>;
