using System.Net;
using System.Net.Sockets;
using Oddswire.Host.CommandLine;
using Oddswire.Host.Tests.CommandLine;
using Xunit;

namespace Oddswire.Host.Tests.Live;

/// <summary>What a person meets who starts it, asks it, and stops it.</summary>
[Collection(nameof(LiveGateway))]
public sealed class StartTests(LiveGateway gateway)
{
    [Theory]
    [InlineData("http")]
    [InlineData("operations")]
    public async Task A_taken_port_is_named_with_its_process_and_the_setting_that_helps(string name)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using var terminal = new FakeTerminal();
        string[] sets = ["http.port=0", "operations.port=0", "simulator.enabled=false", "simulator.port=1", "log.level=none", $"{name}.port={port}"];
        Assert.Equal(ExitCode.Failed, await terminal.Run(["run", .. sets.SelectMany(static set => new[] { "--set", set })]));
        Assert.Equal($"oddswire: port {port} on 127.0.0.1 is taken by process {Environment.ProcessId}; another one: --set {name}.port={port + 1}\n", terminal.Error);
    }

    [Fact]
    public async Task It_says_how_to_connect_and_then_a_line_a_second_with_some_fills()
    {
        var text = await gateway.Terminal.Output.Until(
            static text => text.Contains("fill   ", StringComparison.Ordinal) && text.Contains("polygon live  rtds live  ", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var lines = text.Split('\n');
        Assert.StartsWith($"ready  {gateway.Sockets}demo-dev  {gateway.Http}", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith($"try    npx wscat -c {gateway.Sockets}demo-dev -x '", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.Contains("fills/s", StringComparison.Ordinal) && line.Contains(" clients  position ", StringComparison.Ordinal));
        var most = lines.Aggregate((Run: 0, Most: 0), static (count, line) => line.StartsWith("fill ", StringComparison.Ordinal) ? (count.Run + 1, Math.Max(count.Most, count.Run + 1)) : (0, count.Most)).Most;
        Assert.InRange(most, 1, 10);
    }

    [Fact]
    public async Task The_root_is_a_text_page_and_probes_are_on_their_own_port()
    {
        using var http = new HttpClient();
        var cancel = TestContext.Current.CancellationToken;
        var page = await http.GetAsync(gateway.Http, cancel);
        Assert.Equal("text/plain", page.Content.Headers.ContentType!.MediaType);
        Assert.Contains($"ws://{gateway.Http.Authority}/KEY", await page.Content.ReadAsStringAsync(cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri(gateway.Http, "/metrics"), cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(gateway.Operations, "/metrics"), cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri(gateway.Operations, "/demo-dev"), cancel)).StatusCode);
    }

    [Theory]
    [InlineData("no-such-key", 401)]
    [InlineData("demo-dev", 400)]       // without an upgrade
    public async Task Who_may_not_come_in_is_told_before_the_upgrade(string key, int status) =>
        Assert.Equal(status, (await gateway.Send(HttpMethod.Get, "/" + key, key: null)).Status);

    [Fact]
    public async Task Feeds_are_listed_for_people_and_for_programs()
    {
        var (code, text, _) = await gateway.Verb("feeds");
        Assert.Equal(ExitCode.Done, code);
        Assert.Equal(["clob-market", "clob-user-demo-user", "polygon", "rtds", "us-markets", "us-private-demo-us"], text.TrimEnd().Split('\n').Select(static line => line.Split(' ')[0]));
        var (_, json, _) = await gateway.Verb("feeds", "--json");
        Assert.Equal(["clob-market", "clob-user-demo-user", "polygon", "rtds", "us-markets", "us-private-demo-us"], json.TrimEnd().Split('\n').Select(static line => System.Text.Json.JsonElement.Parse(line).GetProperty("name").GetString()));
        Assert.Equal((ExitCode.Failed, "oddswire: there is no feed 'dome' (404 NOT_FOUND)\n"), (await gateway.Verb("feeds", "retry", "dome")) is var (failed, _, error) ? (failed, error) : default);
    }

    [Fact]
    public async Task Watch_follows_and_ends_when_it_is_told_to()
    {
        using var terminal = new FakeTerminal();
        terminal.Environment["ODDSWIRE_URL"] = gateway.Http.ToString();
        var watching = terminal.Run("watch", "--wallet", "*", "--json");
        var text = await terminal.Output.Line("\"type\":\"event\"", TestContext.Current.CancellationToken);
        var first = System.Text.Json.JsonElement.Parse(text.Split('\n').First(static line => line.Contains("\"type\":\"event\"", StringComparison.Ordinal)));
        Assert.Equal(16, first.GetProperty("data").EnumerateObject().Count());
        Assert.Matches("^[0-9]+-[0-9]+$", first.GetProperty("position").GetString()!);
        await terminal.Stop();
        Assert.Equal(ExitCode.Done, await watching.WaitAsync(LiveGateway.Patience, TimeProvider.System, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("watch", "oddswire: whom to follow? --wallet 0x..., --wallet '*', or --market SLUG\n", ExitCode.WrongUsage)]
    [InlineData("watch --wallet 0x12", "oddswire: `0x12` is no address: 0x and 40 hexadecimal digits\n", ExitCode.WrongUsage)]
    [InlineData("watch --wallet * --key stranger", "oddswire: the gateway refused the connection: HTTP 401 Unauthorized. Which key is good: --key KEY, made by `oddswire keys add`\n", ExitCode.Failed)]
    public async Task What_cannot_be_watched_is_said(string line, string sentence, ExitCode expected)
    {
        var (code, _, error) = await gateway.Verb(line.Split(' '));
        Assert.Equal((expected, sentence), (code, error));
    }
}
