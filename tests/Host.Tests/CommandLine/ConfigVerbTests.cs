using System.Text.Json;
using Oddswire.Host.CommandLine;
using Xunit;

namespace Oddswire.Host.Tests.CommandLine;

public sealed class ConfigVerbTests : IDisposable
{
    private readonly FakeTerminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public async Task Each_setting_is_printed_with_its_origin()
    {
        _terminal.Environment["ODDSWIRE__OPERATIONS__PORT"] = "9001";
        Assert.Equal(ExitCode.Done, await _terminal.Run("config", "--set", "http.port=9000", "--set", "tape.store=memory"));
        var lines = _terminal.Out.Split('\n');
        Assert.Contains("http.port = 9000                                             # --set http.port", lines);
        Assert.Contains("operations.port = 9001                                       # environment ODDSWIRE__OPERATIONS__PORT", lines);
        Assert.Contains(lines, line => line.StartsWith("feeds.rtds.url = ws://127.0.0.1:8090/rtds", StringComparison.Ordinal) && line.Contains("# hocon/demo.conf:", StringComparison.Ordinal));
        Assert.Empty(_terminal.Error);
    }

    [Fact]
    public async Task Json_is_one_object_per_line_without_secrets()
    {
        Assert.Equal(ExitCode.Done, await _terminal.Run("config", "--json", "--set", "storage.postgres=Host=db;Password=Z9s3cret"));
        var settings = _terminal.Out.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToDictionary(line => line.GetProperty("key").GetString()!);
        Assert.Equal("(secret)", settings["storage.postgres"].GetProperty("value").GetString());
        Assert.Equal("--set storage.postgres", settings["storage.postgres"].GetProperty("from").GetString());
        Assert.Equal("8080", settings["http.port"].GetProperty("value").GetString());
        Assert.DoesNotContain("Z9s3cret", _terminal.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_operator_should_know_goes_to_stderr()
    {
        Assert.Equal(ExitCode.Done, await _terminal.Run("config", "--config", "hocon/live.conf"));
        Assert.Contains("RTDS is the only source", _terminal.Error, StringComparison.Ordinal);
    }
}
