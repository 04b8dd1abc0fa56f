using System.Text;
using Oddswire.Host.CommandLine;

namespace Oddswire.Host.Tests.CommandLine;

/// <summary>The program's entry, run in this process with captured writers.</summary>
internal sealed class FakeTerminal
{
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();

    public string Out => _out.ToString();

    public string Error => _error.ToString();

    public Dictionary<string, string> Environment { get; } = [];

    public async Task<ExitCode> Run(params string[] args)
    {
        await using var output = new StringWriter(_out);
        await using var error = new StringWriter(_error);
        var terminal = new Terminal(output, error, Interactive: false, AppContext.BaseDirectory, AppContext.BaseDirectory, Environment, TimeProvider.System);
        return await Program.Run(args, terminal, CancellationToken.None);
    }
}
