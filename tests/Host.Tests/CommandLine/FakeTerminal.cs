using Oddswire.Host.CommandLine;

namespace Oddswire.Host.Tests.CommandLine;

/// <summary>The program's entry, run in this process with captured writers.</summary>
internal sealed class FakeTerminal : IDisposable
{
    private readonly CapturedWriter _error = new();
    private readonly CancellationTokenSource _stop = new();

    public CapturedWriter Output { get; } = new();

    public string Out => Output.ToString();

    public string Error => _error.ToString();

    public Dictionary<string, string> Environment { get; } = [];

    public Task<ExitCode> Run(params string[] args) => Oddswire.Host.Program.Run(
        args, new Terminal(Output, _error, Interactive: false, AppContext.BaseDirectory, AppContext.BaseDirectory, Environment, TimeProvider.System), _stop.Token);

    public Task Stop() => _stop.CancelAsync();

    public void Dispose()
    {
        Output.Dispose();
        _error.Dispose();
        _stop.Dispose();
    }
}
