using Oddswire.Host.CommandLine;
using Xunit;

namespace Oddswire.Host.Tests.CommandLine;

public sealed class UsageTests : IDisposable
{
    private readonly FakeTerminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Theory]
    [InlineData("runn", "unknown verb `runn`; did you mean `run`?", "oddswire")]
    [InlineData("confg --json", "unknown verb `confg`; did you mean `config`?", "oddswire")]
    [InlineData("bogus --help", "unknown verb `bogus`", "oddswire")]
    [InlineData("--jsn", "unknown option `--jsn`", "oddswire")]
    [InlineData("run --confg Z9s3cret", "unknown option `--confg`; did you mean `--config`?", "oddswire run")]
    [InlineData("run --sett=a=Z9s3cret", "unknown option `--sett`; did you mean `--set`?", "oddswire run")]
    [InlineData("run extra", "unknown argument `extra`", "oddswire run")]
    [InlineData("run @file", "unknown argument `@file`", "oddswire run")]
    [InlineData("run --set", "Required argument missing for option: '--set'.", "oddswire run")]
    [InlineData("run --config a --config b", "Option '--config' expects a single argument but 2 were provided.", "oddswire run")]
    [InlineData("--set http.port=1 run", "--set stands before the verb `run`: write it behind", "oddswire run")]
    public async Task A_wrong_command_line_is_refused_in_a_sentence(string line, string sentence, string command)
    {
        Assert.Equal(ExitCode.WrongUsage, await _terminal.Run(line.Split(' ')));
        Assert.Equal($"oddswire: {sentence}\noddswire: `{command} --help` shows what there is\n", _terminal.Error);
        Assert.Empty(_terminal.Out);
    }

    [Theory]
    [InlineData("run --config none.conf", "none.conf: expected a file none.conf, found none")]
    [InlineData("run --set http.prot=1", "--set http.prot: expected a known setting, found `http.prot`; did you mean `http.port`?")]
    [InlineData("--set http.port=x", "--set http.port: expected a whole number from 0 to 65535 in `http.port`, found `x`")]
    public async Task A_wrong_configuration_is_wrong_usage(string line, string sentence)
    {
        Assert.Equal(ExitCode.WrongUsage, await _terminal.Run(line.Split(' ')));
        Assert.Equal($"oddswire: {sentence}\n", _terminal.Error);
        Assert.Empty(_terminal.Out);
    }

    [Theory]
    [InlineData("--help", "oddswire run --config hocon/live.conf")]
    [InlineData("-h", "oddswire run --config hocon/live.conf")]
    [InlineData("run --help", "oddswire run --set http.port=9000")]
    [InlineData("config --help", "oddswire config --config hocon/live.conf --json")]
    public async Task Help_ends_with_examples(string line, string example)
    {
        Assert.Equal(ExitCode.Done, await _terminal.Run(line.Split(' ')));
        Assert.Contains("--config <FILE>", _terminal.Out, StringComparison.Ordinal);
        var examples = _terminal.Out[_terminal.Out.IndexOf("Examples:", StringComparison.Ordinal)..];
        Assert.Contains("  " + example, examples, StringComparison.Ordinal);
        Assert.Empty(_terminal.Error);
    }

    [Theory]
    [InlineData("keys --help", "oddswire keys revoke desk")]
    [InlineData("keys add --help", "oddswire keys add desk --tier dev")]
    [InlineData("feeds --help", "oddswire feeds retry polygon")]
    [InlineData("watch --help", "oddswire watch --wallet 0x")]
    public async Task Verbs_that_ask_a_gateway_have_examples_too(string line, string example)
    {
        Assert.Equal(ExitCode.Done, await _terminal.Run(line.Split(' ')));
        Assert.Contains("  " + example, _terminal.Out[_terminal.Out.IndexOf("Examples:", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Empty(_terminal.Error);
    }

    [Fact]
    public async Task The_version_is_one_line()
    {
        Assert.Equal(ExitCode.Done, await _terminal.Run("--version"));
        Assert.StartsWith("oddswire ", Assert.Single(_terminal.Out.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }
}
